"""Reading ``content/takedowns.yml``: each broken item is a problem with its line, and the others count."""

from __future__ import annotations

from datetime import tzinfo
from pathlib import Path
from urllib.parse import urlsplit

from kiosque.content import ledger
from kiosque.content.addresses import ENTRY_PAGE
from kiosque.content.ledger import Item
from kiosque.content.schema import BadValueError, Key
from kiosque.content.schema import values as v
from kiosque.i18n import _
from kiosque.model import Problem
from kiosque.takedowns.covering import Takedown, Takedowns
from kiosque.takedowns.memory import read_memories

PATH = "content/takedowns.yml"


def load(root: Path, zone: tzinfo, site_url: str = "") -> tuple[Takedowns, tuple[Problem, ...]]:
    """Read the takedowns of the hub in ``root``; without a file there are none.

    While something of the file can't be read, all that was ever removed stays down: a slip of the pen must not bring
    it back. ``site_url`` is the hub's own address, without a slash at its end.
    """
    items, problems, is_whole = _takedowns(ledger.read_file(root, _LEDGER, zone))
    if is_whole and not items:
        return Takedowns(), tuple(problems)
    memories, wrong = read_memories(root)
    names = {item.names for item in items}
    kept = [memory for memory in memories if not is_whole or memory.names in names]
    return Takedowns(items, kept, site_url), (*problems, *wrong)


def read(data: bytes, zone: tzinfo) -> tuple[list[Takedown], list[Problem], bool]:
    """Read the items of a file: those that count, what is wrong, and whether all of them count."""
    return _takedowns(ledger.read(data, _LEDGER, zone))


def _takedowns(found: ledger.LedgerFile) -> tuple[list[Takedown], list[Problem], bool]:
    for item in found.items:
        _check_names(item)
    items = [_takedown(item) for item in found.items if not item.is_broken]
    return items, found.all_problems, found.is_whole and len(items) == len(found.items)


def _entry(value: v.Value, zone: tzinfo) -> tuple[str, str]:
    """A source's slug and, after a slash, the id of one of its entries."""
    source, _slash, identity = v.text(value, zone).partition("/")
    if not identity:
        message = _("“{value}” names no entry: write its source, a slash and its id, as {example}")
        raise BadValueError(message.format(value=value, example=_ENTRY.example))
    return v.slug(source, zone), identity


def _address(value: v.Value, zone: tzinfo) -> str:
    """The address of an original, or that of its page on the hub."""
    written = v.text(value, zone)
    if written.startswith("/"):
        if ENTRY_PAGE.fullmatch(written):
            return written
        message = _("“{value}” is not the page of an entry: write it as /medias/radio-du-fleuve/2026/une-chronique/; "
                    "an article goes with its file")  # fmt: skip
        raise BadValueError(message.format(value=value))
    url = v.web_address(value, zone)
    parts = urlsplit(url)
    if parts.path.strip("/") or parts.query:
        return url
    message = _(
        "“{value}” is a whole site: write the address of one entry, or take the medium down with “source:”"
    )
    raise BadValueError(message.format(value=value))


_ENTRY = Key("entry", _entry, ("parution",), example="radio-du-fleuve/https://radio.example/?p=12")
_FIELDS = (
    _ENTRY,
    Key("address", _address, ("adresse",)),
    Key("source", v.slug, ("média",)),
    Key("date", v.day, ("jour",), required=True, example="2026-03-15"),
    Key("reason", v.text, ("motif", "raison"), required=True, example="à la demande de la personne citée"),
    Key("by", v.text, ("par",)),
)
_LEDGER = ledger.Ledger(PATH, _FIELDS, f"- {{entry: {_ENTRY.example}, date: 2026-03-15, reason: …}}")


def _check_names(item: Item) -> None:
    """Say where an item names nothing, or both a whole medium and one entry."""
    names_entry = item.located.keys() & {"entry", "address"}
    if not names_entry and "source" not in item.located and item.located:
        item.reject(item.line, _("this takedown names nothing: add “entry:”, “address:” or “source:”"))
    if names_entry and "source" in item.located:
        message = _("“source:” takes a whole medium down: leave it out, or leave out what names one entry")
        item.reject(item.located["source"].line, message)


def _takedown(item: Item) -> Takedown:
    source, identity = item.values.get("entry", (item.values.get("source", ""), ""))
    return Takedown(
        day=item.values["date"],
        reason=item.values["reason"],
        source=source,
        identity=identity,
        address=item.values.get("address", ""),
        by=item.values.get("by", ""),
        line=item.line,
    )
