"""What plays an entry's sounds and videos, as pages are told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from conftest import Content, built, entry
from lxml import html

from kiosque.model import Alternative, Enclosure, Format
from kiosque.site.render.media_words import file_type, size, timecode

SOURCE = """---
name: Essai
homepage: https://essai.example/
feeds: [https://essai.example/feed]
---
"""


@pytest.fixture
def played(hub: Callable[[Mapping[str, Content]], Path]) -> Callable[..., html.HtmlElement]:
    """Return a function that gives the page of an entry with some enclosures."""

    def of(*enclosures: Enclosure, **fields: object) -> html.HtmlElement:
        one = entry("essai", "one", enclosures=enclosures, **fields)
        report = built(hub({"content/sources/essai.md": SOURCE, "archive/essai/2026.jsonl": [one]}))
        assert () == report.problems
        return html.parse(f"{report.output}/medias/essai/2026/one/index.html").getroot()

    return of


def test_sounds_come_before_videos_before_players_of_others(played: Callable[..., html.HtmlElement]) -> None:
    """Whatever the order of a feed, the first figure is what a list's link plays."""
    page = played(
        Enclosure(url="https://www.youtube.com/watch?v=yvKGgT3GuJ0", type="text/html"),
        Enclosure(url="https://media.example/a.mp4", type="video/mp4"),
        Enclosure(url="https://media.example/a.mp3", type="audio/mpeg"),
        Enclosure(url="https://media.example/a.pdf", type="application/pdf"),
    )
    found = [
        next(one.tag for one in figure.iter("audio", "video", "a"))
        for figure in page.xpath("//*[@data-track or @data-video]")
    ]
    assert ["audio", "video", "a"] == found
    assert ["https://media.example/a.pdf"] == page.xpath("//footer//a/@href[contains(., '.pdf')]")


def test_a_video_s_own_file_is_preferred_to_its_host_s_player(
    played: Callable[..., html.HtmlElement],
) -> None:
    """PeerTube gives both: the page of its player is the entry's own."""
    page = played(
        Enclosure(url="https://files.example/a.mp4", type="video/mp4"),
        Enclosure(url="https://tube.example/w/kkGMgK9ZtnKfYAgnEtQxbv", type="text/html"),
        url="https://tube.example/videos/watch/kkGMgK9ZtnKfYAgnEtQxbv",
        format=Format.VIDEO,
    )
    assert (1, 0) == (len(page.xpath("//video")), len(page.xpath("//*[@data-frame]")))


def test_an_encrypted_version_is_played_where_another_is_not(played: Callable[..., html.HtmlElement]) -> None:
    """Browsers refuse ``http:`` in a page that came encrypted; only where nothing else is left is that
    said.
    """
    page = played(
        Enclosure(
            url="http://media.example/a.mp3",
            type="audio/mpeg",
            alternatives=(Alternative(url="https://media.example/a.ogg", type="audio/ogg"),),
        )
    )
    assert ["https://media.example/a.ogg"] == page.xpath("//audio/source/@src")


@pytest.mark.parametrize(
    ("octets", "language", "expected"),
    [(640_000, "fr", "640 ko"), (1_840_000, "fr", "1,8 Mo"), (18_000_000, "en", "18 MB"), (12, "en", "1 kB")],
)
def test_a_size_is_said_as_people_read_it(octets: int, language: str, expected: str) -> None:
    """In the hub's language, with one decimal where that tells something."""
    assert expected == " ".join(size(octets, language).split())


@pytest.mark.parametrize(
    ("media_type", "expected"),
    [("audio/mpeg", "MP3"), ("audio/x-ape", "APE"), ("audio/flac", "FLAC"), ("", "")],
)
def test_a_kind_of_file_has_the_name_that_people_give_it(media_type: str, expected: str) -> None:
    """Or else the second half of its type."""
    assert expected == file_type(media_type)


@pytest.mark.parametrize(("seconds", "expected"), [(0, "0:00"), (125.9, "2:05"), (3725, "1:02:05")])
def test_a_moment_is_written_as_players_do(seconds: float, expected: str) -> None:
    """Hours only where there are any."""
    assert expected == timecode(seconds)
