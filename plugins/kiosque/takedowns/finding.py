"""Find what a person wants to take down: by a page of the hub, the address of an original, or a source."""

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


class TakedownSubject(Record, frozen=True):
    """What a takedown will name: a source, or an entry.

    An entry is named by its source and id, and also by an address, if it has one that no other entry has.
    """

    source: str = ""
    identity: str = ""
    address: str = ""


def find(wanted: str, archive: Archive, sources: Iterable[str], takedowns: Takedowns) -> TakedownSubject:
    """Return what ``wanted`` names in the archive, or among the slugs of ``sources``.

    ``wanted`` is an address, or ``source:`` and a slug. Raises ArchiveError where it names nothing, or
    several entries; the error lists similar addresses.
    """
    if wanted.startswith(_SOURCE):
        return _source(wanted.removeprefix(_SOURCE).strip(), {*archive, *sources})
    page, key = takedowns.page(wanted), address_key(wanted)
    matches = by_page(page, archive) if page else _of_first_source(by_address({key}, archive).get(key, []))
    # The hub's public address may be in publishconf.py only, so that its pages look like those of another
    # site.
    if not matches and (own_page := ENTRY_PAGE.fullmatch(urlsplit(wanted).path)):
        matches = by_page(own_page["page"], archive)
    if len(matches) > 1:
        raise ArchiveError(_ambiguous(wanted, matches))
    if not matches:
        raise ArchiveError(_unknown(wanted, similar_addresses(wanted, page, key, archive)))
    return _subject(matches[0], archive[matches[0].entry.source])


def _of_first_source(matches: Sequence[StoredEntry]) -> list[StoredEntry]:
    """Return the entries of the first entry's source.

    The address of a takedown covers the entries of other sources too, so they need no subject of their own.
    """
    return [stored for stored in matches if stored.entry.source == matches[0].entry.source]


def _source(slug: str, known: set[str]) -> TakedownSubject:
    if slug in known:
        return TakedownSubject(source=slug)
    similar = get_close_matches(slug, known, n=SHOWN) or sorted(known)[:SHOWN]
    message = _("there is no source “{slug}”; near it: {near}")
    raise ArchiveError(message.format(slug=slug, near=", ".join(similar)))


def _unknown(wanted: str, similar: Sequence[str]) -> str:
    message = _("nothing in the archive has the address {address}").format(address=wanted)
    if similar:
        return message + " " + _("(near it: {near})").format(near=", ".join(similar))
    return (
        message
        + " "
        + _("(give its page on the hub, its original address, or source:radio-du-fleuve for all of a medium)")
    )


def _ambiguous(wanted: str, matches: Sequence[StoredEntry]) -> str:
    pages = " ".join(map(page_of, matches[-SHOWN:]))
    message = _(
        "{number} entries bear the address {address}: give the page of the one that is meant, such as {pages}"
    )
    return message.format(number=len(matches), address=wanted, pages=pages)


def _subject(stored: StoredEntry, entries: Sequence[StoredEntry]) -> TakedownSubject:
    """Return the subject of an entry; ``entries`` are all of its source."""
    counts: Counter[str] = Counter()
    for other in entries:
        counts.update({address_key(address) for address in addresses_of(other.entry)})
    own = next((safe_url(address) for address in addresses_of(stored.entry) if is_own(address, counts)), "")
    if line_text(stored.entry.id) == stored.entry.id:
        return TakedownSubject(source=stored.entry.source, identity=stored.entry.id, address=own)
    # An id with line ends or control characters can't be written in the file. The removal keeps it in the
    # archive.
    return TakedownSubject(address=own or page_of(stored))
