"""Leaves out what was taken down, and makes the public list of takedowns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from kiosque.content.addresses import addresses_of, page_address
from kiosque.content.kinds.source import SOURCE
from kiosque.model import Record, Source, StoredEntry
from kiosque.takedowns import Takedown, Takedowns


class TakenDown(Record, frozen=True):
    """A takedown in the public list. It doesn't say what was taken down, nor who asked for it.

    ``source`` is the name of the medium, if it is known. ``is_source`` says that the whole medium was taken
    down.
    """

    day: date
    reason: str
    source: str = ""
    is_source: bool = False


def without_takedowns(
    archive: Mapping[str, Sequence[StoredEntry]], takedowns: Takedowns
) -> Mapping[str, Sequence[StoredEntry]]:
    """Return the archive without entries that are taken down.

    The files of the archive may still have them: ``kiosque takedown`` removes them there.
    """
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
    """Return the public list of takedowns, newest first."""
    names = {source.slug: source.name for source in sources}
    removed_from = {removal.names: removal.source for removal in takedowns.removals}
    listed = [
        TakenDown(
            day=item.day,
            reason=item.reason,
            source=next((names[slug] for slug in _slugs(item, takedowns, removed_from) if slug in names), ""),
            is_source=item.is_source,
        )
        for item in takedowns.items
    ]
    return tuple(sorted(listed, key=lambda takedown: takedown.day, reverse=True))


def _slugs(
    item: Takedown, takedowns: Takedowns, removed_from: Mapping[tuple[str, str, str], str]
) -> Iterator[str]:
    """Yield the possible slugs of a takedown's source: in its item, its address, or the list of removals."""
    yield item.source
    yield takedowns.page(item.address).removeprefix(SOURCE.list_address).partition("/")[0]
    yield removed_from.get(item.names, "")
