"""What feeds say of one publication: one record a build, read where it is rendered, which is once a format."""

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
from kiosque.content.kinds.article import Article
from kiosque.model import (
    Alternative,
    Chapter,
    ChaptersFile,
    Enclosure,
    Entry,
    Format,
    Location,
    Person,
    Record,
    Source,
    Transcript,
)
from kiosque.site.hub.hub import Hub
from kiosque.site.hub.records import Card, Link, Publication
from kiosque.site.output.wanted import Shared
from kiosque.urls import web_uri

JSON_CHAPTERS = "application/json+chapters"
# The page of a video that only its host plays.
PAGE = "text/html"
PLAYED = ("audio/", "video/")
_UNKNOWN = "application/octet-stream"
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+*-]+", re.ASCII)
_NAMESPACE = uuid.UUID("6f0f2a53-6c0d-5d5b-9a43-1f6f1d2f5f10").bytes
_FORMER = re.compile(r"/articles/([^/]+)/")
# Creative Commons as people write it, by name or by address.
_LICENCE = re.compile(
    r"(?:cc[ -]?|.*creativecommons\.org/licenses/)(by(?:[ -](?:nc|nd|sa))*)[ /-]+(\d\.\d)\b", re.IGNORECASE
)
_CC0 = re.compile(r"cc[ -]?0\b|.*creativecommons\.org/publicdomain/zero", re.IGNORECASE)


class FeedFile(Record, frozen=True):
    """A file that a feed's item carries: ``url`` is absolute, ``length`` in bytes, ``duration`` in seconds."""

    url: str
    type: str
    length: int | None = None
    duration: float | None = None
    title: str = ""
    width: int | None = None
    height: int | None = None


class FeedOrigin(Record, frozen=True):
    """The source of a feed's item: its name, its page on the hub, its own site and its own feed, where it has them.

    ``licence`` and ``language`` are those of what says nothing else; ``hub`` is the hub's own address.
    """

    name: str
    address: str
    hub: str
    homepage: str = ""
    feed: str = ""
    licence: str = ""
    language: str = ""


class FeedItem(Shared, frozen=True, dict=True):
    """What feeds say of a publication, in any format.

    The fields are what it is made of, at hand for each build; what is said is worked out where it is rendered.
    ``served`` are the addresses, on the hub, of its files that lie in the hub's folder. ``commune`` is an official code,
    ``point`` the latitude and longitude of that commune. ``text`` is that of an article.
    """

    key: str
    card: Card
    updated: datetime
    tags: tuple[Link, ...]
    entry: Entry | None = None
    article: Article | None = None
    text: str = ""
    origin: FeedOrigin | None = None
    commune: str = ""
    point: tuple[float, float] | None = None
    served: tuple[tuple[str, str], ...] = ()

    @cached_property
    def id(self) -> str:
        """Its identity: made of what never changes, not of its address or title."""
        # What ``uuid.uuid5`` gives (RFC 9562, section 5.5), without the object that it makes: feeds need thousands.
        digest = bytearray(hashlib.sha1(_NAMESPACE + self.key.encode()).digest()[:16])  # noqa: S324 - the RFC's
        digest[6], digest[8] = digest[6] & 0x0F | 0x50, digest[8] & 0x3F | 0x80
        written = digest.hex()
        return f"urn:uuid:{written[:8]}-{written[8:12]}-{written[12:16]}-{written[16:20]}-{written[20:]}"

    @property
    def html(self) -> str:
        """The full text, clean, where it may be given."""
        return self.entry.content if self.entry else self.text

    @cached_property
    def url(self) -> str:
        """The original; empty for what was written for the hub."""
        return web_uri(self.entry.url) if self.entry else ""

    @cached_property
    def title(self) -> str:
        """Its title or the beginning of its text, on one line; there is always one."""
        return text.line_text(self.card.title) or "…"

    @cached_property
    def summary(self) -> str:
        """What lists say of it, in plain words."""
        return text.line_text(self.card.summary)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Who wrote it, as they are named; empty where nobody is."""
        written = self.entry or self.article
        return _lines(written.authors) if written else ()

    @cached_property
    def categories(self) -> tuple[str, ...]:
        """The names of its tags."""
        return _lines(tag.name for tag in self.tags)

    @cached_property
    def language(self) -> str:
        """Its language; empty where it is the hub's own."""
        if self.entry and self.origin:
            return _language(self.entry.language or self.origin.language)
        return self.article.language if self.article else ""

    @cached_property
    def rights(self) -> str:
        """What its author, or the agreement with its source, says that others may do."""
        if self.entry and self.origin:
            return _line(self.entry.rights or self.origin.licence)
        return self.article.licence if self.article else ""

    @cached_property
    def licence(self) -> str:
        """The same as the podcast namespace takes it, an SPDX identifier in small letters; empty where it isn't one."""
        return _licence(self.rights)

    @cached_property
    def files(self) -> tuple[FeedFile, ...]:
        """Its sounds and videos, then its pictures and documents: of each, in the source's order.

        RSS has room for one enclosure, and podcasts play that.
        """
        return tuple(one for one in self._files if one.type != PAGE)

    @cached_property
    def pages(self) -> tuple[FeedFile, ...]:
        """The pages of other hosts that play what only they have."""
        return tuple(one for one in self._files if one.type == PAGE)

    @cached_property
    def alternatives(self) -> tuple[FeedFile, ...]:
        """The first file in other sizes or encodings."""
        return tuple(self._read(self._first.alternatives)) if self._first else ()

    @cached_property
    def transcripts(self) -> tuple[Transcript, ...]:
        """The words of the first file."""
        if self._first is None:
            return ()
        found = ((self._address(one.url), one) for one in self._first.transcripts)
        return tuple(
            Transcript(url=url, type=_type(one.type), language=languages.language_tag(one.language))
            for url, one in found
            if url
        )

    @cached_property
    def chapters(self) -> ChaptersFile | None:
        """The file of the first file's chapters: as told, or the hub's own where its feed lists them itself."""
        given = self._first.chapters if self._first else ()
        if isinstance(given, ChaptersFile):
            url = self._address(given.url)
            return ChaptersFile(url=url, type=_type(given.type) or JSON_CHAPTERS) if url else None
        if self.chapter_list and self.origin:
            return ChaptersFile(url=self.origin.hub + chapters_address(self.card), type=JSON_CHAPTERS)
        return None

    @cached_property
    def chapter_list(self) -> tuple[Chapter, ...]:
        """The chapters themselves, where the source's feed lists them."""
        given = self._first.chapters if self._first else ()
        listed = () if isinstance(given, ChaptersFile) else given
        titled = ((text.line_text(one.title), one) for one in listed if one.start >= 0)
        return tuple(
            Chapter(start=one.start, title=title, url=web_uri(one.url)) for title, one in titled if title
        )

    @cached_property
    def picture(self) -> str:
        """The address of its picture: on the hub, from its root, or where its source has it."""
        if self.card.image:
            return self.card.image.sizes[-1][0]
        return web_uri(self.entry.image.url) if self.entry and self.entry.image else ""

    @cached_property
    def places(self) -> tuple[Location, ...]:
        """What it is about, as its source says or as its commune lies."""
        if self.entry and self.entry.locations:
            return tuple(_places(self.entry.locations))
        if not self.card.commune:
            return ()
        latitude, longitude = self.point or (None, None)
        return (Location(name=self.card.commune.name, latitude=latitude, longitude=longitude),)

    @cached_property
    def spot(self) -> Location | None:
        """The first of its places whose position is known."""
        return next((one for one in self.places if one.latitude is not None), None)

    @cached_property
    def people(self) -> tuple[Person, ...]:
        """Who took part in it."""
        named = ((text.line_text(one.name), one) for one in (self.entry.people if self.entry else ()))
        return tuple(
            Person(name=name, role=text.line_text(one.role), url=web_uri(one.url))
            for name, one in named
            if name
        )

    @property
    def season(self) -> int | None:
        """The season of a series."""
        return _above_nought(self.entry.season) if self.entry else None

    @property
    def episode(self) -> int | None:
        """The number of an episode."""
        return _above_nought(self.entry.episode) if self.entry else None

    @property
    def is_video(self) -> bool:
        """Whether it is to be watched."""
        return self.card.format is Format.VIDEO

    @cached_property
    def _enclosures(self) -> Sequence[Enclosure]:
        given = self.entry.enclosures if self.entry else ()
        return sorted(given, key=lambda one: not one.type.startswith(PLAYED)) if len(given) > 1 else given

    @cached_property
    def _first(self) -> Enclosure | None:
        return self._enclosures[0] if self._enclosures else None

    @cached_property
    def _files(self) -> tuple[FeedFile, ...]:
        return tuple({one.url: one for one in self._read(self._enclosures)}.values())

    def _read(self, given: Iterable[Enclosure | Alternative]) -> Iterator[FeedFile]:
        for one in given:
            if url := self._address(one.url):
                # A picture of the hub's folder is served as WebP, whatever it was.
                is_made = url.endswith(".webp") and not one.url.endswith(".webp")
                duration, title = (one.duration, one.title) if isinstance(one, Enclosure) else (None, "")
                yield FeedFile(
                    url=url,
                    type="image/webp" if is_made else _type(one.type) or _UNKNOWN,
                    length=None if is_made else _above_nought(one.length),
                    duration=_above_nought(duration),
                    title=text.line_text(title),
                    width=_above_nought(one.width),
                    height=_above_nought(one.height),
                )

    def _address(self, url: str) -> str:
        """Return the absolute address of a file; empty where nothing can lead there."""
        if "://" in url:
            return web_uri(url)
        served = dict(self.served).get(url)
        return self.origin.hub + served if served and self.origin else ""


# A line of the archive may have been edited by hand: what feeds don't take is left out here.


# Languages and the names of tags, people and licences come again and again.
_language = lru_cache(maxsize=1000)(languages.language_tag)
_line = lru_cache(maxsize=20_000)(text.line_text)


def _lines(words: Iterable[str]) -> tuple[str, ...]:
    return tuple([line for one in words if (line := _line(one))])


@lru_cache(maxsize=1000)
def _licence(rights: str) -> str:
    if found := _LICENCE.match(rights):
        return f"cc-{found[1]}-{found[2]}".replace(" ", "-").lower()
    return "cc0-1.0" if _CC0.match(rights) else ""


def _type(written: str) -> str:
    return written if _MEDIA_TYPE.fullmatch(written) else ""


_Number = TypeVar("_Number", int, float)


def _above_nought(number: _Number | None) -> _Number | None:
    return number if number and number > 0 else None


def _places(given: Iterable[Location]) -> Iterator[Location]:
    for one in given:
        name, latitude, longitude = text.line_text(one.name), one.latitude, one.longitude
        if latitude is not None and longitude is not None and abs(latitude) <= 90 and abs(longitude) <= 180:
            yield Location(name=name, latitude=latitude, longitude=longitude)
        elif name:
            yield Location(name=name)


def feed_items(hub: Hub, publications: Iterable[Publication]) -> list[FeedItem]:
    """Return the items of publications; a publication has the same one in all feeds."""
    known, items = hub.feed_items, []
    for one in publications:
        item = known.get(one.key)
        if item is None:
            item = known[one.key] = _item(hub, one)
        items.append(item)
    return items


def chapters_address(card: Card) -> str:
    """Return where the hub writes the chapters that a feed lists among its items."""
    return f"{card.address}chapitres.json"


def _item(hub: Hub, publication: Publication) -> FeedItem:
    entry, source, article = publication.entry, publication.source, publication.article
    return FeedItem(
        key=_lasting_key(article) if article else publication.key,
        card=publication.card,
        updated=publication.changed,
        tags=publication.tags,
        entry=entry,
        article=article,
        text=publication.html if article else "",
        origin=_origin(hub, source) if source else None,
        commune=publication.commune,
        point=hub.points.get(publication.commune),
        served=tuple(_served(hub, entry)) if entry and entry.enclosures else (),
    )


def _lasting_key(article: Article) -> str:
    """Return what names an article for good: its first address, which a renamed one has among its aliases."""
    former = (_FORMER.fullmatch(alias) for alias in article.aliases)
    return f"article\0{next((found[1] for found in former if found), article.slug)}"


def _origin(hub: Hub, source: Source) -> FeedOrigin:
    if source.slug not in hub.feed_origins:
        hub.feed_origins[source.slug] = FeedOrigin(
            name=source.name,
            address=f"/medias/{source.slug}/",
            hub=hub.site.url,
            homepage=source.homepage,
            feed=next((feed.url for feed in source.feeds if not feed.is_file), ""),
            licence=source.agreement.licence,
            language=source.language,
        )
    return hub.feed_origins[source.slug]


def _served(hub: Hub, entry: Entry) -> Iterator[tuple[str, str]]:
    """Yield the files of an entry that lie in the hub's folder: path and address."""
    for one in entry.enclosures:
        urls = [one.url, *(file.url for file in one.alternatives), *(file.url for file in one.transcripts)]
        if isinstance(one.chapters, ChaptersFile):
            urls.append(one.chapters.url)
        for url in urls:
            if "://" not in url and (address := hub.files.served(url, url)):
                yield url, address
