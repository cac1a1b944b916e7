"""What the fields of a new content file say: answers offered from what the hub knows, and answers made clean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from pathlib import Path

from kiosque.content import frontmatter
from kiosque.content.kinds import KINDS
from kiosque.content.records import content_files, load_territory, read
from kiosque.content.schema import BadValueError, Field, Kind, values
from kiosque.content.schema.written_keys import key_in
from kiosque.i18n import _, current_language
from kiosque.model import KiosqueError
from kiosque.settings.pelicanconf import HubSettings
from kiosque.territory.communes import Communes

_LICENCE = "CC BY-SA 4.0"
_MOST_TAGS = 30


@dataclass(frozen=True)
class Answers:
    """What can be offered and taken: by the hub's settings, its communes, the tags that it has, and who signs."""

    settings: HubSettings
    communes: Communes
    tags: Sequence[str] = ()
    signer: str = ""

    @classmethod
    def of(cls, settings: HubSettings, signer: str) -> Answers:
        """Return what a hub knows."""
        territory, _problems = load_territory(settings.root)
        return cls(settings, Communes.of(territory), _tags(settings.root, settings.zone), signer)

    def offered(self, field: Field) -> str:
        """Return a sensible answer to a field, as someone would write it; empty where there is none."""
        if field.shape.name == "moment" and field.required:
            return self.settings.today.isoformat()
        return {"authors": self.signer, "licence": _LICENCE}.get(field.name, "")

    def known(self, field: Field) -> Sequence[str]:
        """Return what a field is chosen from, or best is."""
        return self.tags if field.shape.name == "tags" else tuple(field.shape.choices)

    def taken(self, field: Field, written: str) -> object:
        """Return an answer as the file is to have it; raises BadValueError, which says the mend."""
        if field.shape.name == "commune" and self.communes.by_code:
            return self._commune(written)
        if field.shape.name == "web-address" and "://" not in written:
            written = f"https://{written}"
        clean = field.shape.convert(written, self.settings.zone)
        match clean:
            case datetime():
                return self._moment(written)
            case tuple():
                return list(clean)
            case bool() | date():
                return clean
            case _:
                return str(clean)

    def _moment(self, written: str) -> object:
        """Return a day as a day, and an instant as it was written, in the hub's time."""
        local = values.moment(written, self.settings.zone).astimezone(self.settings.zone)
        return local.strftime("%Y-%m-%d %H:%M") if ":" in written else local.date()

    def _commune(self, written: str) -> str:
        if found := self.communes.find(written):
            return found.code
        raise BadValueError(
            self.communes.remedy_for_name(written) or _("No commune of this hub has that name.")
        )


def _tags(root: Path, zone: tzinfo) -> Sequence[str]:
    """Return the tags that the hub's articles have most, by name."""
    counted: Counter[str] = Counter()
    for file in content_files(root, KINDS["article"]):
        head = frontmatter.split(file.read_text(encoding="utf-8", errors="replace"), file.name)
        record = read(KINDS["article"], head, file.name, zone).record
        counted.update(record.tags if record else ())
    return sorted(name for name, _count in counted.most_common(_MOST_TAGS))


def field_of(kind: Kind, key: str) -> Field:
    """Return the field that a key names, in English or in French, ``image.alt`` one inside a group; or KiosqueError."""
    name, _dot, inner = key.partition(".")
    found = _named(kind.fields, name)
    if found and inner:
        found = _named(found.fields, inner)
    if found is None or (found.fields and not found.many):
        message = _("there is no field “{key}”; the fields are: {known}")
        raise KiosqueError(message.format(key=key, known=", ".join(_keys(kind))))
    return found


def usual_key(field: Field) -> str:
    """Return the key of a field in the language of the messages."""
    return key_in(field, is_french=current_language() == "fr")


def _named(fields: Sequence[Field], name: str) -> Field | None:
    return next((one for one in fields if name in (one.name, *one.french)), None)


def _keys(kind: Kind) -> Sequence[str]:
    return [
        f"{usual_key(one)}.{usual_key(inner)}" if inner else usual_key(one)
        for one in kind.fields
        for inner in (one.fields if one.fields and not one.many else (None,))
    ]


def head_of(kind: Kind, given: Mapping[str, object]) -> dict[str, object]:
    """Return a head in the order of its kind, from answers by their keys: ``image.alt`` stands inside ``image``."""
    head: dict[str, object] = {}
    for field in kind.fields:
        inner = {one.name: given.get(f"{field.name}.{one.name}", "") for one in field.fields}
        head[field.name] = given[field.name] if field.name in given else inner if any(inner.values()) else ""
    return head


def missing(kind: Kind, given: Mapping[str, object]) -> Sequence[str]:
    """Return the keys of the fields that a file can't do without; of those of which one will do, all are one."""
    keys = {field.name: usual_key(field) for field in kind.fields}
    needed = [keys[field.name] for field in kind.fields if field.required and not given.get(field.name)]
    has_either = not kind.one_of or any(given.get(name) for name in kind.one_of)
    return needed if has_either else [*needed, " / ".join(keys[name] for name in kind.one_of)]
