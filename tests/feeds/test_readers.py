"""Three independent readers find in the feeds of a hub what it published: the same titles, dates and
files.
"""

from __future__ import annotations

import calendar
import html
import io
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import fastfeedparser
import feedparser
import podcastparser
import pytest
from feedparser.datetimes.rfc822 import _parse_date_rfc822
from feedparser.datetimes.w3dtf import _parse_date_w3dtf

from feeds import hubs
from kiosque.model import Enclosure
from kiosque.urls import uri

# Of a publication: its title, its date, and the addresses of its files in order.
Read = tuple[str, datetime, tuple[str, ...]]


def published(is_json: bool, most: int) -> list[Read]:
    """Return what the hub has, newest first; ``most`` is how many files of each a format or reader gives."""
    return [
        (
            "" if is_json and not one.title else one.title or one.summary,
            one.moment,
            tuple(uri(file.url) for file in files(one.enclosures))[:most],
        )
        for one in sorted(hubs.everything(), key=lambda one: one.moment, reverse=True)
    ]


def files(enclosures: Iterable[Enclosure]) -> list[Enclosure]:
    return [one for one in enclosures if one.type != "text/html"]


def by_feedparser(data: bytes, url: str) -> Iterable[Read]:
    document = feedparser.parse(data)
    assert not document.bozo
    for one in document.entries:
        # A harvest in the same process has taken dates from feedparser: its own functions read them here.
        date = _parse_date_rfc822(one.published) or _parse_date_w3dtf(one.published)
        moment = datetime.fromtimestamp(calendar.timegm(date), UTC)
        is_html = one.title_detail.type == "text/html"
        yield (
            html.unescape(one.title) if is_html else one.title,
            moment,
            tuple(file.href for file in one.enclosures),
        )


def by_podcastparser(data: bytes, url: str) -> Iterable[Read]:
    """Read as podcast clients do that are built on it: an episode is what carries a sound or a film."""
    for one in podcastparser.parse(url, io.BytesIO(data))["episodes"]:
        found = tuple(file["url"] for file in one["enclosures"])
        yield one["title"], datetime.fromtimestamp(one["published"], UTC), found


def by_fastfeedparser(data: bytes, url: str) -> Iterable[Read]:
    """Read Media RSS too, where Atom's enclosures are found; what is another form of a file is none of its
    own.
    """
    others = {
        uri(form.url) for one in hubs.everything() for file in one.enclosures for form in file.alternatives
    }
    for one in fastfeedparser.parse(data).entries:
        given = [*(one.get("enclosures") or ()), *(one.get("media_content") or ())]
        found = dict.fromkeys(
            file["url"] for file in given if file.get("url") and file.get("type") != "text/html"
        )
        # It leaves to whoever shows a title what to make of HTML in it, which JSON Feed has none of.
        title = one.get("title", "") if url.endswith(".json") else html.unescape(one["title"])
        moment = datetime.fromisoformat(one["published"])
        yield title, moment, tuple(url for url in found if url not in others)


Reader = Callable[[bytes, str], Iterable[Any]]


def feed(root: Path, name: str) -> tuple[bytes, str]:
    path = f"medias/radio/{name}"
    return (root / "output" / path).read_bytes(), f"{hubs.URL}/{path}"


@pytest.mark.parametrize("name", ["feed.atom", "feed.rss"])
@pytest.mark.parametrize("reader", [by_feedparser, by_fastfeedparser])
def test_readers_of_everything(built_whole: Path, reader: Reader, name: str) -> None:
    """feedparser and fastfeedparser read each entry as it was published."""
    assert published(False, 9) == list(reader(*feed(built_whole, name)))


def test_a_reader_of_podcasts(built_whole: Path) -> None:
    """podcastparser finds each entry with a file; it takes one of each, as RSS has it."""
    expected = [one for one in published(False, 1) if one[2]]
    found = [one for one in by_podcastparser(*feed(built_whole, "feed.rss")) if one[2]]
    assert expected == [(title, moment, urls[:1]) for title, moment, urls in found]


def test_a_reader_of_json(built_whole: Path) -> None:
    """fastfeedparser reads JSON Feed too."""
    assert published(True, 9) == list(by_fastfeedparser(*feed(built_whole, "feed.json")))
