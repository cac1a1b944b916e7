"""Addresses of the pages of a hub: made, and recognised in any spelling. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kiosque.model import Entry
from kiosque.urls import address_key

# Patterns for the pages of entries and articles. A hub may be in a folder of its host.
_ENTRY = r"/medias/[a-z0-9-]+/[1-9][0-9]{3}/[a-z0-9-]+"
ENTRY_PAGE = re.compile(rf"(?:/[^?#]*)?(?P<page>{_ENTRY})/?(?:[?#].*)?")
ANY_PAGE = re.compile(rf"(?:/[^?#]*)?(?P<page>{_ENTRY}|/articles/[a-z0-9-]+)/?(?:[?#].*)?")


def page_address(source: str, year: int, slug: str) -> str:
    """Return the address of an entry's page on the hub, from the hub's top."""
    return f"/medias/{source}/{year}/{slug}/"


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
