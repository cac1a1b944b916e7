"""How publications are shared out among the shards of the index: by age, so that what is new touches a small one.

Each shard costs a reader about 40 kB for each word asked, whatever it holds, since Pagefind cuts its index into
pieces of that size. So there are few: one where there is little, two up to some ten thousand publications. The cuts
follow the calendar and the publications alone: the same hub has the same shards, however it came to be.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from datetime import date

# As many documents as are indexed in half a second.
RECENT = 1_000
# As many as a phone loads at once: 9 bytes for each before the first word is looked up.
LARGE = 10_000


def shards(count: int, day: Callable[[int], date]) -> list[range]:
    """Return the places of ``count`` publications that belong to each shard, newest first; at least one range.

    ``day`` gives the date of a place; the newest is at 0. The recent shard holds the half-year of the newest and the one
    before, or as much less as keeps it small.
    """
    if count <= RECENT:
        return [range(count)]

    def since(start: date) -> int:
        return bisect_left(range(count), 1, key=lambda place: day(place) < start)

    sizes = [since(start) for start in _starts(day(0))]
    recent = next((size for size in sizes if size <= RECENT), sizes[-1])
    older = [*_by_years(recent, count, [since(date(year, 1, 1)) for year in _years(day, recent, count)])]
    return [range(recent), *reversed(older)]


def _starts(newest: date) -> Iterator[date]:
    """Yield from where the recent shard may begin: the half-year, quarter or month before that of ``newest``, or its own."""
    for months in (6, 3, 1):
        begun = (newest.month - 1) // months * months
        number = newest.year * 12 + begun - months
        yield date(number // 12, number % 12 + 1, 1)
    yield newest.replace(day=1)


def _years(day: Callable[[int], date], start: int, end: int) -> range:
    """Return the years that begin between two places, oldest first."""
    return range(day(end - 1).year + 1, day(start).year + 1) if start < end else range(0)


def _by_years(start: int, end: int, cuts: list[int]) -> Iterator[range]:
    """Yield all that isn't recent, oldest first, in shards of whole years: one that is full stays as it is."""
    for cut in cuts:
        if end - cut >= LARGE:
            yield range(cut, end)
            end = cut
    if end > start:
        yield range(start, end)
