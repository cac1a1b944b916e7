"""Reading ``content/curation.yml``: what people of the hub feature, hide, tag anew or pin to another commune.

::

    - publication: /medias/radio-du-fleuve/2026/une-chronique/
      feature: true
      until: 2026-03-31
      date: 2026-03-12
      reason: La crue de samedi, racontée par qui l'a vécue.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, tzinfo
from pathlib import Path

import msgspec

from kiosque.content import ledger
from kiosque.content.addresses import ENTRIES, publication_page
from kiosque.content.kinds import KINDS
from kiosque.content.ledger import Item, Ledger
from kiosque.content.records import CONTENT
from kiosque.content.schema import BadValueError, Key
from kiosque.content.schema import values as v
from kiosque.i18n import _
from kiosque.model import Problem, Record
from kiosque.urls import address_key, safe_url

PATH = f"{CONTENT}/curation.yml"


class Choice(Record, frozen=True):
    """One item of the file.

    ``publication`` is the address of its page on the hub or that of its original. ``feature`` and ``hide`` are None
    where it says neither yes nor no. ``tags`` stand in the place of the publication's own, ``add`` beside them.
    ``day`` is when it was decided, ``until`` the last day on which it holds, ``line`` where it stands.
    """

    publication: str
    feature: bool | None = None
    hide: bool | None = None
    tags: tuple[str, ...] | None = None
    add: tuple[str, ...] = ()
    commune: str = ""
    day: date | None = None
    until: date | None = None
    reason: str = ""
    by: str = ""
    line: int = 1

    def holds_on(self, today: date) -> bool:
        """Whether it hasn't ended by itself."""
        return self.until is None or today <= self.until


class Chosen(Record, frozen=True):
    """All that holds of one publication. ``featured_on`` is the day of the choice that ``featured`` comes from."""

    featured: bool | None = None
    featured_on: date | None = None
    hidden: bool = False
    tags: tuple[str, ...] | None = None
    added: tuple[str, ...] = ()
    commune: str = ""

    def tagged(self, own: tuple[str, ...]) -> tuple[str, ...]:
        """Return the tags of a publication that has some of its own."""
        return (*(own if self.tags is None else self.tags), *self.added)


def merged(choices: Iterable[Choice]) -> Chosen:
    """Return what holds of the publication that all these name: the latest decision first, of one day the last written."""
    found = Chosen()
    for choice in sorted(choices, key=lambda one: (one.day or date.min, one.line)):
        found = _with(found, choice)
    return found


def _with(chosen: Chosen, choice: Choice) -> Chosen:
    if choice.feature is not None:
        chosen = msgspec.structs.replace(chosen, featured=choice.feature, featured_on=choice.day)
    if choice.tags is not None:
        chosen = msgspec.structs.replace(chosen, tags=choice.tags, added=())
    return msgspec.structs.replace(
        chosen,
        hidden=chosen.hidden if choice.hide is None else choice.hide,
        added=(*chosen.added, *choice.add),
        commune=choice.commune or chosen.commune,
    )


def load(root: Path, zone: tzinfo) -> tuple[tuple[Choice, ...], tuple[Problem, ...]]:
    """Read the choices of the hub in ``root``; without a file there are none."""
    found = ledger.read_file(root, _LEDGER, zone)
    return _choices(found.items), tuple(found.all_problems)


def read(data: bytes, zone: tzinfo) -> tuple[Choice, ...]:
    """Read the choices of a file's bytes."""
    return _choices(ledger.read(data, _LEDGER, zone).items)


def _choices(items: Iterable[Item]) -> tuple[Choice, ...]:
    """Return the choices that can be followed; a slip in a date or reason doesn't bring back what is hidden."""
    return tuple(choice for item in items if (choice := _choice(item)))


def _choice(item: Item) -> Choice | None:
    values = {_RENAMED.get(name, name): value for name, value in item.values.items()}
    if "publication" not in values:
        return None
    decided = {name: values[name] for name in _DECISIONS & values.keys()}
    if decided and not all(value is False for value in decided.values()):
        item.require(_REASON)
    if not item.located.keys() & _DECISIONS:
        message = _(
            "this item decides nothing: add “{feature}: {yes}”, “{hide}: {yes}”, “{tags}:”, “{add}:” or “{commune}:”"
        )
        keys = {name: item.keys.key(name) for name in _DECISIONS}
        item.reject(item.line, message.format(yes="oui" if item.keys.is_french else "true", **keys))
    return Choice(**values, line=item.line) if decided else None


def _folders() -> tuple[str, ...]:
    """Return how the pages of publications begin, without their first slash."""
    kinds = (kind.list_address for kind in KINDS.values() if kind.in_stream)
    return tuple(folder.lstrip("/") for folder in (ENTRIES, *kinds))


def publication(value: v.Value, zone: tzinfo) -> str:
    """The page of a publication on the hub, or the address of its original; a scheme may be missing."""
    written = v.text(value, zone)
    if written.startswith(("/", *_folders())):
        if publication_page().fullmatch(page := f"/{written.lstrip('/')}"):
            return page
        message = _("“{value}” is the page of no publication: write it as {example}, or as {written}")
        written_here = KINDS["article"].page("une-fete")
        raise BadValueError(message.format(value=written, example=_EXAMPLE, written=written_here))
    url = safe_url(written if "://" in written else f"https://{written}")
    if "." not in address_key(url).partition("/")[0]:
        message = _(
            "“{value}” is no address: write https://… as the original has it, or {example} as this hub has it"
        )
        raise BadValueError(message.format(value=written, example=_EXAMPLE))
    return url


_EXAMPLE = "/medias/radio-du-fleuve/2026/une-chronique/"
# Whoever withdraws a decision needs to give none.
_REASON = Key("reason", v.text, ("motif", "raison"), example="une belle enquête, à faire connaître")
_FIELDS = (
    Key("publication", publication, ("parution", "article", "adresse", "address", "url"), required=True, example=_EXAMPLE),
    Key("feature", v.flag, ("une", "à la une", "mettre en avant")),
    Key("hide", v.flag, ("cacher", "masquer")),
    Key("tags", v.texts, ("mots-clés",)),
    Key("add", v.texts, ("ajouter", "add tags", "ajouter des mots-clés")),
    Key("commune", v.commune, ("code commune",)),
    Key("date", v.day, ("jour",), required=True, example="2026-03-15"),
    Key("until", v.day, ("jusqu'au", "jusqu'à")),
    _REASON,
    Key("by", v.text, ("par",)),
)  # fmt: skip
_RENAMED = {"date": "day"}
_DECISIONS = {"feature", "hide", "tags", "add", "commune"}
_LEDGER = Ledger(PATH, _FIELDS, f"- {{publication: {_EXAMPLE}, feature: true, date: 2026-03-15, reason: …}}")
