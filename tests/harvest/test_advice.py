"""What the producer of a feed is told to mend."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import entry

from kiosque.harvest.read.origin import Origin
from kiosque.harvest.read.parse import parse
from kiosque.harvest.read.raw import ParsedFeed, RawEntry
from kiosque.harvest.store.advice import advise, dead_enclosures, identity_advice
from kiosque.model import Enclosure, Feed, Problem, StoredEntry

NOW = datetime(2026, 3, 15, 8, tzinfo=UTC)
URL = "https://radio.example/feed.xml"
FEED = Feed(url=URL)
SOUND = Enclosure(url="https://radio.example/1.mp3", type="audio/mpeg", length=9, duration=60.0)
LONG = "<p>" + "A long text. " * 200 + "</p>"


def raw(name: str = "1", **fields: Any) -> RawEntry:
    """Return an entry that lacks nothing, save what is given otherwise."""
    whole = {
        "guid": name,
        "url": f"https://radio.example/{name}",
        "title": f"Title of {name}",
        "published": NOW - timedelta(days=1),
        "html": LONG,
        "summary_html": "In short.",
        "enclosures": (SOUND,),
    }
    return RawEntry(**{**whole, **fields})


def sounding(**fields: Any) -> RawEntry:
    values = {name: getattr(SOUND, name) for name in ("url", "type", "length", "duration")}
    return raw(enclosures=(Enclosure(**{**values, **fields}),))


def told(*entries: RawEntry, language: str = "fr", feed: Feed = FEED) -> list[str]:
    return [one.message for one in advise(ParsedFeed(entries=entries, language=language), feed, NOW)]


FINE = raw("fine")
MANY = "(1 of 2, such as “Title of 1”)"


@pytest.mark.parametrize(
    ("lacking", "message"),
    [
        pytest.param(
            raw(guid=""),
            f"entries without an identifier {MANY}: "
            "give each a guid (in Atom and JSON Feed an id) that never changes",
            id="no guid",
        ),
        pytest.param(
            raw(guid="fine"),
            "entries that share an identifier (2 of 2, such as “Title of 1”): give each a guid of its own",
            id="a shared guid",
        ),
        pytest.param(
            raw(title=""),
            "entries without a title (1 of 2, such as “https://radio.example/1”): give each one",
            id="no title",
        ),
        pytest.param(
            raw(published=None),
            f"entries without a date that can be read {MANY}: write pubDate as “Sat, 10 Jan 2026 18:30:00 "
            f"+0100”",
            id="no date",
        ),
        pytest.param(
            raw(published=NOW + timedelta(hours=1)),
            f"entries dated in the future {MANY}, hidden until then: "
            "if that isn't meant, check the clock and the time zone",
            id="a future date",
        ),
        pytest.param(
            raw(summary_html=LONG),
            f"summaries that are the whole text {MANY}: "
            "keep the description to a few sentences, and the text in content:encoded",
            id="a whole text for a summary",
        ),
        pytest.param(
            sounding(url="http://radio.example/1.mp3"),
            f"media at http: addresses {MANY}, which browsers refuse on secure sites: serve them at https:",
            id="an http address",
        ),
        pytest.param(
            sounding(type=""),
            f'files without a type {MANY}: write it in the enclosure, as type="audio/mpeg"',
            id="no type",
        ),
        pytest.param(
            sounding(length=None),
            f"sounds or videos without a size {MANY}: "
            'write it in the enclosure, in bytes, as length="12345678"',
            id="no size",
        ),
        pytest.param(
            sounding(duration=None),
            f"sounds or videos without a duration {MANY}: "
            "write it as <itunes:duration>42:10</itunes:duration>",
            id="no duration",
        ),
        pytest.param(raw(title="", enclosures=(), html="<p>Short.</p>"), None, id="a message needs no title"),
        pytest.param(raw(html="", summary_html="<p>Short.</p>"), None, id="a summary alone is fine"),
        pytest.param(sounding(type="text/html", length=None, duration=None), None, id="a player's page"),
        pytest.param(FINE, None, id="an entry given twice"),
    ],
)
def test_what_an_entry_lacks(lacking: RawEntry, message: str | None) -> None:
    """Each thing that an entry lacks is told with its number, an example and the mend, and nothing else
    is.
    """
    assert ([message] if message else []) == told(lacking, FINE)


def test_a_feed_that_lacks_everything_is_told_each_thing_once() -> None:
    """However many entries lack something, there is one problem of each kind."""
    entries = [RawEntry(url=f"https://radio.example/{one}", html=LONG) for one in range(50)]
    assert [
        "the feed doesn't say its language",
        "entries without an identifier (50 of 50, such as “https",
        "entries without a title (50 of 50, such as “https",
        "entries without a date that can be read (50 of 50, such as “https",
    ] == [message.split(":")[0] for message in told(*entries, language="")]


@pytest.mark.parametrize(
    ("entries", "language", "feed"),
    [
        ((raw(),), "fr", FEED),
        ((raw(language="oc"), raw("2", language="fr")), "", FEED),
        ((raw(),), "", Feed(url=URL, language="fr")),
        ((), "", FEED),
    ],
)
def test_a_language_may_be_said_anywhere(entries: tuple[RawEntry, ...], language: str, feed: Feed) -> None:
    """The feed's language, each entry's, or that of the source file is enough; an empty feed needs none."""
    assert [] == told(*entries, language=language, feed=feed)


def test_broken_xml_is_told_with_its_line() -> None:
    """Of what a feed's reader met, the first with a line comes first; of a feed that is none, nothing else is
    said.
    """
    vague, exact = (
        Problem(path=URL, message="odd"),
        Problem(path=URL, line=7, message="the XML is broken here"),
    )
    parsed = ParsedFeed(entries=(raw(guid=""),), language="fr", problems=(vague, exact))
    assert [exact, told(raw(guid=""))[0]] == [
        found if found.line else found.message for found in advise(parsed, FEED, NOW)
    ]
    assert (vague,) == advise(ParsedFeed(problems=(vague,), fatal=True), FEED, NOW)


def test_advice_on_a_real_feed() -> None:
    """A feed as people write them, from its bytes to advice."""
    data = b"""<rss version="2.0"><channel><title>Radio</title><item><title>Un  <b>essai</b> &amp; plus</title>
    <link>https://radio.example/1</link><enclosure url="http://radio.example/1.mp3"/></item></channel></rss>"""  # noqa: E501 - a document as it is
    parsed = parse(data, Origin(URL, Path()))
    assert [
        "the feed doesn't say its language",
        "entries without an identifier (1 of 1, such as “Un essai & plus”)",
        "entries without a date that can be read (1 of 1, such as “Un essai & plus”)",
        "media at http",
        "sounds or videos without a size (1 of 1, such as “Un essai & plus”)",
        "sounds or videos without a duration (1 of 1, such as “Un essai & plus”)",
    ] == [one.message.split(":")[0] for one in advise(parsed, FEED, NOW)]


def stored(name: str, days: int, *urls: str, type_: str = "audio/mpeg") -> StoredEntry:
    moment = (NOW - timedelta(days=days)).isoformat()
    files = tuple(Enclosure(url=url, type=type_) for url in urls)
    return StoredEntry(year=2026, entry=entry("radio", name, moment, enclosures=files))


def test_the_newest_files_are_probed_and_the_dead_named() -> None:
    """Three files at most are asked for, the newest first, each once; pages, local files and the future are
    not.
    """
    asked = []

    async def probe(url: str) -> str:
        asked.append(url)
        return "404" if url.endswith("b") else ""

    entries = (
        stored("old", 9, "https://e.example/d"),
        stored("page", 1, "https://e.example/player", type_="text/html"),
        stored("local", 1, "demo/feeds/1.mp3"),
        stored("new", 2, "https://e.example/a", "https://e.example/b"),
        stored("newer", 3, "https://e.example/a", "https://e.example/c"),
        stored("future", -1, "https://e.example/e"),
    )
    dead = asyncio.run(dead_enclosures(probe, entries, NOW))
    assert (
        ["https://e.example/a", "https://e.example/b", "https://e.example/c"],
        ("the file https://e.example/b can't be had (404): put it back, or mend its address",),
    ) == (asked, dead)


def test_the_policy_of_a_feed_is_stated_where_it_is_not_the_best() -> None:
    """Whoever reads the report knows what entries are told apart by, and what that costs."""
    same = ParsedFeed(entries=(raw("1", guid=""), raw("2", guid="")))
    assert ["its entries are told apart by their links, since identifiers are missing or repeated"] == [
        one.message for one in identity_advice(same, FEED)
    ]
    assert () == identity_advice(ParsedFeed(entries=(raw("1"), raw("2"))), FEED)
