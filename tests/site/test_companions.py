"""Chapters and words beside a sound: what a harvest kept, or what lies in the hub's folder, as far as
agreements allow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from conftest import NOW, Content, built, entry, tree

from kiosque import companions
from kiosque.html.captions import Cue
from kiosque.model import Chapter, ChaptersFile, Enclosure, Entry, Transcript
from kiosque.settings.pelicanconf import check
from kiosque.site.gather.gather import gather
from kiosque.site.hub import playable
from kiosque.site.hub.companion_files import CompanionFile, filters
from kiosque.site.hub.hub import Hub
from kiosque.site.pelican_host import load_settings

VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Élise>Bonsoir.\n"
CHAPTERS = '{"chapters": [{"startTime": 4.5, "title": "Météo"}]}'
ELSEWHERE = (
    Transcript(url="https://a.example/1.vtt", type="text/vtt"),
    ChaptersFile(url="https://a.example/1.json"),
)
HERE = (Transcript(url="demo/1.vtt", type="text/vtt"), ChaptersFile(url="demo/1.json"))
TEMPLATE = """{% for player in players
%}{% for one in player.chapters|chapters %}{{ one.start }} {{ one.title }}
{% endfor %}{% for one in player.words|paragraphs %}{{ one.start }} {{ one.speaker }} {{ one.text }}
{% endfor %}{% endfor %}"""
MakeHub = Callable[[Mapping[str, Content]], Path]


def source(scope: str) -> str:
    feeds = "[https://a.example/rss, demo/feed.xml]"
    return f"---\nname: Radio A\nfeeds: {feeds}\nagreement: {{scope: {scope}}}\n---\n"


def heard(transcript: Transcript, chapters: ChaptersFile) -> Entry:
    url = "https://a.example/1.mp3"
    sound = Enclosure(url=url, type="audio/mpeg", transcripts=(transcript,), chapters=chapters)
    return entry("a", "1", enclosures=(sound,))


def gathered(root: Path) -> Hub:
    settings = load_settings(root)
    settings["ASKED_NOW"] = NOW
    return gather(check(settings, root), "theme")


def shown(root: Path) -> tuple[tuple[Chapter, ...], list[Cue]]:
    """Return the chapters and the words that the page of the hub's one entry shows."""
    hub = gathered(root)
    (publication,) = hub.publications
    assert publication.entry is not None
    assert publication.source is not None
    (player,) = playable.players(hub, publication.source, publication.entry)
    found = filters(root)
    return found["chapters"](player.chapters), found["paragraphs"](player.words)


def kept(root: Path) -> None:
    folder = companions.folder(root)
    for companion, written in zip(ELSEWHERE, (VTT, CHAPTERS), strict=True):
        assert companions.keep(companion, written.encode(), folder)


@pytest.mark.parametrize(
    ("scope", "words"), [("full", [Cue("Bonsoir.", 1.0, 2.0, "Élise")]), ("excerpt", [])]
)
def test_a_page_shows_what_a_harvest_kept(scope: str, words: list[Cue], hub: MakeHub) -> None:
    """Chapters are facts; the words are a full text."""
    root = hub({"content/sources/a.md": source(scope), "archive/a/2026.jsonl": [heard(*ELSEWHERE)]})
    assert ((), []) == shown(root)
    kept(root)
    assert ((Chapter(start=4.5, title="Météo"),), words) == shown(root)


def test_files_of_the_hub_are_read_where_they_lie(hub: MakeHub) -> None:
    """A hub that makes its own transcripts needs no harvest of them."""
    files = {"demo/1.vtt": VTT, "demo/1.json": CHAPTERS}
    root = hub({"content/sources/a.md": source("full"), "archive/a/2026.jsonl": [heard(*HERE)], **files})
    assert ((Chapter(start=4.5, title="Météo"),), [Cue("Bonsoir.", 1.0, 2.0, "Élise")]) == shown(root)


@pytest.mark.parametrize(
    "path", ["../secret.vtt", "demo/.secret.vtt", "content/sources/a.md", "demo/absent.vtt", "demo"]
)
def test_only_files_that_are_served_are_read(path: str, hub: MakeHub) -> None:
    """Whatever an archive that was edited by hand names, nothing else of the machine reaches a page."""
    root = hub(
        {
            "content/sources/a.md": source("full"),
            "archive/a/2026.jsonl": [heard(Transcript(url=path, type="text/plain"), ChaptersFile(url=path))],
            "demo/.secret.vtt": VTT,
        }
    )
    (root.parent / "secret.vtt").write_text(VTT)
    assert ((), []) == shown(root)


def test_a_page_is_rendered_again_when_its_words_change(hub: MakeHub) -> None:
    """Words that arrive after the entry, or that are corrected in the hub's folder, make one page anew and no
    other.
    """
    root = hub(
        {
            "content/sources/a.md": source("full"),
            "archive/a/2026.jsonl": [heard(ELSEWHERE[0], HERE[1])],
            "demo/1.json": CHAPTERS,
            "theme/templates/entry.html": TEMPLATE,
        }
    )
    page = "medias/a/2026/1/index.html"
    built(root)
    assert () == built(root).written
    kept(root)
    assert (page,) == built(root).written
    assert "4.5 Météo\n1.0 Élise Bonsoir.\n" == (root / "output" / page).read_text()
    (root / "demo/1.json").write_text(CHAPTERS.replace("4.5", "14.5"))
    assert page in built(root).written
    assert () == built(root).written
    again = root.parent / "again"
    built(root, again)
    assert tree(again) == tree(root / "output")


def test_files_that_are_lost_meanwhile_are_no_fault(tmp_path: Path) -> None:
    """A cache that is emptied while pages are rendered costs the words, not the build."""
    found = filters(tmp_path)
    for lost in (
        CompanionFile(file=".cache/companions/lost.msgpack"),
        CompanionFile(file="demo/1.vtt", state="1 1"),
    ):
        assert ((), []) == (found["chapters"](lost), found["paragraphs"](lost))


def test_what_is_given_in_place_of_a_file_is_shown(tmp_path: Path) -> None:
    """A feed may list its chapters itself."""
    found = filters(tmp_path)
    listed = (Chapter(start=1.0, title="Un"),)
    assert (listed, [Cue("Deux.")]) == (found["chapters"](listed), found["paragraphs"]((Cue("Deux."),)))
