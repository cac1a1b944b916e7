"""The record from which every feed format renders a publication.

A build makes one record for each publication. Its properties are computed when a template reads them.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import TypeVar

from propcache.api import cached_property

from kiosque import languages, text
from kiosque.model import (
    Alternative,
    Chapter,
    ChaptersFile,
    ContentItem,
    Enclosure,
    Entry,
    Format,
    Location,
    Person,
    Record,
    Transcript,
)
from kiosque.site.hub.records import Card, Link
from kiosque.site.output.wanted import Shared
from kiosque.urls import web_uri

JSON_CHAPTERS = "application/json+chapters"
# The media type of an enclosure that is a page: a video that can be played only on the page of its host.
PAGE = "text/html"
PLAYED = ("audio/", "video/")
_UNKNOWN_TYPE = "application/octet-stream"
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+*-]+", re.ASCII)
_NAMESPACE = uuid.UUID("6f0f2a53-6c0d-5d5b-9a43-1f6f1d2f5f10").bytes
# A Creative Commons licence as people write it, by name or by address.
_LICENCE = re.compile(
    r"(?:cc[ -]?|.*creativecommons\.org/licenses/)(by(?:[ -](?:nc|nd|sa))*)[ /-]+(\d\.\d)\b", re.IGNORECASE
)
_CC0 = re.compile(r"cc[ -]?0\b|.*creativecommons\.org/publicdomain/zero", re.IGNORECASE)


class FeedFile(Record, frozen=True):
    """A file of a feed item: ``url`` is absolute, ``length`` is in bytes, ``duration`` in seconds."""

    url: str
    type: str
    length: int | None = None
    duration: float | None = None
    title: str = ""
    width: int | None = None
    height: int | None = None


class FeedOrigin(Record, frozen=True):
    """The source of a feed item.

    ``address`` is its page on the hub, ``hub`` the hub's own address. ``homepage`` and ``feed`` are empty
    where the source has none. ``licence`` and ``language`` hold for entries that state none themselves.
    """

    name: str
    address: str
    hub: str
    homepage: str = ""
    feed: str = ""
    licence: str = ""
    language: str = ""


class FeedItem(Shared, frozen=True, dict=True):
    """A publication as feeds present it, in any format.

    The fields enter the page's fingerprint and are set at each build. The properties are computed at
    rendering only. ``served`` has, of each file in the hub's folder, its path and its address on the hub.
    ``commune`` is an official code, ``point`` the latitude and longitude of that commune. ``text`` is the
    HTML of a content file.
    """

    key: str
    card: Card
    updated: datetime
    tags: tuple[Link, ...]
    entry: Entry | None = None
    file: ContentItem | None = None
    text: str = ""
    origin: FeedOrigin | None = None
    commune: str = ""
    point: tuple[float, float] | None = None
    served: tuple[tuple[str, str], ...] = ()

    @cached_property
    def id(self) -> str:
        """Return the identity of the item: a UUID of its key, which never changes."""
        # The same as ``uuid.uuid5`` (RFC 9562, section 5.5) without its object: feeds need thousands of them.
        digest = bytearray(hashlib.sha1(_NAMESPACE + self.key.encode()).digest()[:16])  # noqa: S324 - the RFC's
        digest[6], digest[8] = digest[6] & 0x0F | 0x50, digest[8] & 0x3F | 0x80
        digits = digest.hex()
        return f"urn:uuid:{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    @property
    def html(self) -> str:
        """Return the full text as clean HTML; empty where the agreement doesn't allow it."""
        return self.entry.content if self.entry else self.text

    @cached_property
    def url(self) -> str:
        """Return the address of the original; empty for what was written for the hub."""
        return web_uri(self.entry.url) if self.entry else ""

    @cached_property
    def title(self) -> str:
        """Return the title, or the beginning of the text, on one line; it is never empty."""
        return text.line_text(self.card.title) or "…"

    @cached_property
    def summary(self) -> str:
        """Return the summary that lists show, as plain text."""
        return text.line_text(self.card.summary)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Return the names of the authors."""
        content = self.entry or self.file
        return _lines(content.authors) if content else ()

    @cached_property
    def categories(self) -> tuple[str, ...]:
        """Return the names of the tags."""
        return _lines(tag.name for tag in self.tags)

    @cached_property
    def language(self) -> str:
        """Return the language as a tag (BCP 47); empty where it is the hub's own."""
        if self.entry and self.origin:
            return _language(self.entry.language or self.origin.language)
        return self.file.language if self.file else ""

    @cached_property
    def rights(self) -> str:
        """Return the licence in the author's own words or, without those, in the words of the agreement."""
        if self.entry and self.origin:
            return _line(self.entry.rights or self.origin.licence)
        return self.file.licence if self.file else ""

    @cached_property
    def licence(self) -> str:
        """Return the licence for the podcast namespace: an SPDX identifier in lower case, or empty."""
        return _licence(self.rights)

    @cached_property
    def files(self) -> tuple[FeedFile, ...]:
        """Return sounds and videos, then pictures and documents, each group in the source's order.

        RSS has room for one enclosure, the first, and podcast apps play that.
        """
        return tuple(file for file in self._files if file.type != PAGE)

    @cached_property
    def pages(self) -> tuple[FeedFile, ...]:
        """Return the pages of other hosts that play a file which only they have."""
        return tuple(file for file in self._files if file.type == PAGE)

    @cached_property
    def alternatives(self) -> tuple[FeedFile, ...]:
        """Return the first file in other sizes or encodings."""
        return tuple(self._feed_files(self._first.alternatives)) if self._first else ()

    @cached_property
    def transcripts(self) -> tuple[Transcript, ...]:
        """Return the transcripts of the first file."""
        if self._first is None:
            return ()
        addressed = ((self._address(transcript.url), transcript) for transcript in self._first.transcripts)
        return tuple(
            Transcript(
                url=url,
                type=_media_type(transcript.type),
                language=languages.language_tag(transcript.language),
            )
            for url, transcript in addressed
            if url
        )

    @cached_property
    def chapters(self) -> ChaptersFile | None:
        """Return the file with the chapters of the first file.

        It is the source's, or the hub's own where the source's feed lists the chapters themselves.
        """
        chapters = self._first.chapters if self._first else ()
        if isinstance(chapters, ChaptersFile):
            url = self._address(chapters.url)
            return ChaptersFile(url=url, type=_media_type(chapters.type) or JSON_CHAPTERS) if url else None
        if self.chapter_list and self.origin:
            return ChaptersFile(url=self.origin.hub + chapters_address(self.card), type=JSON_CHAPTERS)
        return None

    @cached_property
    def chapter_list(self) -> tuple[Chapter, ...]:
        """Return the chapters that the source's feed lists itself."""
        chapters = self._first.chapters if self._first else ()
        listed = () if isinstance(chapters, ChaptersFile) else chapters
        titled = ((text.line_text(chapter.title), chapter) for chapter in listed if chapter.start >= 0)
        return tuple(
            Chapter(start=chapter.start, title=title, url=web_uri(chapter.url))
            for title, chapter in titled
            if title
        )

    @cached_property
    def picture(self) -> str:
        """Return the address of the picture: a path on the hub, or an absolute address at the source."""
        if self.card.image:
            return self.card.image.sizes[-1][0]
        return web_uri(self.entry.image.url) if self.entry and self.entry.image else ""

    @cached_property
    def places(self) -> tuple[Location, ...]:
        """Return the places that the source names or, without those, the commune."""
        if self.entry and self.entry.locations:
            return tuple(_places(self.entry.locations))
        if not self.card.commune:
            return ()
        latitude, longitude = self.point or (None, None)
        return (Location(name=self.card.commune.name, latitude=latitude, longitude=longitude),)

    @cached_property
    def spot(self) -> Location | None:
        """Return the first place whose position is known."""
        return next((place for place in self.places if place.latitude is not None), None)

    @cached_property
    def people(self) -> tuple[Person, ...]:
        """Return the people who took part."""
        people = self.entry.people if self.entry else ()
        named = ((text.line_text(person.name), person) for person in people)
        return tuple(
            Person(name=name, role=text.line_text(person.role), url=web_uri(person.url))
            for name, person in named
            if name
        )

    @property
    def season(self) -> int | None:
        """Return the number of the season."""
        return _positive(self.entry.season) if self.entry else None

    @property
    def episode(self) -> int | None:
        """Return the number of the episode."""
        return _positive(self.entry.episode) if self.entry else None

    @property
    def is_video(self) -> bool:
        """Whether the publication is a video."""
        return self.card.format is Format.VIDEO

    @cached_property
    def _enclosures(self) -> Sequence[Enclosure]:
        enclosures = self.entry.enclosures if self.entry else ()
        if len(enclosures) < 2:
            return enclosures
        return sorted(enclosures, key=lambda enclosure: not enclosure.type.startswith(PLAYED))

    @cached_property
    def _first(self) -> Enclosure | None:
        return self._enclosures[0] if self._enclosures else None

    @cached_property
    def _files(self) -> tuple[FeedFile, ...]:
        return tuple({file.url: file for file in self._feed_files(self._enclosures)}.values())

    def _feed_files(self, files: Iterable[Enclosure | Alternative]) -> Iterator[FeedFile]:
        for file in files:
            if url := self._address(file.url):
                # The hub serves a picture of its folder as WebP, in whichever format the picture was.
                is_converted = url.endswith(".webp") and not file.url.endswith(".webp")
                duration, title = (file.duration, file.title) if isinstance(file, Enclosure) else (None, "")
                yield FeedFile(
                    url=url,
                    type="image/webp" if is_converted else _media_type(file.type) or _UNKNOWN_TYPE,
                    length=None if is_converted else _positive(file.length),
                    duration=_positive(duration),
                    title=text.line_text(title),
                    width=_positive(file.width),
                    height=_positive(file.height),
                )

    def _address(self, url: str) -> str:
        """Return the absolute address of a file; empty where the file has none."""
        if "://" in url:
            return web_uri(url)
        served = dict(self.served).get(url)
        return self.origin.hub + served if served and self.origin else ""


# Somebody may have edited the archive by hand: the functions below leave out values that feeds don't allow.


# The same languages, licences and names of tags and people come many times.
_language = lru_cache(maxsize=1000)(languages.language_tag)
_line = lru_cache(maxsize=20_000)(text.line_text)


def _lines(words: Iterable[str]) -> tuple[str, ...]:
    return tuple([line for word in words if (line := _line(word))])


@lru_cache(maxsize=1000)
def _licence(rights: str) -> str:
    if licence := _LICENCE.match(rights):
        return f"cc-{licence[1]}-{licence[2]}".replace(" ", "-").lower()
    return "cc0-1.0" if _CC0.match(rights) else ""


def _media_type(value: str) -> str:
    return value if _MEDIA_TYPE.fullmatch(value) else ""


_Number = TypeVar("_Number", int, float)


def _positive(number: _Number | None) -> _Number | None:
    return number if number and number > 0 else None


def _places(locations: Iterable[Location]) -> Iterator[Location]:
    for location in locations:
        name, latitude, longitude = text.line_text(location.name), location.latitude, location.longitude
        if latitude is not None and longitude is not None and abs(latitude) <= 90 and abs(longitude) <= 180:
            yield Location(name=name, latitude=latitude, longitude=longitude)
        elif name:
            yield Location(name=name)


def chapters_address(card: Card) -> str:
    """Return the address at which the hub writes the chapters that a source's feed lists itself."""
    return f"{card.address}chapitres.json"
