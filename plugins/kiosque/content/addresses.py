"""Addresses of the pages of a hub: made, and recognised in any spelling. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from kiosque.content.kinds import KINDS, Kind
from kiosque.content.kinds.source import SOURCE
from kiosque.model import Entry
from kiosque.urls import address_key

# The folder with the pages of entries, which has a folder for each source. It is that of the kind of sources.
ENTRIES = SOURCE.list_address
# Patterns for the pages of entries. A hub may be in a folder of its host.
_ENTRY = rf"{ENTRIES}[a-z0-9-]+/[1-9][0-9]{{3}}/[a-z0-9-]+"
ENTRY_PAGE = re.compile(rf"(?:/[^?#]*)?(?P<page>{_ENTRY})/?(?:[?#].*)?")


def publication_page() -> re.Pattern[str]:
    """Return the pattern of the pages of publications: entries, and the kinds that are in the stream."""
    return _publication_page(tuple(kind.list_address for kind in KINDS.values() if kind.in_stream))


@cache
def _publication_page(folders: tuple[str, ...]) -> re.Pattern[str]:
    pages = "|".join([_ENTRY, *(rf"{re.escape(folder)}[a-z0-9-]+" for folder in folders)])
    return re.compile(rf"(?:/[^?#]*)?(?P<page>{pages})/?(?:[?#].*)?")


def page_kind(page: str) -> Kind | None:
    """Return the kind in the stream that a page belongs to; None for the page of an entry, or any other."""
    return next((kind for kind in KINDS.values() if kind.in_stream and kind.slug_in(page)), None)


def page_address(source: str, year: int, slug: str) -> str:
    """Return the address of an entry's page on the hub, from the hub's top."""
    return f"{ENTRIES}{source}/{year}/{slug}/"


def hub_page(address: str, site_url: str, pages: re.Pattern[str] = ENTRY_PAGE) -> str:
    """Return the page of a hub that an address leads to, without its last slash; empty if it leads to none.

    ``address`` starts with a slash, or with the hub's own address, ``site_url``. ``pages`` is the pattern of
    the pages that count. Example: ``/medias/radio/2026/bal`` for
    ``https://hub.example/medias/radio/2026/bal/``.
    """
    if not address.startswith("/"):
        site, key = address_key(site_url), address_key(address)
        address = key[len(site) :] if site and key.startswith(f"{site}/") else ""
    match = pages.fullmatch(address)
    return match["page"] if match else ""


def addresses_of(entry: Entry) -> Iterator[str]:
    """Yield the addresses that belong to an entry: its own, and those of its files."""
    if entry.url:
        yield entry.url
    for enclosure in entry.enclosures:
        yield enclosure.url
