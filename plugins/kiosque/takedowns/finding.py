"""From what a person pastes to what it names: an entry's page on the hub, its original's address, or a source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from urllib.parse import urlsplit

from kiosque.archive.lookup import SHOWN, Archive, by_address, by_page, page_of, similar_addresses
from kiosque.content.addresses import ENTRY_PAGE, addresses_of
from kiosque.i18n import _
from kiosque.model import ArchiveError, Record, StoredEntry
from kiosque.takedowns.covering import Takedowns
from kiosque.takedowns.purging import is_own
from kiosque.text import line_text
from kiosque.urls import address_key, safe_url

_SOURCE = "source:"


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
    found = by_page(page, archive) if page else _of_one_source(by_address({key}, archive).get(key, []))
    # The hub's public address may stand in publishconf.py alone.
    if not found and (elsewhere := ENTRY_PAGE.fullmatch(urlsplit(wanted).path)):
        found = by_page(elsewhere["page"], archive)
    if len(found) > 1:
        raise ArchiveError(_ambiguous(wanted, found))
    if not found:
        raise ArchiveError(_unknown(wanted, similar_addresses(wanted, page, key, archive)))
    return _names(found[0], archive[found[0].entry.source])


def _of_one_source(found: Sequence[StoredEntry]) -> list[StoredEntry]:
    """Return those of the first source alone: what others share goes with its address."""
    return [one for one in found if one.entry.source == found[0].entry.source]


def _source(slug: str, known: set[str]) -> Names:
    if slug in known:
        return Names(source=slug)
    close = get_close_matches(slug, known, n=SHOWN) or sorted(known)[:SHOWN]
    message = _("there is no source “{slug}”; near it: {near}")
    raise ArchiveError(message.format(slug=slug, near=", ".join(close)))


def _unknown(wanted: str, close: Sequence[str]) -> str:
    message = _("nothing in the archive has the address {address}").format(address=wanted)
    if close:
        return message + " " + _("(near it: {near})").format(near=" ".join(close))
    return (
        message
        + " "
        + _("(give its page on the hub, its original address, or source:radio-du-fleuve for all of a medium)")
    )


def _ambiguous(wanted: str, found: Sequence[StoredEntry]) -> str:
    pages = " ".join(map(page_of, found[-SHOWN:]))
    message = _(
        "{number} entries bear the address {address}: give the page of the one that is meant, such as {pages}"
    )
    return message.format(number=len(found), address=wanted, pages=pages)


def _names(stored: StoredEntry, entries: Sequence[StoredEntry]) -> Names:
    counts: Counter[str] = Counter()
    for one in entries:
        counts.update({address_key(address) for address in addresses_of(one.entry)})
    own = next((safe_url(one) for one in addresses_of(stored.entry) if is_own(one, counts)), "")
    if line_text(stored.entry.id) == stored.entry.id:
        return Names(source=stored.entry.source, identity=stored.entry.id, address=own)
    # What a file can't hold as it is; the archive remembers it.
    return Names(address=own or page_of(stored))
