"""Decides which publication of a work the hub's lists show, and which others its card names.

Every entry keeps its own page, and stays on the page and in the feed of its source. The lists of the whole
hub show one entry of each work, and leave out entries of unknown date.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import msgspec

from kiosque.archive.lookup import page_of
from kiosque.model import Record, StoredEntry
from kiosque.site.hub.records import Link, Publication
from kiosque.works import Work

Archive = Mapping[str, Sequence[StoredEntry]]


class Place(Record, frozen=True):
    """Whether the hub's lists show an entry, and links to the same work by other publishers."""

    is_listed: bool = True
    others: tuple[Link, ...] = ()


ORDINARY = Place()


def places(
    archive: Archive, works: Sequence[Work], sources: Mapping[str, Link], now: datetime
) -> Mapping[tuple[str, str], Place]:
    """Return the places of entries by source and id; entries without one have the place ``ORDINARY``.

    Of a work, the lists show the entry of the first publisher, which names all others. The others name only
    the first: then one more publisher changes few pages. Entries in the future don't count yet.
    """
    undated = set(_undated(archive))
    by_key = {key: Place(is_listed=False) for key in undated}
    for work in works:
        entries = [stored for stored in work if stored.entry.moment <= now]
        if len(entries) > 1:
            shown = next((stored for stored in entries if _key(stored) not in undated), entries[0])
            others = [stored for stored in entries if stored is not shown]
            links = tuple(_link(stored, sources) for stored in others)
            by_key[_key(shown)] = Place(is_listed=_key(shown) not in undated, others=links)
            link = _link(shown, sources)
            by_key |= {_key(stored): Place(is_listed=False, others=(link,)) for stored in others}
    return by_key


def _key(stored: StoredEntry) -> tuple[str, str]:
    return stored.entry.source, stored.entry.id


def _link(stored: StoredEntry, sources: Mapping[str, Link]) -> Link:
    return Link(name=sources[stored.entry.source].name, address=page_of(stored))


def _undated(archive: Archive) -> Iterator[tuple[str, str]]:
    """Yield the undated entries of each source's first harvest. They may be of any age."""
    for entries in archive.values():
        undated = [stored for stored in entries if not stored.entry.published]
        if undated:
            first = min(stored.entry.first_seen for stored in entries)
            yield from (_key(stored) for stored in undated if stored.entry.first_seen == first)


def without_dead_links(publications: Sequence[Publication]) -> list[Publication]:
    """Return publications; links of unlisted ones to lists that don't exist lose their address.

    If only unlisted publications have an author, tag or commune, that has no page. Pages show such a link as
    its name.
    """
    addresses = {
        link.address
        for publication in publications
        if publication.is_listed
        for link in (*publication.tags, *publication.card.authors, publication.card.commune)
        if link
    }
    return [
        publication if publication.is_listed else _without_dead_links(publication, addresses)
        for publication in publications
    ]


def _without_dead_links(publication: Publication, addresses: set[str]) -> Publication:
    def checked(links: tuple[Link, ...]) -> tuple[Link, ...]:
        return tuple(
            link if link.address in addresses else Link(name=link.name, address="") for link in links
        )

    card = publication.card
    commune = checked((card.commune,))[0] if card.commune else None
    card = msgspec.structs.replace(card, authors=checked(card.authors), commune=commune)
    return msgspec.structs.replace(publication, card=card, tags=checked(publication.tags))
