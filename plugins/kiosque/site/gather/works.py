"""Which publication of a work the hub's lists show, and which they name beside it.

Every entry keeps its own page, and its place on its source's page and in its source's feed. The lists of the whole
hub leave out what another publication stands for, and what nobody knows the date of.
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
    """Where an entry stands: whether the hub's lists show it, and who published the same, with links to that."""

    is_listed: bool = True
    others: tuple[Link, ...] = ()


ORDINARY = Place()


def places(
    archive: Archive, works: Sequence[Work], sources: Mapping[str, Link], now: datetime
) -> Mapping[tuple[str, str], Place]:
    """Return the places, by source and id, of the entries that the lists leave out or name others beside.

    Of a work, its first publisher's is shown and names all others, which name that one alone: so that another one
    more changes no page but those that show it. What lies in the future counts only from its day on.
    """
    undated = set(_undated(archive))
    found = {key: Place(is_listed=False) for key in undated}
    for work in works:
        there = [stored for stored in work if stored.entry.moment <= now]
        if len(there) > 1:
            shown = next((stored for stored in there if _key(stored) not in undated), there[0])
            hidden = [stored for stored in there if stored is not shown]
            beside = tuple(_link(stored, sources) for stored in hidden)
            found[_key(shown)] = Place(is_listed=_key(shown) not in undated, others=beside)
            found |= {_key(one): Place(is_listed=False, others=(_link(shown, sources),)) for one in hidden}
    return found


def _key(stored: StoredEntry) -> tuple[str, str]:
    return stored.entry.source, stored.entry.id


def _link(stored: StoredEntry, sources: Mapping[str, Link]) -> Link:
    return Link(name=sources[stored.entry.source].name, address=page_of(stored))


def _undated(archive: Archive) -> Iterator[tuple[str, str]]:
    """Yield the undated entries of each source's first round: when they are from, nobody knows."""
    for entries in archive.values():
        undated = [stored for stored in entries if not stored.entry.published]
        if undated:
            first = min(stored.entry.first_seen for stored in entries)
            yield from (_key(stored) for stored in undated if stored.entry.first_seen == first)


def without_dead_links(publications: Sequence[Publication]) -> list[Publication]:
    """Return publications as they are, those that no list shows without links to lists that then don't exist.

    An author, tag or commune that only they name has no page: a link without an address is shown as its name.
    """
    there = {
        link.address
        for one in publications
        if one.is_listed
        for link in (*one.tags, *one.card.authors, one.card.commune)
        if link
    }
    return [one if one.is_listed else _without_dead_links(one, there) for one in publications]


def _without_dead_links(publication: Publication, there: set[str]) -> Publication:
    def living(links: tuple[Link, ...]) -> tuple[Link, ...]:
        return tuple(link if link.address in there else Link(name=link.name, address="") for link in links)

    card = publication.card
    commune = living((card.commune,))[0] if card.commune else None
    card = msgspec.structs.replace(card, authors=living(card.authors), commune=commune)
    return msgspec.structs.replace(publication, card=card, tags=living(publication.tags))
