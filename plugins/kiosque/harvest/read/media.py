"""The files of an entry, as RSS, Atom, Media RSS and the podcast namespace give them: sounds, videos, pictures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import msgspec

from kiosque.harvest.read import podcast
from kiosque.harvest.read.origin import Origin
from kiosque.harvest.read.raw import seconds, whole
from kiosque.html import players
from kiosque.model import Alternative, Enclosure, Picture
from kiosque.text import line_text

# Bytes, and bits a second: less is an advertised size that nobody filled in, more is a duration in another unit.
_SMALLEST_MEDIUM = 1024
_SLOWEST = 2_000
_FASTEST = {"audio": 10_000_000, "video": 200_000_000}
# Types that feeds write for others.
_ALIASES = {
    "audio/mp3": "audio/mpeg", "audio/mpeg3": "audio/mpeg", "audio/mpg": "audio/mpeg", "audio/x-m4a": "audio/mp4",
    "audio/x-mp3": "audio/mpeg", "audio/x-mpeg": "audio/mpeg", "audio/x-wav": "audio/wav", "image/jpg": "image/jpeg",
    "video/x-m4v": "video/mp4",
}  # fmt: skip
_UNTOLD = {
    "application/octet-stream",
    "binary/octet-stream",
    "text/html",
    "text/plain",
    "application/x-www-form-urlencoded",
}
_NOT_MEDIA = {"application/x-bittorrent", "application/x-shockwave-flash"}
_TYPES = {
    "aac": "audio/aac", "flac": "audio/flac", "m4a": "audio/mp4", "mp3": "audio/mpeg", "oga": "audio/ogg",
    "ogg": "audio/ogg", "opus": "audio/ogg", "wav": "audio/wav",
    "m4v": "video/mp4", "mov": "video/quicktime", "mp4": "video/mp4", "ogv": "video/ogg", "webm": "video/webm",
    "gif": "image/gif", "jpeg": "image/jpeg", "jpg": "image/jpeg", "pdf": "application/pdf", "png": "image/png",
    "webp": "image/webp",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MediaReader:
    """Reads the files of feedparser's entries; ``site`` is what relative addresses start from."""

    origin: Origin
    site: str

    def enclosures(self, entry: Any, details: podcast.Details) -> tuple[Enclosure, ...]:
        """Return the files of an entry, and the page of a video that only its host plays."""
        found = (*self._stated(entry, details), *(details.pages or self._player(entry)))
        return tuple({one.url: one for one in found}.values())

    def image(self, entry: Any) -> Picture | None:
        """Return an entry's lead picture."""
        candidates = [(entry.get("image") or {}).get("href")]
        candidates += [thumbnail.get("url") for thumbnail in entry.get("media_thumbnail") or ()]
        candidates += [
            one.get("url") for one in entry.get("media_content") or () if _type(one).startswith("image/")
        ]
        candidates += [
            one.get("href") for one in entry.get("enclosures") or () if _type(one).startswith("image/")
        ]
        for candidate in candidates:
            if candidate and (url := self.origin.file(candidate, self.site)):
                return Picture(url=url)
        return None

    def _stated(self, entry: Any, details: podcast.Details) -> Iterable[Enclosure]:
        """Yield the files of an entry: each enclosure, then what Media RSS has besides, one video's sizes as one."""
        titles = dict(details.titles)
        given = self._files(entry.get("enclosures") or (), titles)
        media = self._files(entry.get("media_content") or (), titles)
        beside = {url: one for url, one in media.items() if url not in given}
        more = self._first(entry, details)
        # What is stated to be another form of a file is no file of its own.
        known = {one.url for one in details.alternatives}
        for one in given.values():
            sizes = [size for size in beside.values() if one.url in media and _medium(size) == _medium(one)]
            for size in sizes:
                del beside[size.url]
            yield _enclosure(_both(one, media.get(one.url)), sizes, more)
            more = podcast.Details(), None
        for medium in ("video", "audio"):
            sizes = [one for one in beside.values() if _medium(one) == medium and one.url not in known]
            if sizes:
                best, *others = sorted(sizes, key=lambda one: -(one.height or 0))
                yield _enclosure(best, others, more)
                more = podcast.Details(), None

    def _player(self, entry: Any) -> Iterable[Enclosure]:
        """Yield the page of a video that only its host plays: YouTube's, Vimeo's, RuTube's."""
        given = [*(entry.get("media_content") or ()), entry.get("media_player") or {}]
        for one in given:
            url = self.origin.link(str(one.get("url") or ""), self.site)
            page = players.player_page(url) or (url if one is given[-1] else "")
            if page:
                stated = one.get("duration") or entry.get("itunes_duration")
                width, height = whole(one.get("width"), 20_000), whole(one.get("height"), 20_000)
                yield Enclosure(
                    url=page, type="text/html", duration=seconds(stated), width=width, height=height
                )
                return

    def _first(self, entry: Any, details: podcast.Details) -> tuple[podcast.Details, float | None]:
        """Return what an entry says of its first file, and how long it is."""
        stated = [
            entry.get("itunes_duration"),
            *(one.get("duration") for one in entry.get("media_content") or () if one.get("url")),
        ]
        return details, next((length for one in stated if one and (length := seconds(one))), None)

    def _files(self, given: Iterable[Mapping[str, Any]], titles: Mapping[str, str]) -> dict[str, Enclosure]:
        """Return files by their address, each once."""
        found = (self._file(one, titles) for one in given)
        return {one.url: one for one in found if one}

    def _file(self, given: Mapping[str, Any], titles: Mapping[str, str]) -> Enclosure | None:
        """Return a file that a link, an enclosure or Media RSS names."""
        address, kind = given.get("href") or given.get("url"), _type(given)
        if not isinstance(address, str) or kind in _NOT_MEDIA or _path(address).endswith(".torrent"):
            return None
        url = self.origin.file(address, self.site)
        if not url:
            return None
        return Enclosure(
            url=url,
            type=kind,
            length=whole(given.get("length") or given.get("filesize")),
            duration=seconds(given.get("duration")),
            title=line_text(str(given.get("title") or "")) or titles.get(url, ""),
            width=whole(given.get("width"), 20_000),
            height=whole(given.get("height"), 20_000),
        )


def _both(one: Enclosure, same: Enclosure | None) -> Enclosure:
    """Return a file as its enclosure has it, and what Media RSS says of it besides."""
    if same is None:
        return one
    facts = {name: getattr(same, name) for name in ("duration", "width", "height")}
    return msgspec.structs.replace(one, title=one.title or same.title, **facts)


def _enclosure(
    best: Enclosure, sizes: Iterable[Enclosure], more: tuple[podcast.Details, float | None]
) -> Enclosure:
    """Return a file with its other forms and what its entry says of its first one, in ``more``."""
    details, duration = more
    others = {one.url: _alternative(one) for one in sizes}
    for one in details.alternatives:
        others.setdefault(one.url, one)
    others.pop(best.url, None)
    # Of two that mean the same, the finer one.
    is_finer = best.duration and (not duration or abs(best.duration - duration) < 1)
    return _plausible(
        msgspec.structs.replace(
            best,
            duration=best.duration if is_finer else duration,
            transcripts=details.transcripts,
            chapters=details.chapters,
            alternatives=tuple(others.values()),
        )
    )


def _alternative(one: Enclosure) -> Alternative:
    return Alternative(url=one.url, type=one.type, length=one.length, width=one.width, height=one.height)


def _plausible(one: Enclosure) -> Enclosure:
    """Return an enclosure without a size or duration that it can't have: feeds write 0, 1, or minutes for seconds."""
    if _medium(one) not in {"audio", "video"}:
        return one
    length = one.length if one.length and one.length >= _SMALLEST_MEDIUM else None
    rate = length * 8 / one.duration if length and one.duration else _SLOWEST
    duration = one.duration if _SLOWEST <= rate <= _FASTEST[_medium(one)] else None
    return msgspec.structs.replace(one, length=length, duration=duration)


def _medium(one: Alternative | Enclosure) -> str:
    return one.type.partition("/")[0]


def is_video(entry: Any) -> bool:
    """Whether a feed speaks of a video, even of one that no page can play: a torrent, or YouTube's Flash."""
    contents = entry.get("media_content") or ()
    return any(one.get("medium") == "video" or _type(one) in _NOT_MEDIA for one in contents)


def _path(address: str) -> str:
    """Return the path of an address in small letters; empty where it has none that can be read."""
    try:
        return urlsplit(address).path.lower()
    except ValueError:
        return ""


def stated_type(url: str, written: str) -> str:
    """Return the media type of a file, as stated where that is one, else by its name."""
    return _type({"url": url, "type": written})


def _type(given: Mapping[str, Any]) -> str:
    """Return a file's media type: as stated where that is one, else by its name or medium."""
    stated = str(given.get("type") or "").split(";")[0].strip().lower()
    suffix = _path(str(given.get("href") or given.get("url") or "")).rpartition(".")[2]
    if re.fullmatch(r"[\w.+-]+/[\w.+-]+", stated) and not (
        stated in _UNTOLD and (suffix in _TYPES or "octet" in stated)
    ):
        return _ALIASES.get(stated, stated)
    medium = str(given.get("medium") or "")
    return _TYPES.get(suffix) or {"image": "image/*", "video": "video/mp4", "audio": "audio/mpeg"}.get(
        medium, ""
    )
