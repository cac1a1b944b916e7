"""What the podcast namespace and Podlove's chapters say of a feed and its items: feedparser keeps only the last of each."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from kiosque.archive.entries import FeedFacts, Live
from kiosque.harvest.read.raw import plausible, seconds, whole
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
_NAMESPACES = re.compile(rb"podcastindex\.org|podcast-namespace|podlove\.org/simple-chapters", re.IGNORECASE)
_GEO = re.compile(r"geo:(-?\d{1,2}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)(?:[,;].*)?")

Resolve = Callable[[str], str]


class Details(Record, frozen=True):
    """What one item says in these namespaces.

    ``titles`` are those of its files, by their address; ``pages`` those that play what only their hosts have.
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
    """What a feed says in these namespaces, of itself and of each of its items, in order."""

    facts: FeedFacts = FeedFacts()
    items: tuple[Details, ...] = ()


def read(data: bytes, file: Resolve) -> Podcast:
    """Read these namespaces; of a feed that is broken, or uses none of them, nothing.

    The feed must declare no entities of its own: it goes through an XML parser that would expand them.
    """
    if not _NAMESPACES.search(data):
        return Podcast()
    items = []
    try:
        events = ET.iterparse(io.BytesIO(data))  # noqa: S314 - entities were refused before
        for _event, element in events:
            if element.tag.rpartition("}")[2] in {"item", "entry"}:
                items.append(_details(element, file))
                element.clear()
    except (ET.ParseError, ValueError, LookupError):
        return Podcast()
    root = events.root  # type: ignore[attr-defined]  # it is there once all was read
    channel = root.find("channel")
    return Podcast(facts=_facts(root if channel is None else channel, file), items=tuple(items))


def _facts(channel: ET.Element, file: Resolve) -> FeedFacts:
    funding = ((safe_url(one.get("url", "")), line_text(one.text or "")) for one in _all(channel, "funding"))
    return FeedFacts(
        guid=line_text(_first(channel, "guid")),
        licence=_licence(channel),
        funding=tuple(pair for pair in funding if pair[0]),
        trailers=tuple(_trailers(channel, file)),
        live=tuple(_live(channel, file)),
    )


def _trailers(channel: ET.Element, file: Resolve) -> Iterator[Enclosure]:
    for one in _all(channel, "trailer"):
        if url := file(one.get("url", "")):
            kind, length = line_text(one.get("type", "")).lower(), whole(one.get("length", ""))
            yield Enclosure(url=url, type=kind, length=length, title=line_text(one.text or ""))


def _live(channel: ET.Element, file: Resolve) -> Iterator[Live]:
    for one in _all(channel, "liveItem"):
        enclosure = one.find("enclosure")
        given = {} if enclosure is None else enclosure.attrib
        yield Live(
            title=line_text(one.findtext("title", "")),
            status=line_text(one.get("status", "")).lower(),
            start=_moment(one.get("start", "")),
            end=_moment(one.get("end", "")),
            url=file(given.get("url", "")),
            type=line_text(given.get("type", "")).lower(),
        )


def _moment(written: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(written.strip())
        return plausible(moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC))
    except (ValueError, OverflowError):
        return None


def _details(item: ET.Element, file: Resolve) -> Details:
    return Details(
        people=tuple(_people(item)),
        locations=tuple(_locations(item)),
        transcripts=tuple(_transcripts(item, file)),
        chapters=tuple(_chapters(item)) or _chapters_file(item, file) or (),
        alternatives=tuple(_alternatives(item, file)),
        licence=_licence(item),
        season=whole(_first(item, "season"), 10_000),
        episode=whole(_first(item, "episode"), 1_000_000),
        titles=tuple(_titles(item, file)),
        pages=tuple(_pages(item)),
    )


def _all(item: ET.Element, name: str) -> Iterator[ET.Element]:
    for namespace in _PODCAST:
        yield from item.iterfind(f"{namespace}{name}")


def _first(item: ET.Element, name: str) -> str:
    return next((one.text or "" for one in _all(item, name)), "")


def _licence(item: ET.Element) -> str:
    """Return a licence by its name or, where it has none, by its address."""
    found = ((line_text(one.text or ""), safe_url(one.get("url", ""))) for one in _all(item, "license"))
    return next((name or url for name, url in found if name or url), "")


def _people(item: ET.Element) -> Iterator[Person]:
    for one in _all(item, "person"):
        if name := line_text(one.text or ""):
            role = line_text(one.get("role", "")).lower()
            yield Person(name=name, role=role, url=safe_url(one.get("href", "")))


def _locations(item: ET.Element) -> Iterator[Location]:
    for one in _all(item, "location"):
        name, point = line_text(one.text or ""), _GEO.fullmatch(one.get("geo", "").strip())
        latitude, longitude = (float(point[1]), float(point[2])) if point else (None, None)
        if latitude is not None and longitude is not None and abs(latitude) <= 90 and abs(longitude) <= 180:
            yield Location(name=name, latitude=latitude, longitude=longitude)
        elif name:
            yield Location(name=name)


def _transcripts(item: ET.Element, file: Resolve) -> Iterator[Transcript]:
    for one in _all(item, "transcript"):
        if url := file(one.get("url", "")):
            language = language_tag(one.get("language", ""))
            yield Transcript(url=url, type=line_text(one.get("type", "")), language=language)


def _chapters_file(item: ET.Element, file: Resolve) -> ChaptersFile | None:
    for one in _all(item, "chapters"):
        if url := file(one.get("url", "")):
            return ChaptersFile(url=url, type=line_text(one.get("type", "")))
    return None


def _chapters(item: ET.Element) -> Iterator[Chapter]:
    for one in item.iterfind(f"{_CHAPTERS}chapters/{_CHAPTERS}chapter"):
        # The first one starts at nought, which `seconds` takes for a duration that isn't known.
        start = seconds(one.get("start", "")) or 0.0
        title = line_text(one.get("title", ""))
        yield Chapter(start=start, title=title, url=safe_url(one.get("href", "")))


def _titles(item: ET.Element, file: Resolve) -> Iterator[tuple[str, str]]:
    for one in item.iter(f"{_MEDIA}content"):
        title = plain_text(one.findtext(f"{_MEDIA}title", ""))
        if title and (url := file(one.get("url", ""))):
            yield url, title


def _pages(item: ET.Element) -> Iterator[Enclosure]:
    """Yield the pages that play what has no file of its own (Media RSS 1.5, ``media:player``)."""
    for one in item.iterfind(f"{_MEDIA}content"):
        player = one.find(f"{_MEDIA}player")
        if player is not None and not one.get("url") and (url := safe_url(player.get("url", ""))):
            width, height = whole(one.get("width"), 20_000), whole(one.get("height"), 20_000)
            yield Enclosure(
                url=url, type="text/html", duration=seconds(one.get("duration")), width=width, height=height
            )


def _alternatives(item: ET.Element, file: Resolve) -> Iterator[Alternative]:
    for one in _all(item, "alternateEnclosure"):
        sources = (
            source.get("uri", "") for namespace in _PODCAST for source in one.iterfind(f"{namespace}source")
        )
        if url := next((url for source in sources if (url := file(source))), ""):
            kind = line_text(one.get("type", "")).lower()
            height = whole(one.get("height", ""), 20_000)
            yield Alternative(url=url, type=kind, length=whole(one.get("length", "")), height=height)
