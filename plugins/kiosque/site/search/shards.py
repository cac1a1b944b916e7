"""The division of publications into shards of the index: by age, so that new entries change a small shard.

Pagefind cuts its index into pieces, so each shard costs a reader about 40 kB for each word searched, whatever
its size. Therefore a hub has few shards: one for a small hub, two up to some ten thousand publications. The
cuts depend only on the calendar and the publications: the same hub always has the same shards.
"""

from __future__ import annotations

import logging
from bisect import bisect_left
from collections.abc import Callable, Iterator
from datetime import date

logger = logging.getLogger(__name__)

# The most documents of the recent shard, which are indexed in half a second.
RECENT = 1_000
# The least documents of an older shard but the newest. Phones load 9 bytes for each before they look a word
# up.
LARGE = 10_000


def shards(count: int, day: Callable[[int], date]) -> list[range]:
    """Return the ranges of publications that belong to each shard, newest first; at least one range.

    Publications are numbered from 0, the newest, to ``count``; ``day`` returns the date of a number. The
    recent shard holds the half-year of the newest publication and the half-year before. Where that is too
    much, it holds quarters, months, or the current month alone.
    """
    if count <= RECENT:
        return [range(count)]

    def since(start: date) -> int:
        return bisect_left(range(count), 1, key=lambda number: day(number) < start)

    sizes = [since(start) for start in _recent_starts(day(0))]
    recent = next((size for size in sizes if size <= RECENT), sizes[-1])
    logger.debug("the recent shard has %d of %d publications", recent, count)
    year_starts = [since(date(year, 1, 1)) for year in _years(day, recent, count)]
    return [range(recent), *reversed([*_older_shards(recent, count, year_starts)])]


def _recent_starts(newest: date) -> Iterator[date]:
    """Yield the days at which the recent shard may begin, earliest first.

    They are the first days of the half-year, the quarter and the month before that of ``newest``, and of its
    own month.
    """
    for months in (6, 3, 1):
        first_month = (newest.month - 1) // months * months
        month = newest.year * 12 + first_month - months
        yield date(month // 12, month % 12 + 1, 1)
    yield newest.replace(day=1)


def _years(day: Callable[[int], date], start: int, end: int) -> range:
    """Return the years that begin among the publications from ``start`` to ``end``, oldest first."""
    return range(day(end - 1).year + 1, day(start).year + 1) if start < end else range(0)


def _older_shards(start: int, end: int, year_starts: list[int]) -> Iterator[range]:
    """Yield the shards of whole years, oldest first. A shard of ``LARGE`` documents is closed."""
    for cut in year_starts:
        if end - cut >= LARGE:
            yield range(cut, end)
            end = cut
    if end > start:
        yield range(start, end)
