"""Read ``content/curation.yml``: which publications editors feature, hide, tag or move to another commune.

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
from kiosque.content.addresses import ENTRIES, page_address, publication_page
from kiosque.content.content_files import CONTENT
from kiosque.content.kinds import KINDS
from kiosque.content.ledger import Item, Ledger
from kiosque.content.schema import BadValueError, Key
from kiosque.content.schema import values as v
from kiosque.i18n import _
from kiosque.model import Problem, Record
from kiosque.urls import address_key, safe_url

PATH = f"{CONTENT}/curation.yml"


class Choice(Record, frozen=True):
    """An item of the file: what editors chose for a publication.

    ``publication`` is the address of its page on the hub, or that of its original. ``feature`` and ``hide``
    are None where the item has neither yes nor no. ``tags`` replace the publication's own tags, ``add`` are
    added to them. ``day`` is the day of the decision, ``until`` the last day on which it holds, ``line`` its
    line in the file.
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
        """Whether the choice still holds on a day."""
        return self.until is None or today <= self.until


class Chosen(Record, frozen=True):
    """The sum of the choices for a publication; ``featured_on`` is the day of that behind ``featured``."""

    featured: bool | None = None
    featured_on: date | None = None
    hidden: bool = False
    tags: tuple[str, ...] | None = None
    added: tuple[str, ...] = ()
    commune: str = ""

    def tagged(self, own: tuple[str, ...]) -> tuple[str, ...]:
        """Return the tags of a publication whose ``own`` tags are these."""
        return (*(own if self.tags is None else self.tags), *self.added)


def merged(choices: Iterable[Choice]) -> Chosen:
    """Return the sum of choices for the same publication.

    The latest day wins; of choices of the same day, the lowest in the file.
    """
    chosen = Chosen()
    for choice in sorted(choices, key=lambda choice: (choice.day or date.min, choice.line)):
        chosen = _with(chosen, choice)
    return chosen


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
    """Return the choices of the hub in ``root``, and the problems of their file.

    Without a file there are none.
    """
    file = ledger.read_file(root, _LEDGER, zone)
    return _choices(file.items), tuple(file.all_problems)


def read(data: bytes, zone: tzinfo) -> tuple[Choice, ...]:
    """Return the choices in the bytes of a file."""
    return _choices(ledger.read(data, _LEDGER, zone).items)


def _choices(items: Iterable[Item]) -> tuple[Choice, ...]:
    """Return the choices of items that name a publication and decide something.

    An item with a broken date or reason counts: a typing error must not bring back a hidden publication.
    """
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
            "this item decides nothing: add “{feature}: {yes}”, “{hide}: {yes}”, “{tags}:”, “{add}:” "
            "or “{commune}:”"
        )
        keys = {name: item.keys.key(name) for name in _DECISIONS}
        item.reject(item.line, message.format(yes="oui" if item.keys.is_french else "true", **keys))
    return Choice(**values, line=item.line) if decided else None


def _folders() -> tuple[str, ...]:
    """Return the beginnings of the addresses of publications' pages, without their first slash."""
    kinds = (kind.list_address for kind in KINDS.values() if kind.in_stream)
    return tuple(folder.lstrip("/") for folder in (ENTRIES, *kinds))


def publication(value: v.Value, zone: tzinfo) -> str:
    """Return the page of a publication on the hub, or the address of its original.

    The value may lack the scheme, or the first slash. Raises BadValueError for any other value.
    """
    text = v.text(value, zone)
    if text.startswith(("/", *_folders())):
        if publication_page().fullmatch(page := f"/{text.lstrip('/')}"):
            return page
        message = _("“{value}” is the page of no publication: write it as {example}, or as {written}")
        article = KINDS["article"].page("une-fete")
        raise BadValueError(message.format(value=text, example=_EXAMPLE, written=article))
    url = safe_url(text if "://" in text else f"https://{text}")
    if "." not in address_key(url).partition("/")[0]:
        message = _(
            "“{value}” is no address: write https://… as the original has it, or {example} as this hub has it"
        )
        raise BadValueError(message.format(value=text, example=_EXAMPLE))
    return url


_EXAMPLE = page_address("radio-du-fleuve", 2026, "une-chronique")
# An item that only withdraws decisions needs no reason.
_REASON = Key("reason", v.text, ("motif", "raison"), example="une belle enquête, à faire connaître")
_FIELDS = (
    Key(
        "publication", publication, ("parution", "article", "adresse", "address", "url"),
        required=True, example=_EXAMPLE,
    ),
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
