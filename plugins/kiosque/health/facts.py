"""How a source fares: facts, apart from the words that say them. Pure over what others read.

Facts hold days, not moments, and nothing that the time of day decides: what shows them changes at most once a day
without a cause. The next visit is a fact of its own, which a page may leave out.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from itertools import pairwise

from kiosque.archive.entries import FeedState
from kiosque.archive.feed_memory import Memory, Visit
from kiosque.model import Feed, Problem, Record, Source, StoredEntry

# A server may be down for a night, and one that runs on the sun for some: it is said at once, but not given up.
_PATIENCE = timedelta(days=2)
# A rhythm is read off the newest days on which a source published, where it did on enough of them.
_FEWEST_DAYS = 5
_MOST_DAYS = 30
# A silence is worth a word once it is this many times as long as usual, and never before two weeks.
_LONG = 3
_SHORTEST_SILENCE = 14
_SILENCE_WITHOUT_RHYTHM = 365


class Condition(StrEnum):
    """How a source fares on the whole, best first; a silent one works, but has long published nothing."""

    OK = "ok"
    SILENT = "silent"
    WARNING = "warning"
    BROKEN = "broken"


class Kind(StrEnum):
    """What a fact is about: of a feed, up to ``unasked``; then of a source."""

    GONE = "gone"
    FAILING = "failing"
    MOVED = "moved"
    MOVING = "moving"
    ANSWERED = "answered"
    NEXT = "next"
    DUE = "due"
    UNASKED = "unasked"
    SILENT = "silent"
    EMPTY = "empty"
    FEEDLESS = "feedless"


# What isn't named here is no trouble.
_TROUBLES = {
    Kind.GONE: Condition.WARNING,
    Kind.FAILING: Condition.WARNING,
    Kind.MOVED: Condition.WARNING,
    Kind.UNASKED: Condition.WARNING,
    Kind.SILENT: Condition.SILENT,
    Kind.EMPTY: Condition.SILENT,
}
_WORST_LAST = tuple(Condition)
# What every visit that went well moves.
ROUTINE = frozenset({Kind.ANSWERED, Kind.NEXT, Kind.DUE})


class Fact(Record, frozen=True):
    """One thing to know of a source or feed.

    ``day`` is since when, or on which day; ``reason`` why a feed can't be had; ``address`` where it has moved to;
    ``usual`` the days that usually lie between two entries. ``path`` and ``line`` are what a person has to change.
    """

    kind: Kind
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
    """How one feed fares; ``advice`` is what its producer could mend."""

    url: str
    facts: tuple[Fact, ...] = ()
    advice: tuple[Problem, ...] = ()


class SourceHealth(Record, frozen=True):
    """How one source fares.

    ``entries`` counts those that are shown by now, ``newest`` is the day of the last. ``usual`` are the days that
    usually lie between two, ``silence`` those gone by since the last. ``dead`` names those of its newest files that
    nobody can have, in words.
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
        """What is wrong, worst first, each with the address of its feed; of the source itself without one."""
        found = [("", fact) for fact in self.facts]
        found += [(feed.url, fact) for feed in self.feeds for fact in feed.facts]
        wrong = [one for one in found if one[1].condition is not Condition.OK]
        return tuple(sorted(wrong, key=lambda one: -_WORST_LAST.index(one[1].condition)))


def source_health(
    source: Source,
    entries: Sequence[StoredEntry],
    state: Mapping[str, FeedState],
    memory: Memory,
    now: datetime,
    zone: tzinfo,
) -> SourceHealth:
    """Return how a source fares at ``now``, by the days of ``zone``; what was lost or never learnt is left out."""
    today = now.astimezone(zone).date()
    moments = sorted([one.entry.moment for one in entries])
    del moments[bisect_right(moments, now) :]
    feeds = tuple(
        _feed(source, feed, state.get(feed.url, FeedState()), memory.visits.get(feed.url), now, zone)
        for feed in source.feeds
    )
    if not entries and not memory.visits:
        unasked = (Fact(kind=Kind.UNASKED),)
        feeds = tuple(FeedHealth(url=one.url, facts=one.facts or unasked) for one in feeds)
    newest = moments[-1].astimezone(zone).date() if moments else None
    usual = _rhythm(moments)
    facts = tuple(_of_source(source, memory, newest, usual, today))
    return SourceHealth(
        source=source.slug,
        name=source.name,
        condition=_condition(facts, feeds, today),
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
            yield Fact(kind=Kind.GONE, day=on(state.gone), path=source.path, line=feed.line)
        elif since:
            yield Fact(kind=Kind.FAILING, day=on(min(since)), reason=visit.failure if visit else "")
        if state.moved:
            yield Fact(kind=Kind.MOVED, address=state.moved, path=source.path, line=feed.line)
        elif state.moving:
            yield Fact(kind=Kind.MOVING, address=state.moving, day=on(state.moving_since))
        if visit and visit.succeeded:
            yield Fact(kind=Kind.ANSWERED, day=on(visit.succeeded))
        if visit and visit.next and not state.gone:
            is_due = visit.next <= now
            yield Fact(kind=Kind.DUE if is_due else Kind.NEXT, day=None if is_due else on(visit.next))

    return FeedHealth(url=feed.url, facts=tuple(facts()), advice=visit.advice if visit else ())


def _rhythm(moments: Sequence[datetime]) -> int | None:
    """Return the days that usually lie between two days with entries, the median; ``moments`` oldest first."""
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
        yield Fact(kind=Kind.FEEDLESS)
    elif newest is None and any(visit.succeeded for visit in memory.visits.values()):
        yield Fact(kind=Kind.EMPTY)
    if newest:
        longest = max(_SHORTEST_SILENCE, _LONG * usual) if usual else _SILENCE_WITHOUT_RHYTHM
        if source.feeds and (today - newest).days >= longest:
            yield Fact(kind=Kind.SILENT, day=newest, usual=usual)


def _condition(facts: Iterable[Fact], feeds: Sequence[FeedHealth], today: date) -> Condition:
    """Return the worst of all; a source is broken once none of its feeds can be had any more."""
    if feeds and all(_is_lost(feed, today) for feed in feeds):
        return Condition.BROKEN
    found = [fact.condition for fact in (*facts, *(fact for feed in feeds for fact in feed.facts))]
    return max(found, key=_WORST_LAST.index, default=Condition.OK)


def _is_lost(feed: FeedHealth, today: date) -> bool:
    return any(
        fact.kind is Kind.GONE
        or (fact.kind is Kind.FAILING and fact.day is not None and fact.day + _PATIENCE <= today)
        for fact in feed.facts
    )


def worst_first(found: Iterable[SourceHealth]) -> list[SourceHealth]:
    """Return sources in the order in which a person should look at them; equals by their name."""
    return sorted(found, key=lambda one: (-_WORST_LAST.index(one.condition), one.name.casefold(), one.source))
