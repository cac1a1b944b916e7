"""Read an entry's media files from RSS, Atom, Media RSS and the podcast namespace."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import msgspec

from kiosque.harvest.read import podcast
from kiosque.harvest.read.origin import Origin
from kiosque.harvest.read.raw import duration_seconds, positive_integer
from kiosque.html import players
from kiosque.model import Alternative, Enclosure, Picture
from kiosque.text import line_text

# In bytes. A smaller size is a placeholder that nobody filled in.
_SMALLEST_MEDIUM = 1024
# In bits a second. Outside these bounds, the duration is in another unit.
_SLOWEST = 2_000
_FASTEST = {"audio": 10_000_000, "video": 200_000_000}
# Wrong media types that feeds write, and the registered ones.
_TYPE_ALIASES = {
    "audio/mp3": "audio/mpeg", "audio/mpeg3": "audio/mpeg", "audio/mpg": "audio/mpeg",
    "audio/x-m4a": "audio/mp4", "audio/x-mp3": "audio/mpeg", "audio/x-mpeg": "audio/mpeg",
    "audio/x-wav": "audio/wav", "image/jpg": "image/jpeg",
    "video/x-m4v": "video/mp4",
}  # fmt: skip
# Types that say nothing about a file: its name tells more.
_MEANINGLESS_TYPES = {
    "application/octet-stream",
    "binary/octet-stream",
    "text/html",
    "text/plain",
    "application/x-www-form-urlencoded",
}
_NOT_MEDIA = {"application/x-bittorrent", "application/x-shockwave-flash"}
_TYPE_OF_SUFFIX = {
    "aac": "audio/aac", "flac": "audio/flac", "m4a": "audio/mp4", "mp3": "audio/mpeg", "oga": "audio/ogg",
    "ogg": "audio/ogg", "opus": "audio/ogg", "wav": "audio/wav",
    "m4v": "video/mp4", "mov": "video/quicktime", "mp4": "video/mp4", "ogv": "video/ogg",
    "webm": "video/webm",
    "gif": "image/gif", "jpeg": "image/jpeg", "jpg": "image/jpeg", "png": "image/png",
    "webp": "image/webp",
    "pdf": "application/pdf",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MediaReader:
    """Reads the files of feedparser's entries. ``site`` is the base of relative addresses."""

    origin: Origin
    site: str

    def enclosures(self, entry: Any, details: podcast.ItemDetails) -> tuple[Enclosure, ...]:
        """Return the files of an entry, and the page of a video that only its host plays."""
        files = (*self._files_with_sizes(entry, details), *(details.pages or self._player(entry)))
        return tuple({file.url: file for file in files}.values())

    def image(self, entry: Any) -> Picture | None:
        """Return the lead picture of an entry."""
        candidates = [(entry.get("image") or {}).get("href")]
        candidates += [thumbnail.get("url") for thumbnail in entry.get("media_thumbnail") or ()]
        candidates += [
            fields.get("url")
            for fields in entry.get("media_content") or ()
            if _type_of(fields).startswith("image/")
        ]
        candidates += [
            fields.get("href")
            for fields in entry.get("enclosures") or ()
            if _type_of(fields).startswith("image/")
        ]
        for candidate in candidates:
            if candidate and (url := self.origin.resolve_file(candidate, self.site)):
                return Picture(url=url)
        return None

    def _files_with_sizes(self, entry: Any, details: podcast.ItemDetails) -> Iterable[Enclosure]:
        """Yield the files of an entry: each enclosure, then the files that only Media RSS names.

        The sizes of one video make one file with alternatives.
        """
        titles = dict(details.titles)
        enclosures = self._files(entry.get("enclosures") or (), titles)
        media = self._files(entry.get("media_content") or (), titles)
        media_only = {url: file for url, file in media.items() if url not in enclosures}
        facts = self._first_file_facts(entry, details)
        # An alternative of a file isn't a file of its own.
        alternatives = {alternative.url for alternative in details.alternatives}
        for file in enclosures.values():
            sizes = [
                size for size in media_only.values() if file.url in media and _medium(size) == _medium(file)
            ]
            for size in sizes:
                del media_only[size.url]
            yield _enclosure(_merged(file, media.get(file.url)), sizes, facts)
            facts = podcast.ItemDetails(), None
        for medium in ("video", "audio"):
            sizes = [
                file
                for file in media_only.values()
                if _medium(file) == medium and file.url not in alternatives
            ]
            if sizes:
                best, *others = sorted(sizes, key=lambda file: -(file.height or 0))
                yield _enclosure(best, others, facts)
                facts = podcast.ItemDetails(), None

    def _player(self, entry: Any) -> Iterable[Enclosure]:
        """Yield the page of a video that only its host plays: YouTube's, Vimeo's, RuTube's."""
        candidates = [*(entry.get("media_content") or ()), entry.get("media_player") or {}]
        for fields in candidates:
            url = self.origin.resolve_page(str(fields.get("url") or ""), self.site)
            page = players.player_page(url) or (url if fields is candidates[-1] else "")
            if page:
                duration = fields.get("duration") or entry.get("itunes_duration")
                width, height = (
                    positive_integer(fields.get("width"), 20_000),
                    positive_integer(fields.get("height"), 20_000),
                )
                yield Enclosure(
                    url=page,
                    type="text/html",
                    duration=duration_seconds(duration),
                    width=width,
                    height=height,
                )
                return

    def _first_file_facts(
        self, entry: Any, details: podcast.ItemDetails
    ) -> tuple[podcast.ItemDetails, float | None]:
        """Return the facts about an entry's first file: its podcast details, and its duration in seconds."""
        durations = [
            entry.get("itunes_duration"),
            *(fields.get("duration") for fields in entry.get("media_content") or () if fields.get("url")),
        ]
        return details, next(
            (length for value in durations if value and (length := duration_seconds(value))), None
        )

    def _files(
        self, candidates: Iterable[Mapping[str, Any]], titles: Mapping[str, str]
    ) -> dict[str, Enclosure]:
        """Return the files among some links, by address."""
        files = (self._file(fields, titles) for fields in candidates)
        return {file.url: file for file in files if file}

    def _file(self, fields: Mapping[str, Any], titles: Mapping[str, str]) -> Enclosure | None:
        """Return the file that a link, an enclosure or Media RSS names; ``None`` if it isn't a media file."""
        address, media_type = fields.get("href") or fields.get("url"), _type_of(fields)
        if not isinstance(address, str) or media_type in _NOT_MEDIA or _path(address).endswith(".torrent"):
            return None
        url = self.origin.resolve_file(address, self.site)
        if not url:
            return None
        return Enclosure(
            url=url,
            type=media_type,
            length=positive_integer(fields.get("length") or fields.get("filesize")),
            duration=duration_seconds(fields.get("duration")),
            title=line_text(str(fields.get("title") or "")) or titles.get(url, ""),
            width=positive_integer(fields.get("width"), 20_000),
            height=positive_integer(fields.get("height"), 20_000),
        )


def _merged(file: Enclosure, media: Enclosure | None) -> Enclosure:
    """Return a file as its enclosure has it, completed by what Media RSS says of it."""
    if media is None:
        return file
    facts = {name: getattr(media, name) for name in ("duration", "width", "height")}
    return msgspec.structs.replace(file, title=file.title or media.title, **facts)


def _enclosure(
    best: Enclosure, sizes: Iterable[Enclosure], facts: tuple[podcast.ItemDetails, float | None]
) -> Enclosure:
    """Return a file with its alternatives: its other sizes, and those in ``facts``.

    ``facts`` is what ``_first_file_facts`` returns, for the first file of an entry.
    """
    details, duration = facts
    alternatives = {size.url: _alternative(size) for size in sizes}
    for alternative in details.alternatives:
        alternatives.setdefault(alternative.url, alternative)
    alternatives.pop(best.url, None)
    # Where two durations differ by less than a second, the file's own is the more exact one.
    is_finer = best.duration and (not duration or abs(best.duration - duration) < 1)
    return _plausible(
        msgspec.structs.replace(
            best,
            duration=best.duration if is_finer else duration,
            transcripts=details.transcripts,
            chapters=details.chapters,
            alternatives=tuple(alternatives.values()),
        )
    )


def _alternative(file: Enclosure) -> Alternative:
    return Alternative(url=file.url, type=file.type, length=file.length, width=file.width, height=file.height)


def _plausible(file: Enclosure) -> Enclosure:
    """Return a file without an impossible size or duration: feeds write 0, 1, or minutes for seconds."""
    if _medium(file) not in {"audio", "video"}:
        return file
    length = file.length if file.length and file.length >= _SMALLEST_MEDIUM else None
    rate = length * 8 / file.duration if length and file.duration else _SLOWEST
    duration = file.duration if _SLOWEST <= rate <= _FASTEST[_medium(file)] else None
    return msgspec.structs.replace(file, length=length, duration=duration)


def _medium(file: Alternative | Enclosure) -> str:
    return file.type.partition("/")[0]


def is_video(entry: Any) -> bool:
    """Whether an entry has a video, even one that no page can play (a torrent, or YouTube's Flash)."""
    contents = entry.get("media_content") or ()
    return any(content.get("medium") == "video" or _type_of(content) in _NOT_MEDIA for content in contents)


def _path(address: str) -> str:
    """Return the path of an address in lower case; empty if the address is malformed."""
    try:
        return urlsplit(address).path.lower()
    except ValueError:
        return ""


def file_type(url: str, declared: str) -> str:
    """Return the media type of a file: the one that the feed writes if it is valid, else by file name."""
    return _type_of({"url": url, "type": declared})


def _type_of(fields: Mapping[str, Any]) -> str:
    """Return the media type of a file: the feed's if it is valid, else by file name or ``medium``."""
    declared = str(fields.get("type") or "").split(";")[0].strip().lower()
    suffix = _path(str(fields.get("href") or fields.get("url") or "")).rpartition(".")[2]
    if re.fullmatch(r"[\w.+-]+/[\w.+-]+", declared) and not (
        declared in _MEANINGLESS_TYPES and (suffix in _TYPE_OF_SUFFIX or "octet" in declared)
    ):
        return _TYPE_ALIASES.get(declared, declared)
    medium = str(fields.get("medium") or "")
    return _TYPE_OF_SUFFIX.get(suffix) or {
        "image": "image/*",
        "video": "video/mp4",
        "audio": "audio/mpeg",
    }.get(medium, "")
