"""Read an entry's media files from RSS, Atom, Media RSS and the podcast namespace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import msgspec

from kiosque.harvest.read import podcast
from kiosque.harvest.read.facts import same_files
from kiosque.harvest.read.feedparser_mends import MEDIA_DESCRIPTION
from kiosque.harvest.read.origin import Origin
from kiosque.harvest.read.raw import duration_seconds, positive_integer
from kiosque.html import players
from kiosque.html.media.media_types import media_type
from kiosque.html.media.ornaments import is_ornament
from kiosque.html.plain_text import plain_text
from kiosque.model import Enclosure, Picture
from kiosque.text import line_text

_NOT_MEDIA = {"application/x-bittorrent", "application/x-shockwave-flash"}
# In pixels. A smaller picture is an icon, or counts readers.
_SMALLEST_PICTURE = 17
# In characters. Mastodon lets people write 1,500.
_LONGEST_ALT = 1500


@dataclass(frozen=True, slots=True)
class MediaReader:
    """Reads the files of feedparser's entries. ``site`` is the base of relative addresses."""

    origin: Origin
    site: str

    def enclosures(
        self, entry: Any, details: podcast.ItemDetails, embedded: tuple[Enclosure, ...] = ()
    ) -> tuple[Enclosure, ...]:
        """Return the files of an entry, and the page of a video that only its host plays.

        ``embedded`` are the players of its text. Each file comes once, with all facts about it.
        """
        stated = (*self._files_with_sizes(entry, details), *(details.pages or self._player(entry)))
        files = same_files.joined((*stated, *embedded))
        place = _described_file(files, len(stated))
        return tuple(
            same_files.plausible(_with_facts(entry, file, details) if number == place else file)
            for number, file in enumerate(files)
        )

    def image(self, entry: Any) -> Picture | None:
        """Return the lead picture of an entry: no portrait of its author, no badge, no counter."""
        contents, enclosures = entry.get("media_content") or (), entry.get("enclosures") or ()
        candidates = [entry.get("image") or {}, *(entry.get("media_thumbnail") or ())]
        candidates += [fields for fields in contents if _type_of(fields).startswith("image/")]
        candidates += [fields for fields in enclosures if _type_of(fields).startswith("image/")]
        for fields in candidates:
            url = self.origin.resolve_file(str(fields.get("href") or fields.get("url") or ""), self.site)
            if url and not _is_small(fields) and not is_ornament(url):
                return Picture(url=url, alt=_description(fields, entry))
        return None

    def _files_with_sizes(self, entry: Any, details: podcast.ItemDetails) -> Iterable[Enclosure]:
        """Yield the files of an entry: each enclosure, then the files that only Media RSS names.

        The sizes of one video make one file with alternatives.
        """
        titles = dict(details.titles)
        enclosures = self._files(entry.get("enclosures") or (), titles)
        media = self._files(entry.get("media_content") or (), titles)
        media_only = {key: file for key, file in media.items() if key not in enclosures}
        # An alternative of a file isn't a file of its own.
        alternatives = {same_files.key(alternative.url) for alternative in details.alternatives}
        for key, file in enclosures.items():
            is_described = key in media
            sizes = {
                name: size
                for name, size in media_only.items()
                if is_described and same_files.medium(size) == same_files.medium(file)
            }
            for name in sizes:
                del media_only[name]
            whole = same_files.merged(file, media[key]) if is_described else file
            yield same_files.with_alternatives(whole, sizes.values())
        for medium in ("video", "audio"):
            others = [
                file
                for key, file in media_only.items()
                if same_files.medium(file) == medium and key not in alternatives
            ]
            if others:
                best, *sizes_of_best = sorted(others, key=lambda file: -(file.height or 0))
                yield same_files.with_alternatives(best, sizes_of_best)

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

    def _files(
        self, candidates: Iterable[Mapping[str, Any]], titles: Mapping[str, str]
    ) -> dict[str, Enclosure]:
        """Return the files among some links, by what the addresses of one file share."""
        files: dict[str, Enclosure] = {}
        for file in (self._file(fields, titles) for fields in candidates):
            if file:
                key = same_files.key(file.url)
                files[key] = same_files.merged(files[key], file) if key in files else file
        return files

    def _file(self, fields: Mapping[str, Any], titles: Mapping[str, str]) -> Enclosure | None:
        """Return the file that a link, an enclosure or Media RSS names; ``None`` if it isn't a media file."""
        address, found_type = fields.get("href") or fields.get("url"), _type_of(fields)
        if not isinstance(address, str) or found_type in _NOT_MEDIA or _path(address).endswith(".torrent"):
            return None
        url = self.origin.resolve_file(address, self.site)
        if not url:
            return None
        return Enclosure(
            url=url,
            type=found_type,
            length=positive_integer(fields.get("length") or fields.get("filesize")),
            duration=duration_seconds(fields.get("duration")),
            title=line_text(str(fields.get("title") or "")) or titles.get(url, ""),
            width=positive_integer(fields.get("width"), 20_000),
            height=positive_integer(fields.get("height"), 20_000),
        )


def _described_file(files: Sequence[Enclosure], stated: int) -> int | None:
    """Return the number of the file that the facts of an entry are about: its first sound or video.

    The first ``stated`` files are those of the entry itself. The sound of its text counts if it is the only
    one.
    """
    playable = [number for number, file in enumerate(files) if same_files.is_playable(file)]
    own = [number for number in playable if number < stated]
    if own:
        return own[0]
    if len(playable) == 1:
        return playable[0]
    return 0 if stated and files[0].type != "text/html" else None


def _with_facts(entry: Any, file: Enclosure, details: podcast.ItemDetails) -> Enclosure:
    """Return a file with the facts of its entry: duration, transcripts, chapters and alternatives."""
    durations = (
        entry.get("itunes_duration"),
        *(fields.get("duration") for fields in entry.get("media_content") or () if fields.get("url")),
    )
    duration = next((length for value in durations if value and (length := duration_seconds(value))), None)
    # Where two durations differ by less than a second, the file's own is the more exact one.
    is_finer = file.duration and (not duration or abs(file.duration - duration) < 1)
    described = msgspec.structs.replace(
        file,
        duration=file.duration if is_finer else duration,
        transcripts=details.transcripts or file.transcripts,
        chapters=details.chapters or file.chapters,
    )
    return same_files.with_alternatives(described, details.alternatives)


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


def _type_of(fields: Mapping[str, Any]) -> str:
    """Return the media type of the file that a link, an enclosure or Media RSS names."""
    address = str(fields.get("href") or fields.get("url") or "")
    return media_type(address, str(fields.get("type") or ""), str(fields.get("medium") or ""))


def _is_small(fields: Mapping[str, Any]) -> bool:
    """Whether a picture is an icon or a dot, by the size that its feed states."""
    sizes = (positive_integer(fields.get(side), 20_000) for side in ("width", "height"))
    return any(size and size < _SMALLEST_PICTURE for size in sizes)


def _description(fields: Mapping[str, Any], entry: Mapping[str, Any]) -> str:
    """Return the words that describe a picture; none where they are all the text that its entry has."""
    has_text = entry.get("content") or entry.get("summary")
    return plain_text(str(fields.get(MEDIA_DESCRIPTION) or ""))[:_LONGEST_ALT] if has_text else ""
