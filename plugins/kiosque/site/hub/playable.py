"""Finds what plays the sounds and videos of an entry: the browser, for files, or a player of another host."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal
from urllib.parse import urlsplit

from kiosque import urls
from kiosque.companions import best_transcript
from kiosque.html.captions import Cue
from kiosque.model import (
    Alternative,
    Chapter,
    ChaptersFile,
    Enclosure,
    Entry,
    Format,
    Record,
    Scope,
    Source,
    Transcript,
)
from kiosque.site.hub.companion_files import CompanionFile
from kiosque.site.hub.hub import Hub

_ORDER = ("audio", "video", "frame")


class MediaFile(Record, frozen=True):
    """A file to play or to download; ``url`` is absolute, or begins at the hub's top."""

    url: str
    type: str = ""
    length: int | None = None
    height: int | None = None


class Player(Record, frozen=True):
    """What a page needs to play a sound or video.

    - ``files`` are the same sound or video in several sizes or encodings, in the order of the source.
    - ``refused`` is the first address if browsers refuse all of them, since they aren't encrypted
      (``http:``).
    - ``page`` is the page at another host, for the tag ``frame``, which has no files.
    - ``duration`` is in seconds, ``width`` and ``height`` in pixels.
    - ``transcripts`` are files to read or to show as captions.
    - ``words`` are the words of a transcript, if the agreement of the source allows its text.
    - ``is_live`` is true for the live sound of a radio, which has no beginning or end.

    If ``chapters`` or ``words`` is a file, the filters ``chapters`` and ``paragraphs`` read it.
    """

    tag: Literal["audio", "video", "frame"]
    files: tuple[MediaFile, ...] = ()
    refused: str = ""
    page: str = ""
    duration: float | None = None
    title: str = ""
    width: int | None = None
    height: int | None = None
    chapters: CompanionFile | tuple[Chapter, ...] = ()
    transcripts: tuple[Transcript, ...] = ()
    words: CompanionFile | tuple[Cue, ...] = ()
    is_live: bool = False


def players(hub: Hub, source: Source, entry: Entry) -> list[Player]:
    """Return the players of an entry: sounds first, then videos, then players of other hosts."""
    playing = [player for enclosure in entry.enclosures if (player := _player(hub, source, entry, enclosure))]
    if any(player.files for player in playing):
        # The player of the entry's own host would play the same as the files.
        playing = [p for p in playing if not (p.page and _host(p.page) == _host(entry.url))]
    return sorted(playing, key=lambda player: _ORDER.index(player.tag))


def live(source: Source) -> Player | None:
    """Return the player of a radio's live stream; None for a source without a stream."""
    if not source.stream:
        return None
    if _is_refused(source.stream):
        return Player(tag="audio", refused=source.stream, is_live=True)
    return Player(tag="audio", files=(MediaFile(url=source.stream),), is_live=True)


def attachments(hub: Hub, entry: Entry) -> list[MediaFile]:
    """Return the files of an entry that no player plays: pictures and documents."""
    others = (enclosure for enclosure in entry.enclosures if not _tag(entry, enclosure))
    return [file for enclosure in others if (file := _file(hub, enclosure))]


def _player(hub: Hub, source: Source, entry: Entry, enclosure: Enclosure) -> Player | None:
    tag = _tag(entry, enclosure)
    if tag == "frame":
        return (
            Player(tag=tag, page=page, duration=enclosure.duration, title=enclosure.title)
            if (page := urls.web_url(enclosure.url))
            else None
        )
    files = _files(hub, (enclosure, *enclosure.alternatives)) if tag else []
    if not tag or not files:
        return None
    playable = tuple(file for file in files if not _is_refused(file.url))
    return Player(
        tag=tag,
        files=playable,
        refused="" if playable else files[0].url,
        duration=enclosure.duration,
        title=enclosure.title if enclosure.title != entry.title else "",
        width=enclosure.width,
        height=enclosure.height,
        chapters=_chapters(hub, enclosure),
        transcripts=_transcripts(hub, enclosure),
        words=_words(hub, source, entry, enclosure),
    )


def _tag(entry: Entry, enclosure: Enclosure) -> Literal["audio", "video", "frame", ""]:
    """Return the tag that plays an enclosure; empty for a file that can only be downloaded."""
    if enclosure.type.startswith("audio/"):
        return "audio"
    if enclosure.type.startswith("video/"):
        return "video"
    if enclosure.type == "text/html":
        return "frame"
    if not enclosure.type and entry.format is not Format.TEXT:
        return "video" if entry.format is Format.VIDEO else "audio"
    return ""


def _files(hub: Hub, versions: Iterable[Enclosure | Alternative]) -> list[MediaFile]:
    return [file for version in versions if (file := _file(hub, version))]


def _file(hub: Hub, version: Enclosure | Alternative) -> MediaFile | None:
    url = _address(hub, version.url)
    return (
        MediaFile(url=url, type=version.type, length=version.length, height=version.height) if url else None
    )


def _transcripts(hub: Hub, enclosure: Enclosure) -> tuple[Transcript, ...]:
    addresses = ((_address(hub, transcript.url), transcript) for transcript in enclosure.transcripts)
    return tuple(
        Transcript(url=url, type=transcript.type, language=transcript.language)
        for url, transcript in addresses
        if url
    )


def _chapters(hub: Hub, enclosure: Enclosure) -> CompanionFile | tuple[Chapter, ...]:
    return (
        (hub.files.companion(enclosure.chapters) or ())
        if isinstance(enclosure.chapters, ChaptersFile)
        else enclosure.chapters
    )


def _words(hub: Hub, source: Source, entry: Entry, enclosure: Enclosure) -> CompanionFile | tuple[Cue, ...]:
    """Return the words of a sound. A transcript is a full text: the agreement must allow full texts."""
    transcript = best_transcript(enclosure.transcripts, entry.language)
    if transcript is None or source.agreement.scope is not Scope.FULL:
        return ()
    return hub.files.companion(transcript) or ()


def _address(hub: Hub, url: str) -> str:
    """Return the address of a file of another host or of the hub; empty if it is unsafe or isn't served."""
    return urls.web_url(url) if "://" in url else hub.files.served(url)


def _is_refused(url: str) -> bool:
    """Whether browsers refuse to play an address in an encrypted page (mixed content)."""
    return url.startswith("http://")


def _host(url: str) -> str:
    """Return the host of an address; "?" if it has none, which is the host of no page."""
    return urlsplit(url).netloc or "?"
