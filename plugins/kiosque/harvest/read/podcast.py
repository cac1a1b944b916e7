"""Read the podcast namespace, Media RSS and Podlove's chapters: feedparser keeps only their last elements."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from xml.etree import ElementTree as ET

from kiosque.archive.entries import FeedFacts, Live
from kiosque.harvest.read.raw import duration_seconds, positive_integer
from kiosque.html.plain_text import plain_text
from kiosque.languages import language_tag
from kiosque.model import Alternative, Chapter, ChaptersFile, Enclosure, Location, Person, Record, Transcript
from kiosque.text import line_text
from kiosque.urls import safe_url

_PODCAST = (
    "{https://podcastindex.org/namespace/1.0}",
    "{https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md}",
)
_MEDIA = "{http://search.yahoo.com/mrss/}"
_CHAPTERS = "{http://podlove.org/simple-chapters}"
_NAMESPACES = re.compile(
    rb"podcastindex\.org|podcast-namespace|podlove\.org/simple-chapters|<(?:podcast|psc):", re.IGNORECASE
)
_GEO = re.compile(r"geo:(-?\d{1,2}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)(?:[,;].*)?")

Resolve = Callable[[str], str]
ReadDate = Callable[[str], datetime | None]


class ItemDetails(Record, frozen=True):
    """The content of these namespaces for one item.

    ``titles`` holds pairs of a file's address and its title. ``pages`` are web pages with a player, for media
    that have no file of their own.
    """

    people: tuple[Person, ...] = ()
    locations: tuple[Location, ...] = ()
    transcripts: tuple[Transcript, ...] = ()
    chapters: ChaptersFile | tuple[Chapter, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    licence: str = ""
    season: int | None = None
    episode: int | None = None
    titles: tuple[tuple[str, str], ...] = ()
    pages: tuple[Enclosure, ...] = ()


class Podcast(Record, frozen=True):
    """The content of these namespaces: facts about the feed, and details for each of its items, in order."""

    facts: FeedFacts = FeedFacts()
    items: tuple[ItemDetails, ...] = ()


def read(data: bytes, file: Resolve, date: ReadDate) -> Podcast:
    """Return the content of these namespaces; nothing if the feed uses none of them.

    ``file`` makes the address of a media file absolute, ``date`` reads a date. The feed must
    declare no entities of its own, because the XML parser used here would expand them.
    """
    if not _NAMESPACES.search(data):
        return Podcast()
    try:
        return _read_whole(data, file, date)
    except (ET.ParseError, ValueError, LookupError):
        # Faults of the XML are mended before: hardly anything is left that this parser can't read.
        return Podcast()


def _read_whole(data: bytes, file: Resolve, date: ReadDate) -> Podcast:
    items = []
    events = ET.iterparse(io.BytesIO(data))  # noqa: S314 - the caller refuses feeds that declare entities
    for _event, element in events:
        if element.tag.rpartition("}")[2] in {"item", "entry"}:
            items.append(_item_details(element, file))
            element.clear()
    root = events.root  # type: ignore[attr-defined]  # present once the document is read to its end
    channel = root.find("channel")
    return Podcast(facts=_facts(root if channel is None else channel, file, date), items=tuple(items))


def _facts(channel: ET.Element, file: Resolve, date: ReadDate) -> FeedFacts:
    funding = (
        (safe_url(element.get("url", "")), line_text(element.text or ""))
        for element in _podcast_elements(channel, "funding")
    )
    return FeedFacts(
        guid=line_text(_first_text(channel, "guid")),
        licence=_licence(channel),
        funding=tuple(pair for pair in funding if pair[0]),
        trailers=tuple(_trailers(channel, file)),
        live=tuple(_live_broadcasts(channel, file, date)),
    )


def _trailers(channel: ET.Element, file: Resolve) -> Iterator[Enclosure]:
    for trailer in _podcast_elements(channel, "trailer"):
        if url := file(trailer.get("url", "")):
            media_type, length = (
                line_text(trailer.get("type", "")).lower(),
                positive_integer(trailer.get("length", "")),
            )
            yield Enclosure(url=url, type=media_type, length=length, title=line_text(trailer.text or ""))


def _live_broadcasts(channel: ET.Element, file: Resolve, date: ReadDate) -> Iterator[Live]:
    for live_item in _podcast_elements(channel, "liveItem"):
        enclosure = live_item.find("enclosure")
        attributes = {} if enclosure is None else enclosure.attrib
        yield Live(
            title=line_text(live_item.findtext("title", "")),
            status=line_text(live_item.get("status", "")).lower(),
            start=date(live_item.get("start", "")),
            end=date(live_item.get("end", "")),
            url=file(attributes.get("url", "")),
            type=line_text(attributes.get("type", "")).lower(),
        )


def _item_details(item: ET.Element, file: Resolve) -> ItemDetails:
    return ItemDetails(
        people=tuple(_people(item)),
        locations=tuple(_locations(item)),
        transcripts=tuple(_transcripts(item, file)),
        chapters=tuple(_chapters(item)) or _chapters_file(item, file) or (),
        alternatives=tuple(_alternatives(item, file)),
        licence=_licence(item),
        season=positive_integer(_first_text(item, "season"), 10_000),
        episode=positive_integer(_first_text(item, "episode"), 1_000_000),
        titles=tuple(_file_titles(item, file)),
        pages=tuple(_player_pages(item)),
    )


def _podcast_elements(item: ET.Element, name: str) -> Iterator[ET.Element]:
    for namespace in _PODCAST:
        yield from item.iterfind(f"{namespace}{name}")


def _first_text(item: ET.Element, name: str) -> str:
    return next((element.text or "" for element in _podcast_elements(item, name)), "")


def _licence(item: ET.Element) -> str:
    """Return the name of a licence, else its address."""
    licences = (
        (line_text(element.text or ""), safe_url(element.get("url", "")))
        for element in _podcast_elements(item, "license")
    )
    return next((name or url for name, url in licences if name or url), "")


def _people(item: ET.Element) -> Iterator[Person]:
    for person in _podcast_elements(item, "person"):
        if name := line_text(person.text or ""):
            role = line_text(person.get("role", "")).lower()
            yield Person(name=name, role=role, url=safe_url(person.get("href", "")))


def _locations(item: ET.Element) -> Iterator[Location]:
    for location in _podcast_elements(item, "location"):
        name, point = line_text(location.text or ""), _GEO.fullmatch(location.get("geo", "").strip())
        latitude, longitude = (float(point[1]), float(point[2])) if point else (None, None)
        if latitude is not None and longitude is not None and abs(latitude) <= 90 and abs(longitude) <= 180:
            yield Location(name=name, latitude=latitude, longitude=longitude)
        elif name:
            yield Location(name=name)


def _transcripts(item: ET.Element, file: Resolve) -> Iterator[Transcript]:
    for transcript in _podcast_elements(item, "transcript"):
        if url := file(transcript.get("url", "")):
            language = language_tag(transcript.get("language", ""))
            yield Transcript(url=url, type=line_text(transcript.get("type", "")), language=language)


def _chapters_file(item: ET.Element, file: Resolve) -> ChaptersFile | None:
    for element in _podcast_elements(item, "chapters"):
        if url := file(element.get("url", "")):
            return ChaptersFile(url=url, type=line_text(element.get("type", "")))
    return None


def _chapters(item: ET.Element) -> Iterator[Chapter]:
    """Yield the chapters of the first list that has any: some programs write the list twice."""
    lists = (chapters.findall(f"{_CHAPTERS}chapter") for chapters in item.iterfind(f"{_CHAPTERS}chapters"))
    for chapter in next(filter(None, lists), ()):
        # The first chapter starts at 0, and a duration of 0 is read as unknown.
        start = duration_seconds(chapter.get("start", "")) or 0.0
        title = line_text(chapter.get("title", ""))
        yield Chapter(start=start, title=title, url=safe_url(chapter.get("href", "")))


def _file_titles(item: ET.Element, file: Resolve) -> Iterator[tuple[str, str]]:
    """Yield the address and the title of each file that Media RSS names."""
    for content in item.iter(f"{_MEDIA}content"):
        title = plain_text(content.findtext(f"{_MEDIA}title", ""))
        if title and (url := file(content.get("url", ""))):
            yield url, title


def _player_pages(item: ET.Element) -> Iterator[Enclosure]:
    """Yield the web pages that play media without a file of their own (Media RSS 1.5, ``media:player``)."""
    for content in item.iterfind(f"{_MEDIA}content"):
        player = content.find(f"{_MEDIA}player")
        if player is not None and not content.get("url") and (url := safe_url(player.get("url", ""))):
            width, height = (
                positive_integer(content.get("width"), 20_000),
                positive_integer(content.get("height"), 20_000),
            )
            duration = duration_seconds(content.get("duration"))
            yield Enclosure(url=url, type="text/html", duration=duration, width=width, height=height)


def _alternatives(item: ET.Element, file: Resolve) -> Iterator[Alternative]:
    for element in _podcast_elements(item, "alternateEnclosure"):
        sources = (
            source.get("uri", "")
            for namespace in _PODCAST
            for source in element.iterfind(f"{namespace}source")
        )
        if url := next((url for source in sources if (url := file(source))), ""):
            media_type = line_text(element.get("type", "")).lower()
            length, height = (
                positive_integer(element.get("length", "")),
                positive_integer(element.get("height", ""), 20_000),
            )
            yield Alternative(url=url, type=media_type, length=length, height=height)
