"""From what a person pastes to what it names: an entry's page on the hub, its original's address, or a source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import islice
from urllib.parse import urlsplit

from kiosque.addresses import ENTRY_PAGE, address_key, addresses_of, page_address
from kiosque.i18n import _
from kiosque.model import ArchiveError, Record, StoredEntry
from kiosque.takedowns.covering import Takedowns
from kiosque.takedowns.purging import is_own
from kiosque.text import line_text, safe_url

# Comparing spellings takes time: enough of those on the same host or of the same source, and a message that fits a screen.
_COMPARED = 2000
_SHOWN = 3
_SOURCE = "source:"

Archive = Mapping[str, Sequence[StoredEntry]]


class Names(Record, frozen=True):
    """What a takedown will name: an entry by its source and id, and by an address where one is its own; or a source."""

    source: str = ""
    identity: str = ""
    address: str = ""


def find(wanted: str, archive: Archive, sources: Iterable[str], takedowns: Takedowns) -> Names:
    """Return what ``wanted`` names in the archive, or among the slugs of ``sources``.

    Raises ArchiveError, which names what is near, where that is nothing, or more than one thing.
    """
    if wanted.startswith(_SOURCE):
        return _source(wanted.removeprefix(_SOURCE).strip(), {*archive, *sources})
    page, key = takedowns.page(wanted), address_key(wanted)
    source, found = _by_page(page, archive) if page else _by_address(key, archive)
    # The hub's public address may stand in publishconf.py alone.
    if not found and (elsewhere := ENTRY_PAGE.fullmatch(urlsplit(wanted).path)):
        source, found = _by_page(elsewhere["page"], archive)
    if len(found) > 1:
        raise ArchiveError(_ambiguous(wanted, source, found))
    if not found:
        raise ArchiveError(_unknown(wanted, _near(page, key, archive)))
    return _names(source, found[0], archive[source])


def page_address_of(source: str, stored: StoredEntry) -> str:
    """Return the address of an entry's page on the hub."""
    return page_address(source, stored.year, stored.entry.slug)


def _source(slug: str, known: set[str]) -> Names:
    if slug in known:
        return Names(source=slug)
    near = get_close_matches(slug, known, n=_SHOWN) or sorted(known)[:_SHOWN]
    message = _("there is no source “{slug}”; near it: {near}")
    raise ArchiveError(message.format(slug=slug, near=", ".join(near)))


def _by_address(key: str, archive: Archive) -> tuple[str, list[StoredEntry]]:
    """Return the first source of which entries bear an address, and these; what others share goes with its address."""
    for source, entries in archive.items():
        bearing = [one for one in entries if key and key in map(address_key, addresses_of(one.entry))]
        if bearing:
            return source, bearing
    return "", []


def _by_page(page: str, archive: Archive) -> tuple[str, list[StoredEntry]]:
    source = page.split("/")[2]
    return source, [one for one in archive.get(source, ()) if page_address_of(source, one) == f"{page}/"]


def _near(page: str, key: str, archive: Archive) -> Iterator[str]:
    """Yield what may have been meant: pages of the same source, or addresses on the same host."""
    if page:
        source = page.split("/")[2]
        yield from (page_address_of(source, one) for one in archive.get(source, ()))
        return
    host = key.partition("/")[0]
    addresses = (one.entry.url for entries in archive.values() for one in entries)
    yield from (address for address in addresses if host and host in address)


def _unknown(wanted: str, near: Iterable[str]) -> str:
    close = get_close_matches(wanted, list(islice(near, _COMPARED)), n=_SHOWN)
    message = _("nothing in the archive has the address {address}").format(address=wanted)
    if close:
        return message + " " + _("(near it: {near})").format(near=" ".join(close))
    return (
        message
        + " "
        + _("(give its page on the hub, its original address, or source:radio-du-fleuve for all of a medium)")
    )


def _ambiguous(wanted: str, source: str, found: Sequence[StoredEntry]) -> str:
    pages = " ".join(page_address_of(source, one) for one in found[-_SHOWN:])
    message = _(
        "{number} entries bear the address {address}: give the page of the one that is meant, such as {pages}"
    )
    return message.format(number=len(found), address=wanted, pages=pages)


def _names(source: str, stored: StoredEntry, entries: Sequence[StoredEntry]) -> Names:
    counts: Counter[str] = Counter()
    for one in entries:
        counts.update({address_key(address) for address in addresses_of(one.entry)})
    own = next((safe_url(one) for one in addresses_of(stored.entry) if is_own(one, counts)), "")
    if line_text(stored.entry.id) == stored.entry.id:
        return Names(source=source, identity=stored.entry.id, address=own)
    # What a file can't hold as it is; the archive remembers it.
    return Names(address=own or page_address_of(source, stored))
