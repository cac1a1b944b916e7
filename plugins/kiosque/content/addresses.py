"""Addresses of the pages of a hub, and what an address of the web means among them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from kiosque.content.kinds import KINDS, Kind
from kiosque.content.kinds.source import SOURCE
from kiosque.model import Entry
from kiosque.urls import address_key

# The folder of the pages of entries, a source each; that of the kind of sources.
ENTRIES = SOURCE.list_address
# A page on a hub, which may lie below the top of its host.
_ENTRY = rf"{ENTRIES}[a-z0-9-]+/[1-9][0-9]{{3}}/[a-z0-9-]+"
ENTRY_PAGE = re.compile(rf"(?:/[^?#]*)?(?P<page>{_ENTRY})/?(?:[?#].*)?")


def publication_page() -> re.Pattern[str]:
    """Return the pattern of the pages of publications: of entries, and of the kinds that are in the stream."""
    return _publication_page(tuple(kind.list_address for kind in KINDS.values() if kind.in_stream))


@cache
def _publication_page(folders: tuple[str, ...]) -> re.Pattern[str]:
    pages = "|".join([_ENTRY, *(rf"{re.escape(folder)}[a-z0-9-]+" for folder in folders)])
    return re.compile(rf"(?:/[^?#]*)?(?P<page>{pages})/?(?:[?#].*)?")


def page_kind(page: str) -> Kind | None:
    """Return the kind in the stream whose page an address is; ``None`` for an entry's, and for any other."""
    return next((kind for kind in KINDS.values() if kind.in_stream and kind.slug_in(page)), None)


def page_address(source: str, year: int, slug: str) -> str:
    """Return the address of an entry's page on the hub."""
    return f"{ENTRIES}{source}/{year}/{slug}/"


def hub_page(address: str, site_url: str, pages: re.Pattern[str] = ENTRY_PAGE) -> str:
    """Return the page of a hub that an address means, without its last slash; empty where it means none.

    ``site_url`` is the hub's own address: with it, one of its pages may be named by its whole address.
    """
    if not address.startswith("/"):
        site, key = address_key(site_url), address_key(address)
        address = key[len(site) :] if site and key.startswith(f"{site}/") else ""
    found = pages.fullmatch(address)
    return found["page"] if found else ""


def addresses_of(entry: Entry) -> Iterator[str]:
    """Yield what an entry is known by elsewhere: its own address and those of its files."""
    if entry.url:
        yield entry.url
    for enclosure in entry.enclosures:
        yield enclosure.url
