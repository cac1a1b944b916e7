"""Chapters and transcripts of elsewhere: fetched once and politely, kept as read, forgotten when nobody shows
them.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kiosque import companions
from kiosque.companions import Companion
from kiosque.harvest.net.fetch import Fetcher
from kiosque.harvest.remote.companions import download, prune
from kiosque.harvest.remote.downloads import DownloadCounts
from kiosque.html.captions import Cue
from kiosque.model import Chapter, ChaptersFile, Transcript

from .conftest import Server

NOW = datetime(2026, 3, 15, 8, tzinfo=UTC)
WEEK = timedelta(weeks=1)
VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Élise>Bonsoir.\n"
CHAPTERS = '{"version": "1.2.0", "chapters": [{"startTime": 4.5, "title": "Météo"}]}'


def filled(
    root: Path, wanted: list[Companion], now: datetime = NOW, most: int = 200, *, allow_private: bool = True
) -> DownloadCounts:
    """Fill a hub's cache once."""

    async def run() -> DownloadCounts:
        async with Fetcher(root, "Kiosque", allow_private) as fetcher:
            return await download(root, fetcher, wanted, now, most)

    return asyncio.run(run())


def asked(server: Server) -> list[str]:
    return [request.path for request in server.requests]


def kept_file(root: Path, companion: Companion) -> Path:
    folder = companions.folder(root)
    return folder / companions.names_by_key(folder)[companions.key(companion)]


def test_what_was_read_is_kept_and_never_asked_again(server: Server, tmp_path: Path) -> None:
    """Chapters and words are kept in one form; a second round asks for nothing."""
    transcript = Transcript(url=server.says("/a.vtt", VTT), type="text/vtt")
    chapters = ChaptersFile(url=server.says("/a.json", CHAPTERS))
    assert DownloadCounts(asked=2, kept=2) == filled(tmp_path, [transcript, chapters])
    assert DownloadCounts() == filled(tmp_path, [transcript, chapters], NOW + WEEK)
    assert ["/a.json", "/a.vtt"] == sorted(asked(server))
    assert (Cue("Bonsoir.", 1.0, 2.0, "Élise"),) == companions.load_cues(kept_file(tmp_path, transcript))
    assert (Chapter(start=4.5, title="Météo"),) == companions.load_chapters(kept_file(tmp_path, chapters))


def test_what_is_no_transcript_is_asked_again_after_a_week(server: Server, tmp_path: Path) -> None:
    """A page that answers for a lost file, or a file larger than 2 MB, is remembered and not kept."""
    page = Transcript(url=server.says("/page", "<p>Not found, politely"), type="text/vtt")
    large = Transcript(url=server.says("/large", VTT + "x" * 2_000_000), type="text/vtt")
    assert DownloadCounts(asked=2, missed=2) == filled(tmp_path, [page, large])
    assert DownloadCounts() == filled(tmp_path, [page], NOW + WEEK - timedelta(hours=1))
    server.says("/page", VTT)
    assert DownloadCounts(asked=1, kept=1) == filled(tmp_path, [page], NOW + WEEK)


def test_a_round_asks_for_a_few(server: Server, tmp_path: Path) -> None:
    """The newest come first; the rest waits for another round."""
    wanted = [Transcript(url=server.says(f"/{number}", VTT)) for number in range(3)]
    assert DownloadCounts(asked=2, kept=2, waiting=1) == filled(tmp_path, wanted, most=2)
    assert ["/0", "/1"] == asked(server)


def test_private_addresses_are_refused(server: Server, tmp_path: Path) -> None:
    """A feed can't make a harvest read what lies on the machine or in the house."""
    secret = Transcript(url=server.says("/secret", VTT))
    assert DownloadCounts(asked=1, missed=1) == filled(tmp_path, [secret], allow_private=False)
    assert [] == asked(server)


def test_what_nobody_shows_any_more_goes(server: Server, tmp_path: Path) -> None:
    """What is taken down, or no longer allowed, is removed from the cache; so is what is remembered of
    failures.
    """
    stays, goes = (Transcript(url=server.says(f"/{name}", VTT)) for name in ("stays", "goes"))
    missing = Transcript(url=f"{server.url}/missing")
    filled(tmp_path, [stays, goes, missing])
    assert 1 == prune(tmp_path, [stays])
    kept = companions.names_by_key(companions.folder(tmp_path))
    assert [companions.key(stays)] == list(kept)
    assert DownloadCounts(asked=1, missed=1) == filled(tmp_path, [missing])
