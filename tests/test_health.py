"""How a source fares: from what was read of it to facts, and from facts to words."""

from __future__ import annotations

import gettext
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from conftest import entry

from kiosque.archive.entries import FeedFacts, FeedState
from kiosque.archive.feed_memory import Memory, Visit
from kiosque.health import (
    Condition,
    Fact,
    FactKind,
    FeedHealth,
    SourceHealth,
    Words,
    advice_text,
    sentence,
    source_health,
    tally,
    verdict,
    worst_first,
)
from kiosque.model import Feed, Problem, Source, StoredEntry

NOW = datetime(2026, 3, 15, 8, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Paris")
URL = "https://radio.example/feed.xml"
OTHER = "https://radio.example/blog.xml"
PATH = "content/sources/radio.md"
_NONE = gettext.NullTranslations()
ENGLISH = Words(gettext=_NONE.gettext, ngettext=_NONE.ngettext, day=date.isoformat)


def source(*urls: str) -> Source:
    feeds = tuple(Feed(url=url, line=3 + place) for place, url in enumerate(urls))
    return Source(slug="radio", name="Radio", path=PATH, feeds=feeds)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def day(days: int) -> date:
    return ago(days).date()


def published(*days: float) -> list[StoredEntry]:
    """Return an entry for each number of days before now."""
    moments = [(f"e{place}", ago(one)) for place, one in enumerate(days)]
    return [StoredEntry(year=2026, entry=entry("radio", name, when.isoformat())) for name, when in moments]


def visited(**fields: object) -> Memory:
    return Memory(visits={URL: Visit(terms="", **fields)})  # type: ignore[arg-type]


def health(
    urls: tuple[str, ...] = (URL,),
    days: tuple[float, ...] = (1,),
    state: Mapping[str, FeedState] | None = None,
    memory: Memory | None = None,
) -> SourceHealth:
    return source_health(source(*urls), published(*days), state or {}, memory or Memory(), NOW, ZONE)


def facts(found: SourceHealth) -> list[str]:
    """Return all facts in words: those of the source, then those of its feeds."""
    return [sentence(fact, ENGLISH) for one in (found, *found.feeds) for fact in one.facts]


WELL = ["answered last on 2026-03-15", "is asked again on 2026-03-16"]


@pytest.mark.parametrize(
    ("state", "memory", "condition", "said"),
    [
        pytest.param(
            FeedState(),
            visited(succeeded=ago(0.1), next=ago(-1)),
            Condition.OK,
            WELL,
            id="answers",
        ),
        pytest.param(
            FeedState(),
            visited(succeeded=ago(1), next=ago(0.5)),
            Condition.OK,
            ["answered last on 2026-03-14", "is asked again at the next harvest"],
            id="is due",
        ),
        pytest.param(FeedState(), Memory(), Condition.OK, [], id="lost cache: nothing is known"),
        pytest.param(
            FeedState(),
            visited(succeeded=ago(2), failing=ago(1), failures=3, failure="it answered 500", next=ago(-1)),
            Condition.WARNING,
            ["can't be had since 2026-03-14: it answered 500", "answered last on 2026-03-13", WELL[1]],
            id="fails for a day",
        ),
        pytest.param(
            FeedState(),
            visited(failing=ago(2), failure="it answered 500"),
            Condition.BROKEN,
            ["can't be had since 2026-03-13: it answered 500"],
            id="fails for two days",
        ),
        pytest.param(
            FeedState(failing=ago(30)),
            visited(failing=ago(2), failure="it answered 500"),
            Condition.BROKEN,
            ["can't be had since 2026-02-13: it answered 500"],
            id="fails for longer than the cache knows",
        ),
        pytest.param(
            FeedState(failing=ago(30)),
            Memory(),
            Condition.BROKEN,
            ["can't be had since 2026-02-13"],
            id="fails, with a lost cache",
        ),
        pytest.param(
            FeedState(gone=ago(5)),
            visited(succeeded=ago(6), failing=ago(5), failure="gone", next=ago(-1)),
            Condition.BROKEN,
            [
                (
                    f"gone for good since 2026-03-10: remove line 3 of {PATH}, "
                    "or write the feed's new address there"
                ),
                "answered last on 2026-03-09",
            ],
            id="is gone",
        ),
        pytest.param(
            FeedState(moving="https://new.example/", moving_since=ago(3)),
            visited(succeeded=ago(0.1), next=ago(-1)),
            Condition.OK,
            ["sends to https://new.example/ since 2026-03-12; if that lasts, it is asked there", *WELL],
            id="moves",
        ),
        pytest.param(
            FeedState(moved="https://new.example/"),
            visited(succeeded=ago(0.1), next=ago(-1)),
            Condition.WARNING,
            [f"has moved to https://new.example/: write that address in line 3 of {PATH}", *WELL],
            id="has moved",
        ),
        pytest.param(
            FeedState(facts=FeedFacts(new_address="https://new.example/")),
            visited(succeeded=ago(0.1), next=ago(-1)),
            Condition.WARNING,
            [
                (
                    "says that it has moved to https://new.example/: "
                    f"write that address in line 3 of {PATH}, if it is the same feed"
                ),
                *WELL,
            ],
            id="announces a move",
        ),
        pytest.param(
            FeedState(moved="https://new.example", facts=FeedFacts(new_address="https://new.example/")),
            visited(succeeded=ago(0.1), next=ago(-1)),
            Condition.WARNING,
            [f"has moved to https://new.example: write that address in line 3 of {PATH}", *WELL],
            id="has moved to where it announced",
        ),
    ],
)
def test_what_is_said_of_a_feed(
    state: FeedState, memory: Memory, condition: Condition, said: list[str]
) -> None:
    """Each state of a feed has its words, what happens next with them, and says how its source fares."""
    found = health(state={URL: state}, memory=memory)
    assert (condition, said) == (found.condition, facts(found))


SAID_WEEKLY = "nothing new since {}, where entries usually come seven days apart"


@pytest.mark.parametrize(
    ("days", "usual", "said"),
    [
        pytest.param((20, 27, 34, 41, 48), 7, [], id="weekly, silent for less than three weeks"),
        pytest.param(
            (21, 28, 35, 42, 49), 7, [SAID_WEEKLY.format("2026-02-22")], id="weekly, for three weeks"
        ),
        pytest.param((13, 14, 15, 16, 17), 1, [], id="daily, for less than two weeks"),
        pytest.param(
            (14, 15, 16, 17, 18),
            1,
            ["nothing new since 2026-03-01, where something comes every day or so"],
            id="daily, for two weeks",
        ),
        pytest.param((400, 765, 1130, 1495, 1860), 365, [], id="yearly, for a year"),
        pytest.param((21.0, 21.1, 21.2, 21.3, 21.4, 28), None, [], id="several on one day make no rhythm"),
        pytest.param((364, 365), None, [], id="no rhythm, for less than a year"),
        pytest.param((365, 366), None, ["nothing new since 2025-03-15"], id="no rhythm, for a year"),
        pytest.param((-5, 3, 10, 17, 24, 31), 7, [], id="what is yet to come is no sign of life"),
        pytest.param((-5, 24, 31, 38, 45, 52), 7, [SAID_WEEKLY.format("2026-02-19")], id="nor hides silence"),
    ],
)
def test_silence_is_said_where_it_is_unusual(
    days: tuple[float, ...], usual: int | None, said: list[str]
) -> None:
    """A source is silent once it has published nothing for three times its usual pause, and for two weeks."""
    found = health(days=days)
    condition = Condition.SILENT if said else Condition.OK
    assert (condition, usual, said) == (found.condition, found.usual, facts(found))


@pytest.mark.parametrize(
    ("urls", "memory", "condition", "said"),
    [
        pytest.param(
            (URL, OTHER),
            Memory(),
            Condition.WARNING,
            ["has not been asked yet: the next harvest does"] * 2,
            id="never asked",
        ),
        pytest.param(
            (URL,),
            visited(succeeded=ago(0.1)),
            Condition.SILENT,
            ["its feeds can be read, and nothing has come from them yet", WELL[0]],
            id="nothing in it",
        ),
        pytest.param(
            (), Memory(), Condition.OK, ["names no feed: nothing is gathered from it"], id="no feed"
        ),
    ],
)
def test_a_source_without_entries_says_why(
    urls: tuple[str, ...], memory: Memory, condition: Condition, said: list[str]
) -> None:
    """A source that has brought nothing was not asked, or has nothing, or has no feed."""
    found = health(urls, (), memory=memory)
    assert (condition, said) == (found.condition, facts(found))


def test_a_source_is_broken_only_when_all_its_feeds_are() -> None:
    """Of two feeds one is gone: the source needs attention; both are lost: it is broken."""
    gone, failing = FeedState(gone=ago(9)), FeedState(failing=ago(9))
    found = [health((URL, OTHER), state=state) for state in ({URL: gone}, {URL: gone, OTHER: failing})]
    assert [Condition.WARNING, Condition.BROKEN] == [one.condition for one in found]


def test_all_that_is_known_of_a_source() -> None:
    """The whole record: counts and days by the hub's zone, facts apart from words, advice as it was given."""
    advice = (Problem(path=URL, message="no guid"),)
    memory = Memory(visits=visited(succeeded=ago(0.1), advice=advice).visits, dead=("1.mp3 can't be had",))
    assert SourceHealth(
        source="radio",
        name="Radio",
        condition=Condition.WARNING,
        entries=2,
        newest=date(2026, 3, 15),
        silence=0,
        dead=("1.mp3 can't be had",),
        feeds=(
            FeedHealth(url=URL, facts=(Fact(kind=FactKind.ANSWERED, day=day(0)),), advice=advice),
            FeedHealth(
                url=OTHER,
                facts=(Fact(kind=FactKind.MOVED, address="https://new.example/", path=PATH, line=4),),
            ),
        ),
    ) == health((URL, OTHER), (0.375, 5, -9), {OTHER: FeedState(moved="https://new.example/")}, memory)


def test_troubles_are_told_worst_first_with_their_feed() -> None:
    """What is wrong comes without what isn't, the feed's trouble before the source's silence."""
    state = {OTHER: FeedState(gone=ago(5))}
    found = health((URL, OTHER), (21, 28, 35, 42, 49), state, visited(succeeded=ago(0.1)))
    assert [(OTHER, FactKind.GONE), ("", FactKind.SILENT)] == [
        (url, fact.kind) for url, fact in found.troubles
    ]


def test_hours_don_t_change_what_is_known() -> None:
    """Within a day of the hub's zone, only what visits move changes: here the same record comes out all
    day.
    """
    memory = visited(succeeded=ago(2), failing=ago(1), failure="it answered 500")
    midnight = datetime(2026, 3, 15, tzinfo=ZONE)
    entries = published(1, 8, 15, 22, 29)
    found = [
        source_health(source(URL), entries, {}, memory, midnight + timedelta(hours=hour), ZONE)
        for hour in range(24)
    ]
    assert [found[0]] * 24 == found


def sources() -> Iterator[SourceHealth]:
    for name, condition in (("b", "ok"), ("C", "broken"), ("a", "ok"), ("d", "silent"), ("e", "warning")):
        yield SourceHealth(source=name, name=name, condition=Condition(condition))


def test_who_needs_a_look_comes_first() -> None:
    """Sources are in order of their trouble, then of their name."""
    assert ["C", "e", "d", "a", "b"] == [one.name for one in worst_first(sources())]


def test_a_tally_counts_each_condition_there_is() -> None:
    """The last line counts sources by how they fare, and leaves out what there is none of."""
    found = list(sources())
    assert [
        "5 sources: 2 are fine, 1 is silent, 1 needs attention, 1 no longer answers",
        "1 source: 1 is fine",
        "0 sources",
    ] == [tally(several, ENGLISH) for several in (found, found[:1], [])]


def test_every_kind_and_condition_has_words() -> None:
    """No fact is without words, whatever of it is unknown."""
    assert all(sentence(Fact(kind=kind), ENGLISH) for kind in FactKind)
    assert all(verdict(condition, ENGLISH) for condition in Condition)


def test_advice_names_the_line_of_the_feed() -> None:
    """A piece of advice is one line, with the feed's own line where it has one."""
    several = [Problem(path=URL, line=12, message="broken\nhere"), Problem(path=URL, message="no guid")]
    assert ["line 12: broken here", "no guid"] == [advice_text(one, ENGLISH) for one in several]
