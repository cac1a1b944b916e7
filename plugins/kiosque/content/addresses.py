"""Addresses of the pages of a hub, and what an address of the web means among them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kiosque.model import Entry
from kiosque.urls import address_key

# The page of an entry, or of an article, on a hub, which may lie below the top of its host.
_ENTRY = r"/medias/[a-z0-9-]+/[1-9][0-9]{3}/[a-z0-9-]+"
ENTRY_PAGE = re.compile(rf"(?:/[^?#]*)?(?P<page>{_ENTRY})/?(?:[?#].*)?")
ANY_PAGE = re.compile(rf"(?:/[^?#]*)?(?P<page>{_ENTRY}|/articles/[a-z0-9-]+)/?(?:[?#].*)?")


def page_address(source: str, year: int, slug: str) -> str:
    """Return the address of an entry's page on the hub."""
    return f"/medias/{source}/{year}/{slug}/"


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
