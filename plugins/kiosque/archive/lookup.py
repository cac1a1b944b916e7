"""Find the archived entries that an address means, and addresses spelled like one that matches none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from difflib import get_close_matches
from itertools import islice

from kiosque.content.addresses import page_address
from kiosque.model import StoredEntry
from kiosque.urls import address_key

Archive = Mapping[str, Sequence[StoredEntry]]
# Comparing spellings is slow: only so many candidates of the same host or source are compared.
_COMPARED = 2000
# How many suggestions a message shows: more wouldn't fit a screen.
SHOWN = 3
_SCHEMES = ("https://", "https://www.", "http://", "http://www.")


def page_of(stored: StoredEntry) -> str:
    """Return the address of an entry's page on the hub."""
    return page_address(stored.entry.source, stored.year, stored.entry.slug)


def by_page(page: str, archive: Archive) -> list[StoredEntry]:
    """Return the entry whose page has this path. ``page`` has no slash at its end."""
    _root, _medias, source, year, slug = page.split("/")
    return [
        stored for stored in archive.get(source, ()) if stored.entry.slug == slug and str(stored.year) == year
    ]


def by_address(keys: AbstractSet[str], archive: Archive) -> dict[str, list[StoredEntry]]:
    """Return the entries of each address, by address key.

    An address is compared with the entries' own addresses first. Where none has it, it is compared with the
    addresses of their files.
    """
    own_addresses = ((stored.entry.url, stored) for stored in _all_entries(archive))
    matches = _by_key({key for key in keys if key}, own_addresses)
    unknown = {key for key, entries in matches.items() if not entries}
    files = ((file.url, stored) for stored in _all_entries(archive) for file in stored.entry.enclosures)
    return matches | _by_key(unknown, files)


def _by_key(
    keys: AbstractSet[str], addresses: Iterable[tuple[str, StoredEntry]]
) -> dict[str, list[StoredEntry]]:
    """Return the entries of each key. ``addresses`` holds pairs of an address and the entry that has it."""
    matches: dict[str, list[StoredEntry]] = {key: [] for key in keys}
    # A hub has many addresses. Comparing the start of an address takes a tenth of the time that its key
    # takes.
    starts = tuple(f"{scheme}{key.partition('/')[0]}" for key in keys for scheme in _SCHEMES)
    for address, stored in addresses if keys else ():
        entries = matches.get(address_key(address)) if address.startswith(starts) else None
        # An entry may name the same file twice.
        if entries is not None and stored not in entries[-1:]:
            entries.append(stored)
    return matches


def _all_entries(archive: Archive) -> Iterator[StoredEntry]:
    return (stored for entries in archive.values() for stored in entries)


def similar_addresses(wanted: str, page: str, key: str, archive: Archive) -> list[str]:
    """Return the addresses most like ``wanted``: pages of the same source, or entries on the same host.

    ``page`` is the path of the page that ``wanted`` means, empty if it means none. ``key`` is its address
    key.
    """
    candidates = list(islice(_candidates(page, key, archive), _COMPARED))
    return get_close_matches(wanted, candidates, n=SHOWN)


def _candidates(page: str, key: str, archive: Archive) -> Iterator[str]:
    if page:
        source = page.split("/")[2]
        yield from map(page_of, archive.get(source, ()))
        return
    host = key.partition("/")[0]
    yield from (stored.entry.url for stored in _all_entries(archive) if host and host in stored.entry.url)
