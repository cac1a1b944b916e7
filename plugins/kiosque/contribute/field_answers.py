"""Values for the fields of a new content file: suggestions of the hub, and the answers of a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from pathlib import Path

from kiosque.content import frontmatter
from kiosque.content.content_files import content_files
from kiosque.content.kinds import KINDS
from kiosque.content.reader import read_record
from kiosque.content.schema import BadValueError, Field, Kind, values
from kiosque.content.schema.written_keys import key_in
from kiosque.content.territory_file import load_territory
from kiosque.i18n import _, current_language
from kiosque.model import KiosqueError
from kiosque.settings.pelicanconf import HubSettings
from kiosque.territory.communes import Communes

_LICENCE = "CC BY-SA 4.0"
_MOST_TAGS = 30


@dataclass(frozen=True)
class Answers:
    """Turns answers into values, and suggests some; ``signer`` is the name of the person who answers."""

    settings: HubSettings
    communes: Communes
    tags: Sequence[str] = ()
    signer: str = ""

    @classmethod
    def of(cls, settings: HubSettings, signer: str) -> Answers:
        """Return the answers of a hub, with its communes and its most usual tags."""
        territory, _problems = load_territory(settings.root)
        return cls(settings, Communes.of(territory), _tags(settings.root, settings.zone), signer)

    def default(self, field: Field) -> str:
        """Return a default answer for a field, as a person would write it; empty where there is none."""
        if field.shape.name == "moment" and field.required:
            return self.settings.today.isoformat()
        return {"authors": self.signer, "licence": _LICENCE}.get(field.name, "")

    def suggestions(self, field: Field) -> Sequence[str]:
        """Return the possible values of a field, or good ones where any is possible."""
        return self.tags if field.shape.name == "tags" else tuple(field.shape.choices)

    def value(self, field: Field, answer: str) -> object:
        """Return the value that the file gets for an answer; raise BadValueError where it is wrong."""
        if field.shape.name == "commune" and self.communes.by_code:
            return self._commune(answer)
        if field.shape.name == "web-address" and "://" not in answer:
            answer = f"https://{answer}"
        value = field.shape.convert(answer, self.settings.zone)
        match value:
            case datetime():
                return self._moment(answer)
            case tuple():
                return list(value)
            case bool() | date():
                return value
            case _:
                return str(value)

    def _moment(self, answer: str) -> object:
        """Return a date, or date and time as text where the answer has a time; in the hub's time zone."""
        local = values.moment(answer, self.settings.zone).astimezone(self.settings.zone)
        return local.strftime("%Y-%m-%d %H:%M") if ":" in answer else local.date()

    def _commune(self, answer: str) -> str:
        if commune := self.communes.find(answer):
            return commune.code
        raise BadValueError(
            self.communes.remedy_for_name(answer) or _("No commune of this hub has that name.")
        )


def _tags(root: Path, zone: tzinfo) -> Sequence[str]:
    """Return the most usual tags of the hub's articles, by name."""
    counts: Counter[str] = Counter()
    for file in content_files(root, KINDS["article"]):
        head = frontmatter.split_file(file.read_text(encoding="utf-8", errors="replace"), file.name)
        record = read_record(KINDS["article"], head, file.name, zone).record
        counts.update(record.tags if record else ())
    return sorted(name for name, _count in counts.most_common(_MOST_TAGS))


def field_of(kind: Kind, key: str) -> Field:
    """Return the field of a key in English or French; ``image.alt`` is a field of a group.

    Raises KiosqueError, which lists the fields, where no field has the key.
    """
    name, _dot, inner = key.partition(".")
    field = _with_name(kind.fields, name)
    if field and inner:
        field = _with_name(field.fields, inner)
    if field is None or (field.fields and not field.many):
        message = _("there is no field “{key}”; the fields are: {known}")
        raise KiosqueError(message.format(key=key, known=", ".join(_keys(kind))))
    return field


def usual_key(field: Field) -> str:
    """Return the key of a field in the language of the messages."""
    return key_in(field, is_french=current_language() == "fr")


def _with_name(fields: Sequence[Field], name: str) -> Field | None:
    return next((field for field in fields if name in (field.name, *field.french)), None)


def _keys(kind: Kind) -> Sequence[str]:
    return [
        f"{usual_key(field)}.{usual_key(inner)}" if inner else usual_key(field)
        for field in kind.fields
        for inner in (field.fields if field.fields and not field.many else (None,))
    ]


def head_of(kind: Kind, answers: Mapping[str, object]) -> dict[str, object]:
    """Return the head of a file in the order of its kind, from values by their keys.

    The value of ``image.alt`` goes into ``image``.
    """
    head: dict[str, object] = {}
    for field in kind.fields:
        group = {inner.name: answers.get(f"{field.name}.{inner.name}", "") for inner in field.fields}
        head[field.name] = answers.get(field.name, group if any(group.values()) else "")
    return head


def missing(kind: Kind, answers: Mapping[str, object]) -> Sequence[str]:
    """Return the keys of the required fields that have no value.

    Fields of which one is enough come as one key: ``feeds / homepage``.
    """
    keys = {field.name: usual_key(field) for field in kind.fields}
    needed = [keys[field.name] for field in kind.fields if field.required and not answers.get(field.name)]
    has_either = not kind.one_of or any(answers.get(name) for name in kind.one_of)
    return needed if has_either else [*needed, " / ".join(keys[name] for name in kind.one_of)]
