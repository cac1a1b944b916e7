"""What plays an entry's sounds and videos: its own files in the browser's player, or the player of another host."""

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
from kiosque.site.hub.companion_files import Beside
from kiosque.site.hub.hub import Hub

_ORDER = ("audio", "video", "frame")


class MediaFile(Record, frozen=True):
    """One file that a player can play, or a reader take; ``url`` is absolute or from the hub's root."""

    url: str
    type: str = ""
    length: int | None = None
    height: int | None = None


class Player(Record, frozen=True):
    """What plays one sound or video.

    ``files`` are the same in several sizes or encodings, in the source's order; none where browsers refuse them all:
    ``refused`` is then the address that isn't encrypted (``http:``). A ``frame`` has no files: ``page`` shows it at its
    own host. ``duration`` is in seconds. ``transcripts`` are files to read or to show as captions, ``words`` what one of
    them says, where the agreement allows its text: the filters ``chapters`` and ``paragraphs`` read what lies in a
    file. ``is_live`` is a radio's sound of this moment, without beginning or end.
    """

    tag: Literal["audio", "video", "frame"]
    files: tuple[MediaFile, ...] = ()
    refused: str = ""
    page: str = ""
    duration: float | None = None
    title: str = ""
    width: int | None = None
    height: int | None = None
    chapters: Beside | tuple[Chapter, ...] = ()
    transcripts: tuple[Transcript, ...] = ()
    words: Beside | tuple[Cue, ...] = ()
    is_live: bool = False


def players(hub: Hub, source: Source, entry: Entry) -> list[Player]:
    """Return what plays an entry: sounds first, then videos, then the players of others."""
    found = [player for one in entry.enclosures if (player := _player(hub, source, entry, one))]
    if any(player.files for player in found):
        found = [player for player in found if not (player.page and _host(player.page) == _host(entry.url))]
    return sorted(found, key=lambda player: _ORDER.index(player.tag))


def live(source: Source) -> Player | None:
    """Return what plays a radio at this moment; nothing for a source without a stream."""
    if not source.stream:
        return None
    if _is_refused(source.stream):
        return Player(tag="audio", refused=source.stream, is_live=True)
    return Player(tag="audio", files=(MediaFile(url=source.stream),), is_live=True)


def attachments(hub: Hub, entry: Entry) -> list[MediaFile]:
    """Return the files of an entry that nothing here plays: pictures, documents."""
    others = (one for one in entry.enclosures if not _tag(entry, one))
    return [file for one in others if (file := _file(hub, one))]


def _player(hub: Hub, source: Source, entry: Entry, one: Enclosure) -> Player | None:
    tag = _tag(entry, one)
    if tag == "frame":
        return (
            Player(tag=tag, page=page, duration=one.duration, title=one.title)
            if (page := urls.web_url(one.url))
            else None
        )
    files = _files(hub, (one, *one.alternatives)) if tag else []
    if not tag or not files:
        return None
    playable = tuple(file for file in files if not _is_refused(file.url))
    return Player(
        tag=tag,
        files=playable,
        refused="" if playable else files[0].url,
        duration=one.duration,
        title=one.title if one.title != entry.title else "",
        width=one.width,
        height=one.height,
        chapters=_chapters(hub, one),
        transcripts=_transcripts(hub, one),
        words=_words(hub, source, entry, one),
    )


def _tag(entry: Entry, enclosure: Enclosure) -> Literal["audio", "video", "frame", ""]:
    """Return what plays an enclosure; nothing for one that is only to be taken away."""
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
    return [file for one in versions if (file := _file(hub, one))]


def _file(hub: Hub, one: Enclosure | Alternative) -> MediaFile | None:
    url = _address(hub, one.url)
    return MediaFile(url=url, type=one.type, length=one.length, height=one.height) if url else None


def _transcripts(hub: Hub, one: Enclosure) -> tuple[Transcript, ...]:
    found = ((_address(hub, each.url), each) for each in one.transcripts)
    return tuple(Transcript(url=url, type=each.type, language=each.language) for url, each in found if url)


def _chapters(hub: Hub, one: Enclosure) -> Beside | tuple[Chapter, ...]:
    return (hub.files.beside(one.chapters) or ()) if isinstance(one.chapters, ChaptersFile) else one.chapters


def _words(hub: Hub, source: Source, entry: Entry, one: Enclosure) -> Beside | tuple[Cue, ...]:
    """Return the words of a sound; its transcript is a full text, which takes an agreement as any other does."""
    transcript = best_transcript(one.transcripts, entry.language)
    if transcript is None or source.agreement.scope is not Scope.FULL:
        return ()
    return hub.files.beside(transcript) or ()


def _address(hub: Hub, url: str) -> str:
    """Return where a file is: as it is told, or on the hub for one of its own; empty where nothing can lead there."""
    return urls.web_url(url) if "://" in url else hub.files.served(url)


def _is_refused(url: str) -> bool:
    """Whether browsers won't play it in a page that came encrypted (mixed content)."""
    return url.startswith("http://")


def _host(url: str) -> str:
    """Return the host of an address; that of nothing is nobody's."""
    return urlsplit(url).netloc or "?"
