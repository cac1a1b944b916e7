"""What was taken down, held to by every build, and what the public page may say of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from kiosque.content.addresses import addresses_of, page_address
from kiosque.model import Record, Source, StoredEntry
from kiosque.takedowns import Takedown, Takedowns


class TakenDown(Record, frozen=True):
    """One takedown as readers may know it: nothing of what was taken down, nor who asked for it.

    ``source`` is the medium's name, where it is known; ``is_source`` says that all of it went.
    """

    day: date
    reason: str
    source: str = ""
    is_source: bool = False


def standing(
    archive: Mapping[str, Sequence[StoredEntry]], takedowns: Takedowns
) -> Mapping[str, Sequence[StoredEntry]]:
    """Return the archive without what is taken down, whether it was removed there already or not."""
    if not takedowns:
        return archive
    return {
        source: [stored for stored in entries if not _is_down(source, stored, takedowns)]
        for source, entries in archive.items()
    }


def _is_down(source: str, stored: StoredEntry, takedowns: Takedowns) -> bool:
    page = page_address(source, stored.year, stored.entry.slug)
    return bool(takedowns.covers(source, stored.entry.id, (page, *addresses_of(stored.entry))))


def public_list(takedowns: Takedowns, sources: Sequence[Source]) -> tuple[TakenDown, ...]:
    """Return what the public page lists, newest first."""
    names = {source.slug: source.name for source in sources}
    remembered = {removal.names: removal.source for removal in takedowns.removals}
    listed = [
        TakenDown(
            day=item.day,
            reason=item.reason,
            source=next((names[slug] for slug in _slugs(item, takedowns, remembered) if slug in names), ""),
            is_source=item.is_source,
        )
        for item in takedowns.items
    ]
    return tuple(sorted(listed, key=lambda one: one.day, reverse=True))


def _slugs(
    item: Takedown, takedowns: Takedowns, remembered: Mapping[tuple[str, str, str], str]
) -> Iterator[str]:
    """Yield where the source of a takedown may be named: in its item, in the address, or by what was removed."""
    yield item.source
    yield takedowns.page(item.address).removeprefix("/medias/").partition("/")[0]
    yield remembered.get(item.names, "")
