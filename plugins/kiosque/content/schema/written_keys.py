"""The keys of a file as someone writes them: messages name a field in that person's language. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from kiosque.i18n import current_language

# English keys that are French words too. The French keys beside them are for those who look for another word.
_ALSO_FRENCH = frozenset({"commune", "contact", "date", "introduction", "licence", "publication"})


class Keyed(Protocol):
    """A field, as far as its keys are concerned: ``french`` are those in French, the usual one first."""

    @property
    def name(self) -> str:
        """Its key in English."""

    @property
    def french(self) -> tuple[str, ...]:
        """Its keys in French."""


class WrittenKeys:
    """The keys that a head or an item has, each with its field, and the language that most are in."""

    def __init__(self, fields: Sequence[Keyed]) -> None:
        """Begin without a key; ``fields`` are those that the file may have."""
        self._fields = fields
        self._written: dict[str, str] = {}
        self._french_minus_english = 0

    def note(self, field: Keyed, written: str, group: Keyed | None = None) -> None:
        """Note how a field's key is written; ``group`` is the field that it stands in."""
        self._written[_path(field, group)] = written
        if field.french and field.name not in _ALSO_FRENCH:
            self._french_minus_english += -1 if _is_same(written, field.name) else 1

    @property
    def is_french(self) -> bool:
        """Whether most keys are in French; without a key, the language of the messages counts."""
        return self._french_minus_english > 0 or (
            self._french_minus_english == 0 and current_language() == "fr"
        )

    def key(self, path: str) -> str:
        """Return the key of a field, as it is written or would be: ``image.alt`` is a field of a group."""
        name, _dot, inner = path.partition(".")
        field = next((field for field in self._fields if field.name == name), None)
        if field is None:
            return path
        whole = self.of(field)
        inner_field = next(
            (candidate for candidate in getattr(field, "fields", ()) if candidate.name == inner), None
        )
        return f"{whole}.{self.of(inner_field, field)}" if inner_field else whole

    def of(self, field: Keyed, group: Keyed | None = None) -> str:
        """Return the key of a field, as it is written or would be, without that of its group."""
        return self._written.get(_path(field, group)) or key_in(field, is_french=self.is_french)


def key_in(field: Keyed, *, is_french: bool) -> str:
    """Return the usual key of a field in a language."""
    has_own = field.french and field.name not in _ALSO_FRENCH
    return field.french[0] if is_french and has_own else field.name


def _path(field: Keyed, group: Keyed | None) -> str:
    return f"{group.name}.{field.name}" if group else field.name


def _is_same(written: str, name: str) -> bool:
    return written.strip().lower().replace("_", " ") == name.replace("_", " ")
