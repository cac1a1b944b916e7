"""The page of the sources' health: by the day, in the hub's language, whatever is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import entry, tree, write_tree
from lxml import html

from kiosque.archive import entries, feed_memory
from kiosque.archive.entries import FeedState
from kiosque.archive.feed_memory import Memory, Visit
from kiosque.model import Problem
from kiosque.site.build import BuildReport, build

MORNING = datetime(2026, 3, 15, 5, tzinfo=UTC)
EVENING = MORNING + timedelta(hours=16)
URL = "https://radio.example/feed.xml"
PAGE = "sante/index.html"
MEDIUM = "medias/radio/index.html"
NASTY = "<b onclick=x>&"
INTRODUCTION = (
    "Whether the media gathered here can be reached, and what they could mend so that everyone reads and "
    "hears "
    "them better. By the day."
)
GONE = (
    "gone for good since 15 March 2026: remove line 3 of content/sources/old.md, "
    "or write the feed's new address there"
)


@pytest.fixture
def root(hub: Callable[..., Path]) -> Path:
    """Return a hub with one weekly source, in English, whose last entry is of yesterday."""
    days = (1, 8, 15, 22, 29)
    return hub(
        {
            "pelicanconf.py": "DEFAULT_LANG = 'en'\n",
            "content/sources/radio.md": f"---\nname: Radio\nfeeds: [{URL}]\n---\n",
            "archive/radio/2026.jsonl": [
                entry("radio", f"e{n}", str(MORNING - timedelta(days=n))) for n in days
            ],
        }
    )


def remember(root: Path, **fields: object) -> None:
    dead = fields.pop("dead", ())
    feed_memory.save(root, "radio", Memory(dead=dead, visits={URL: Visit(terms="", **fields)}))  # type: ignore[arg-type]


def built_at(root: Path, moment: datetime) -> BuildReport:
    return build(root, now=moment.isoformat())


def said(root: Path, path: str = PAGE) -> list[str]:
    """Return the words of a page's main part, line by line."""
    document = html.document_fromstring((root / "output" / path).read_bytes())
    lines = "".join(document.xpath("//main//text()")).splitlines()
    return [line.strip() for line in lines if line.strip()]


def test_a_round_without_news_touches_nothing(root: Path) -> None:
    """Hours later, with other times of the last and next visit, no file is written."""
    remember(root, succeeded=MORNING, next=MORNING + timedelta(hours=1))
    built_at(root, MORNING)
    before = tree(root / "output")
    remember(root, succeeded=EVENING, next=EVENING + timedelta(hours=8))
    report = built_at(root, EVENING)
    assert ((), before) == (report.written, tree(root / "output"))


def test_days_without_news_touch_nothing(root: Path) -> None:
    """What goes well is not dated, so another day changes nothing either."""
    built_at(root, MORNING)
    assert () == built_at(root, MORNING + timedelta(days=3)).written


def test_a_feed_that_starts_failing_is_shown_within_the_day(root: Path) -> None:
    """A failure changes the page and the source's own, and more failures of the same day don't."""
    remember(root, succeeded=MORNING)
    built_at(root, MORNING)
    remember(root, succeeded=MORNING, failing=EVENING, failures=1, failure="it answered 500")
    assert (MEDIUM, PAGE) == tuple(sorted(built_at(root, EVENING).written))
    later = EVENING + timedelta(minutes=30)
    remember(root, succeeded=MORNING, failing=EVENING, failures=2, failure="it answered 500", next=later)
    assert () == built_at(root, later).written
    trouble = "can't be had since 15 March 2026: it answered 500"
    assert trouble in said(root)
    assert f"Health of this medium: {trouble}" in said(root, MEDIUM)


def test_all_that_the_page_says(root: Path) -> None:
    """Sources in trouble come first, with the feed where there are several; advice is folded; all is
    escaped.
    """
    url = "https://old.example/feed.xml"
    write_tree(root, {"content/sources/old.md": f"---\nname: Old\nfeeds: [{url}, old.xml]\n---\n"})
    entries.write_state(root / "archive", "old", {url: FeedState(gone=MORNING)})
    remember(
        root,
        succeeded=MORNING,
        dead=("the file 1.mp3 can't be had",),
        advice=(Problem(path=URL, line=3, message=NASTY), Problem(path=URL, message="no guid")),
    )
    built_at(root, MORNING)
    assert [
        "Health of the media",
        INTRODUCTION,
        "2 sources: 1 is fine, 1 needs attention.",
        "How each medium fares, those in trouble first",
        "MediumConditionNewest publication",
        "Old",
        "needs attention",
        f"https://old.example/feed.xml {GONE}",
        "old.xml has not been asked yet: the next harvest does",
        "Newest publication none yet",
        "Radio",
        "is fine",
        "3 pieces of advice · Radio",
        "the file 1.mp3 can't be had",
        f"line 3: {NASTY}",
        "no guid",
        "Newest publication 14 March 2026",
    ] == said(root)


def test_the_page_speaks_the_hubs_language(root: Path) -> None:
    """The words follow the hub's language, not that of whoever builds it."""
    (root / "pelicanconf.py").write_text("DEFAULT_LANG = 'fr'\n")
    built_at(root, MORNING)
    assert "14 mars 2026" in said(root)[-1]


def test_a_lost_cache_and_a_broken_state_stop_nothing(root: Path) -> None:
    """A cache that can't be read tells less; a state that can't is named as a problem; the page stands."""
    remember(root, failing=MORNING, failure="it answered 500")
    (root / ".cache" / "harvest" / "radio.msgpack").write_text("{")
    (root / "archive" / "radio" / "state.json").write_text("{")
    report = built_at(root, MORNING)
    assert ["archive/radio/state.json"] == [problem.path for problem in report.problems]
    assert "1 source: 1 is fine." in said(root)


def test_a_hub_without_sources_has_the_page_too(hub: Callable[..., Path]) -> None:
    """The footer of every page leads there."""
    root = hub({"pelicanconf.py": "DEFAULT_LANG = 'en'\n"})
    built_at(root, MORNING)
    assert "No medium has joined this hub yet." == said(root)[-1]
    assert b'href="/sante/"' in (root / "output" / "index.html").read_bytes()
