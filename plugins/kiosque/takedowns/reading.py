"""Read ``content/takedowns.yml``: each broken item is a problem with its line, and the other items count."""

from __future__ import annotations

import logging
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
from kiosque.takedowns.removals import read_removals

PATH = "content/takedowns.yml"
logger = logging.getLogger(__name__)


def load(root: Path, zone: tzinfo, site_url: str = "") -> tuple[Takedowns, tuple[Problem, ...]]:
    """Return the takedowns of the hub in ``root``, and the problems of their files.

    Without a file there are none. While a part of the file can't be read, everything that was ever removed
    stays down: a typing error must not bring it back. ``site_url`` is the hub's own address, without a slash
    at its end.
    """
    items, problems, is_whole = _takedowns(ledger.read_file(root, _LEDGER, zone))
    if is_whole and not items:
        return Takedowns(), tuple(problems)
    removals, unread = read_removals(root)
    names = {item.names for item in items}
    in_force = [removal for removal in removals if not is_whole or removal.names in names]
    logger.debug(
        "%s: %d takedowns, %d of %d removals in force%s",
        PATH, len(items), len(in_force), len(removals), "" if is_whole else ", a part can't be read",
    )  # fmt: skip
    return Takedowns(items, in_force, site_url), (*problems, *unread)


def read(data: bytes, zone: tzinfo) -> tuple[list[Takedown], list[Problem], bool]:
    """Return the takedowns in a file's bytes, its problems, and whether all of its items could be read."""
    return _takedowns(ledger.read(data, _LEDGER, zone))


def _takedowns(file: ledger.LedgerFile) -> tuple[list[Takedown], list[Problem], bool]:
    for item in file.items:
        _check_names(item)
    items = [_takedown(item) for item in file.items if not item.is_broken]
    return items, file.all_problems, file.is_whole and len(items) == len(file.items)


def _entry(value: v.Value, zone: tzinfo) -> tuple[str, str]:
    """Return the slug and the id in ``slug/id``, which name an entry of a source."""
    source, _slash, identity = v.text(value, zone).partition("/")
    if not identity:
        message = _("“{value}” names no entry: write its source, a slash and its id, as {example}")
        raise BadValueError(message.format(value=value, example=_ENTRY.example))
    return v.slug(source, zone), identity


def _address(value: v.Value, zone: tzinfo) -> str:
    """Return the address of an entry's original, or of its page on the hub."""
    text = v.text(value, zone)
    if text.startswith("/"):
        if ENTRY_PAGE.fullmatch(text):
            return text
        message = _(
            "“{value}” is not the page of an entry: write it as /medias/radio-du-fleuve/2026/une-chronique/; "
            "an article goes with its file"
        )
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
    """Report an item that names nothing, or that names both a whole source and one of its entries."""
    names_entry = item.located.keys() & {"entry", "address"}
    if not names_entry and "source" not in item.located and item.located:
        message = _("this takedown names nothing: add “{entry}:”, “{address}:” or “{source}:”")
        keys = {name: item.keys.key(name) for name in ("entry", "address", "source")}
        item.reject(item.line, message.format(**keys))
    if names_entry and "source" in item.located:
        message = _("“{key}:” takes a whole medium down: leave it out, or leave out what names one entry")
        item.reject(item.located["source"].line, message.format(key=item.keys.key("source")))


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
