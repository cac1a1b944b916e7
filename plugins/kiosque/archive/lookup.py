"""From an address that a person gives to the entries of the archive that it names, and to what is near it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from difflib import get_close_matches
from itertools import islice

from kiosque.content.addresses import page_address
from kiosque.model import StoredEntry
from kiosque.urls import address_key

Archive = Mapping[str, Sequence[StoredEntry]]
# Comparing spellings takes time: enough of those on the same host or of the same source, and a message that fits a screen.
_COMPARED = 2000
SHOWN = 3
_SCHEMES = ("https://", "https://www.", "http://", "http://www.")


def page_of(stored: StoredEntry) -> str:
    """Return the address of an entry's page on the hub."""
    return page_address(stored.entry.source, stored.year, stored.entry.slug)


def by_page(page: str, archive: Archive) -> list[StoredEntry]:
    """Return the entry of a page, which has no slash at its end."""
    _root, _medias, source, year, slug = page.split("/")
    return [one for one in archive.get(source, ()) if one.entry.slug == slug and str(one.year) == year]


def by_address(keys: AbstractSet[str], archive: Archive) -> dict[str, list[StoredEntry]]:
    """Return the entries that bear each address, by its key: as their own, else as that of one of their files."""
    found = _bearing({key for key in keys if key}, ((one.entry.url, one) for one in _all(archive)))
    unknown = {key for key, bearers in found.items() if not bearers}
    files = ((file.url, one) for one in _all(archive) for file in one.entry.enclosures)
    return found | _bearing(unknown, files)


def _bearing(
    keys: AbstractSet[str], addresses: Iterable[tuple[str, StoredEntry]]
) -> dict[str, list[StoredEntry]]:
    found: dict[str, list[StoredEntry]] = {key: [] for key in keys}
    # Looking at the beginning of an address costs a tenth of making its key, and a hub has many.
    starts = tuple(f"{scheme}{key.partition('/')[0]}" for key in keys for scheme in _SCHEMES)
    for address, stored in addresses if keys else ():
        bearers = found.get(address_key(address)) if address.startswith(starts) else None
        # An entry may have a file twice.
        if bearers is not None and stored not in bearers[-1:]:
            bearers.append(stored)
    return found


def _all(archive: Archive) -> Iterator[StoredEntry]:
    return (stored for entries in archive.values() for stored in entries)


def near(wanted: str, page: str, key: str, archive: Archive) -> list[str]:
    """Return what may have been meant: pages of the same source, or addresses on the same host."""
    candidates = list(islice(_candidates(page, key, archive), _COMPARED))
    return get_close_matches(wanted, candidates, n=SHOWN)


def _candidates(page: str, key: str, archive: Archive) -> Iterator[str]:
    if page:
        source = page.split("/")[2]
        yield from map(page_of, archive.get(source, ()))
        return
    host = key.partition("/")[0]
    yield from (stored.entry.url for stored in _all(archive) if host and host in stored.entry.url)
