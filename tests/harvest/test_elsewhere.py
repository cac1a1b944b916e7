"""What pages show of elsewhere: pictures, chapters and transcripts, the newest first, as far as agreements
allow.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import entry, write_tree

from kiosque.archive.entries import FeedFacts, FeedState, write_state
from kiosque.harvest.remote.needed_files import NeededFiles, needed_files
from kiosque.model import (
    Agreement,
    Chapter,
    ChaptersFile,
    Enclosure,
    Entry,
    Feed,
    Picture,
    Scope,
    Source,
    Transcript,
)


def source(slug: str, scope: Scope = Scope.EXCERPT, logo: str = "") -> Source:
    feeds = tuple(Feed(url=f"https://{slug}.example/{name}") for name in ("rss", "atom"))
    agreement = Agreement(scope=scope)
    return Source(slug=slug, name=slug, path="", feeds=feeds, agreement=agreement, logo=logo)


def shown(slug: str, name: str, day: int, image: str) -> Entry:
    return entry(slug, name, f"2026-01-{day:02}T10:00:00Z", image=Picture(url=image))


def test_pictures_that_pages_show_are_wanted(tmp_path: Path) -> None:
    """Pictures of feeds without a logo come first, then those of entries, newest first, each once; links have
    none.
    """
    write_tree(
        tmp_path,
        {
            "archive/a/2026.jsonl": [
                shown("a", "1", 1, "https://a.example/1.jpg"),
                shown("a", "2", 9, "https://a.example/2.jpg"),
            ],
            "archive/b/2026.jsonl": [
                shown("b", "1", 5, "https://b.example/1.jpg"),
                shown("b", "2", 6, "https://a.example/2.jpg"),
                shown("b", "3", 7, "demo/feeds/3.jpg"),
                shown("b", "4", 8, "data:image/png;base64,AAAA"),
                entry("b", "5"),
            ],
            "archive/c/2026.jsonl": [shown("c", "1", 3, "https://c.example/1.jpg")],
            "archive/d/state.json": "broken",
        },
    )
    for slug in "abc":
        facts = FeedFacts(image=f"https://{slug}.example/logo.png")
        write_state(tmp_path / "archive", slug, {f"https://{slug}.example/atom": FeedState(facts=facts)})
    sources = [source("a"), source("b", logo="content/sources/b.png"), source("c", Scope.LINK), source("d")]
    expected = (
        "https://a.example/logo.png",
        "https://a.example/2.jpg",
        "https://b.example/1.jpg",
        "https://a.example/1.jpg",
    )
    assert expected == needed_files(tmp_path, sources).pictures


def heard(slug: str, day: int) -> Entry:
    sound = Enclosure(
        url=f"https://{slug}.example/{day}.mp3",
        chapters=ChaptersFile(url=f"https://{slug}.example/{day}.json"),
        transcripts=(
            Transcript(url=f"https://{slug}.example/{day}.html", type="text/html"),
            Transcript(url=f"https://{slug}.example/{day}.vtt", type="text/vtt"),
        ),
    )
    return entry(slug, f"{day}", f"2026-01-{day:02}T10:00:00Z", enclosures=(sound,))


@pytest.mark.parametrize(
    ("scope", "files"),
    [
        (Scope.FULL, ["9.json", "9.vtt", "1.json", "1.vtt"]),
        (Scope.EXCERPT, ["9.json", "1.json"]),
        (Scope.LINK, []),
    ],
)
def test_companions_follow_the_agreement(scope: Scope, files: list[str], tmp_path: Path) -> None:
    """Chapters are facts; a transcript is a full text; where only links are allowed there is no sound to
    stand beside.
    """
    write_tree(tmp_path, {"archive/a/2026.jsonl": [heard("a", 1), heard("a", 9)]})
    found = needed_files(tmp_path, [source("a", scope)])
    assert [f"https://a.example/{file}" for file in files] == [one.url for one in found.companions]


def test_what_lies_in_the_hub_or_in_the_entry_is_not_asked_for(tmp_path: Path) -> None:
    """Files of the hub's folder and chapters that the feed itself lists need no harvest."""
    sound = Enclosure(
        url="demo/a.mp3",
        chapters=(Chapter(start=0.0, title="Generic"),),
        transcripts=(Transcript(url="demo/a.vtt"), Transcript(url="file:///etc/passwd")),
    )
    write_tree(tmp_path, {"archive/a/2026.jsonl": [entry("a", "1", enclosures=(sound,))]})
    assert NeededFiles() == needed_files(tmp_path, [source("a", Scope.FULL)])
