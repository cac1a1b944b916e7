"""The health of a source as facts, without words. Pure: others read the archive and the cache.

Facts have days, not times, and don't depend on the time of day. So a page that shows them changes at most
once a day by itself. The next visit is a fact of its own, which a page may leave out.
"""

from __future__ import annotations

import logging
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from itertools import pairwise

from kiosque.archive.entries import FeedState, announced_address
from kiosque.archive.feed_memory import Memory, Visit
from kiosque.model import Feed, Problem, Record, Source, StoredEntry

# A server may be down for a night, or for a few where it runs on solar power. A failure is reported at once,
# but a feed counts as lost only after this time.
_PATIENCE = timedelta(days=2)
# The usual interval is taken from the newest days on which a source published, from at least and at most so
# many.
_FEWEST_DAYS = 5
_MOST_DAYS = 30
# A silence is reported once it is so many times as long as the usual interval, but not before two weeks.
_TIMES_THE_USUAL = 3
_SHORTEST_SILENCE = 14
_SILENCE_WITHOUT_USUAL = 365


logger = logging.getLogger(__name__)


class Condition(StrEnum):
    """The health of a source as a whole, best first. A silent source works, but no longer publishes."""

    OK = "ok"
    SILENT = "silent"
    WARNING = "warning"
    BROKEN = "broken"


class FactKind(StrEnum):
    """What a fact is about. The kinds up to ``unasked`` are facts of a feed, those after it of a source."""

    GONE = "gone"
    FAILING = "failing"
    MOVED = "moved"
    MOVING = "moving"
    ANNOUNCED = "announced"
    ANSWERED = "answered"
    NEXT = "next"
    DUE = "due"
    UNASKED = "unasked"
    SILENT = "silent"
    EMPTY = "empty"
    FEEDLESS = "feedless"


# A kind that isn't named here is no trouble.
_TROUBLES = {
    FactKind.GONE: Condition.WARNING,
    FactKind.FAILING: Condition.WARNING,
    FactKind.MOVED: Condition.WARNING,
    FactKind.ANNOUNCED: Condition.WARNING,
    FactKind.UNASKED: Condition.WARNING,
    FactKind.SILENT: Condition.SILENT,
    FactKind.EMPTY: Condition.SILENT,
}
_WORST_LAST = tuple(Condition)
# The kinds of fact that change with every successful visit.
ROUTINE = frozenset({FactKind.ANSWERED, FactKind.NEXT, FactKind.DUE})


class Fact(Record, frozen=True):
    """A fact about a source or a feed.

    ``day`` is the day of the fact, or its first day. ``reason`` is why a feed can't be fetched, ``address``
    where it has moved to, ``usual`` the usual number of days between two entries. ``path`` and ``line`` are
    the place that a person has to change.
    """

    kind: FactKind
    day: date | None = None
    reason: str = ""
    address: str = ""
    usual: int | None = None
    path: str = ""
    line: int | None = None

    @property
    def condition(self) -> Condition:
        """How bad this is by itself."""
        return _TROUBLES.get(self.kind, Condition.OK)


class FeedHealth(Record, frozen=True):
    """The health of a feed; ``advice`` is what its producer could improve."""

    url: str
    facts: tuple[Fact, ...] = ()
    advice: tuple[Problem, ...] = ()


class SourceHealth(Record, frozen=True):
    """The health of a source.

    ``entries`` counts the entries that are shown by now, ``newest`` is the day of the last of them. ``usual``
    is the usual number of days between two entries, ``silence`` the number of days since the last. ``dead``
    describes, in words, those of its newest files that can't be fetched.
    """

    source: str
    name: str
    condition: Condition
    entries: int = 0
    newest: date | None = None
    usual: int | None = None
    silence: int | None = None
    facts: tuple[Fact, ...] = ()
    dead: tuple[str, ...] = ()
    feeds: tuple[FeedHealth, ...] = ()

    @property
    def troubles(self) -> tuple[tuple[str, Fact], ...]:
        """The troubles, worst first, each with the address of its feed; it is empty for the source itself."""
        facts = [("", fact) for fact in self.facts]
        facts += [(feed.url, fact) for feed in self.feeds for fact in feed.facts]
        troubles = [(url, fact) for url, fact in facts if fact.condition is not Condition.OK]
        return tuple(sorted(troubles, key=lambda trouble: -_WORST_LAST.index(trouble[1].condition)))


def source_health(
    source: Source,
    entries: Sequence[StoredEntry],
    state: Mapping[str, FeedState],
    memory: Memory,
    now: datetime,
    zone: tzinfo,
) -> SourceHealth:
    """Return the health of a source at ``now``, with the days of ``zone``.

    ``state`` and ``memory`` may lack facts: those that were lost, or never learnt, are left out.
    """
    today = now.astimezone(zone).date()
    moments = sorted([stored.entry.moment for stored in entries])
    del moments[bisect_right(moments, now) :]
    feeds = tuple(
        _feed(source, feed, state.get(feed.url, FeedState()), memory.visits.get(feed.url), now, zone)
        for feed in source.feeds
    )
    if not entries and not memory.visits:
        unasked = (Fact(kind=FactKind.UNASKED),)
        feeds = tuple(FeedHealth(url=feed.url, facts=feed.facts or unasked) for feed in feeds)
    newest = moments[-1].astimezone(zone).date() if moments else None
    usual = _usual_interval(moments)
    facts = tuple(_of_source(source, memory, newest, usual, today))
    condition = _condition(facts, feeds, today)
    logger.debug("%s: %s, %d entries shown, the newest of %s", source.slug, condition, len(moments), newest)
    return SourceHealth(
        source=source.slug,
        name=source.name,
        condition=condition,
        entries=len(moments),
        newest=newest,
        usual=usual,
        silence=(today - newest).days if newest else None,
        facts=facts,
        dead=memory.dead,
        feeds=feeds,
    )


def _feed(
    source: Source, feed: Feed, state: FeedState, visit: Visit | None, now: datetime, zone: tzinfo
) -> FeedHealth:
    def on(moment: datetime | None) -> date | None:
        return moment.astimezone(zone).date() if moment else None

    def facts() -> Iterable[Fact]:
        since = [moment for moment in (state.failing, visit.failing if visit else None) if moment]
        if state.gone:
            yield Fact(kind=FactKind.GONE, day=on(state.gone), path=source.path, line=feed.line)
        elif since:
            yield Fact(kind=FactKind.FAILING, day=on(min(since)), reason=visit.failure if visit else "")
        if state.moved:
            yield Fact(kind=FactKind.MOVED, address=state.moved, path=source.path, line=feed.line)
        elif state.moving:
            yield Fact(kind=FactKind.MOVING, address=state.moving, day=on(state.moving_since))
        if address := announced_address(feed.url, state):
            yield Fact(kind=FactKind.ANNOUNCED, address=address, path=source.path, line=feed.line)
        if visit and visit.succeeded:
            yield Fact(kind=FactKind.ANSWERED, day=on(visit.succeeded))
        if visit and visit.next and not state.gone:
            is_due = visit.next <= now
            yield Fact(kind=FactKind.DUE if is_due else FactKind.NEXT, day=None if is_due else on(visit.next))

    return FeedHealth(url=feed.url, facts=tuple(facts()), advice=visit.advice if visit else ())


def _usual_interval(moments: Sequence[datetime]) -> int | None:
    """Return the median number of days between two days with entries; ``moments`` are the oldest first."""
    days: list[date] = []
    for moment in reversed(moments):
        if not days or moment.date() != days[-1]:
            days.append(moment.date())
        if len(days) == _MOST_DAYS:
            break
    gaps = sorted((later - earlier).days for later, earlier in pairwise(days))
    return gaps[len(gaps) // 2] if len(days) >= _FEWEST_DAYS else None


def _of_source(
    source: Source, memory: Memory, newest: date | None, usual: int | None, today: date
) -> Iterable[Fact]:
    if not source.feeds:
        yield Fact(kind=FactKind.FEEDLESS)
    elif newest is None and any(visit.succeeded for visit in memory.visits.values()):
        yield Fact(kind=FactKind.EMPTY)
    if newest:
        longest = max(_SHORTEST_SILENCE, _TIMES_THE_USUAL * usual) if usual else _SILENCE_WITHOUT_USUAL
        if source.feeds and (today - newest).days >= longest:
            yield Fact(kind=FactKind.SILENT, day=newest, usual=usual)


def _condition(facts: Iterable[Fact], feeds: Sequence[FeedHealth], today: date) -> Condition:
    """Return the worst condition of all facts; a source is broken once all of its feeds are lost."""
    if feeds and all(_is_lost(feed, today) for feed in feeds):
        return Condition.BROKEN
    conditions = [fact.condition for fact in (*facts, *(fact for feed in feeds for fact in feed.facts))]
    return max(conditions, key=_WORST_LAST.index, default=Condition.OK)


def _is_lost(feed: FeedHealth, today: date) -> bool:
    """Whether a feed is gone for good, or has failed for longer than ``_PATIENCE``."""
    return any(
        fact.kind is FactKind.GONE
        or (fact.kind is FactKind.FAILING and fact.day is not None and fact.day + _PATIENCE <= today)
        for fact in feed.facts
    )


def worst_first(sources: Iterable[SourceHealth]) -> list[SourceHealth]:
    """Return sources with the worst condition first; those of the same condition by name."""

    def order(source: SourceHealth) -> tuple[int, str, str]:
        return -_WORST_LAST.index(source.condition), source.name.casefold(), source.source

    return sorted(sources, key=order)
