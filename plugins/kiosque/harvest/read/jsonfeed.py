"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/) to entries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from kiosque.archive.entries import FeedFacts
from kiosque.harvest.read.media import stated_type
from kiosque.harvest.read.raw import Parsed, RawEntry, plausible, seconds, whole
from kiosque.html import players
from kiosque.i18n import _
from kiosque.languages import language_tag
from kiosque.model import (
    Alternative,
    Chapter,
    ChaptersFile,
    Enclosure,
    Location,
    Person,
    Picture,
    Problem,
    Transcript,
)
from kiosque.text import line_text
from kiosque.urls import safe_url

Resolve = Callable[[str, str], str]


def looks_like(data: bytes) -> bool:
    """Whether bytes may be a JSON feed."""
    return data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def parse(data: bytes, feed_url: str, link: Resolve, file: Resolve) -> Parsed:
    """Read a JSON feed; ``link`` makes a page's address absolute from a base, ``file`` that of a file."""
    try:
        feed = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        message = _("this JSON feed can't be read: {reason}").format(reason=error)
        return Parsed(problems=(Problem(path=feed_url, line=1, message=message),), fatal=True)
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        message = _("this is JSON, but not a JSON feed: its list of “items” is missing")
        return Parsed(problems=(Problem(path=feed_url, line=1, message=message),), fatal=True)
    site = link(_text(feed, "home_page_url"), "")
    base = site or feed_url
    title, language = _text(feed, "title"), language_tag(_text(feed, "language"))
    image = _text(feed, "icon") or _text(feed, "favicon")
    return Parsed(
        entries=tuple(
            _entry(item, lambda url: link(url, base), lambda url: file(url, base)) for item in _dicts(items)
        ),
        title=title,
        link=site,
        language=language,
        facts=FeedFacts(title=title, link=site, language=language, image=link(image, base) if image else ""),
        older=link(_text(feed, "next_url"), feed_url),
    )


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    return line_text(str(value)) if isinstance(value, str | int | float) else ""


def _moment(fields: dict[str, Any], name: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(_text(fields, name))
        return plausible(moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC))
    except (ValueError, OverflowError):
        return None


def _entry(item: dict[str, Any], link: Callable[[str], str], file: Callable[[str], str]) -> RawEntry:
    authors = _dicts(item.get("authors")) or _dicts([item.get("author")])
    image = _text(item, "image") or _text(item, "banner_image")
    url = link(_text(item, "url") or _text(item, "external_url"))
    more = _extension(item)
    text, embedded = players.extract_players(_written(item), url)
    return RawEntry(
        guid=_text(item, "id"),
        url=url,
        title=_text(item, "title"),
        authors=tuple(name for one in authors if (name := _text(one, "name"))),
        people=tuple(_people(more)),
        published=_moment(item, "date_published") or _moment(item, "date_modified"),
        updated=_moment(item, "date_modified"),
        language=language_tag(_text(item, "language")),
        tags=_strings(item.get("tags")),
        html=text,
        summary_html=_escape(_text(item, "summary")),
        image=Picture(url=url) if image and (url := file(image)) else None,
        enclosures=(*_enclosures(item, more, file), *embedded),
        season=whole(more.get("season"), 10_000),
        episode=whole(more.get("episode"), 1_000_000),
        locations=tuple(_locations(more)),
        rights=_text(more, "rights"),
        is_video=more.get("format") == "video",
    )


def _extension(fields: dict[str, Any]) -> dict[str, Any]:
    """Return what another hub says besides, where it does: see ``site/feeds/json_item.py``."""
    given = fields.get("_kiosque")
    return given if isinstance(given, dict) else {}


def _written(item: dict[str, Any]) -> str:
    """Return an item's text as HTML; of a hub that may give no more than an excerpt, which stands in its place, none."""
    html, plain = item.get("content_html"), item.get("content_text")
    if isinstance(html, str):
        return html
    return _paragraphs(plain) if isinstance(plain, str) and not _extension(item) else ""


def _people(more: dict[str, Any]) -> Iterator[Person]:
    for one in _dicts(more.get("people")):
        if name := _text(one, "name"):
            yield Person(name=name, role=_text(one, "role").lower(), url=safe_url(_text(one, "url")))


def _locations(more: dict[str, Any]) -> Iterator[Location]:
    for one in _dicts(more.get("places")):
        name, latitude, longitude = _text(one, "name"), one.get("latitude"), one.get("longitude")
        if _is_degree(latitude, 90) and _is_degree(longitude, 180):
            yield Location(name=name, latitude=latitude, longitude=longitude)
        elif name:
            yield Location(name=name)


def _is_degree(given: Any, most: int) -> bool:
    return type(given) in {int, float} and abs(given) <= most


def _strings(given: object) -> tuple[str, ...]:
    return tuple(line_text(one) for one in given if isinstance(one, str)) if isinstance(given, list) else ()


def _dicts(given: object) -> list[dict[str, Any]]:
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{_escape(part.strip())}</p>" for part in text.split("\n\n") if part.strip())


def _enclosures(
    item: dict[str, Any], more: dict[str, Any], file: Callable[[str], str]
) -> Iterator[Enclosure]:
    """Yield an item's files; what its extension says of files is about the first that is no page."""
    beside: dict[str, Any] = {
        "alternatives": tuple(_alternatives(more, file)),
        "transcripts": tuple(_transcripts(more, file)),
        "chapters": tuple(_chapters(more)) or _chapters_file(more, file) or (),
    }
    for given in _dicts(item.get("attachments")):
        if url := file(_text(given, "url")):
            size = _extension(given)
            kind = stated_type(url, _text(given, "mime_type"))
            facts = {} if kind == "text/html" else beside
            beside = beside if kind == "text/html" else {}
            yield Enclosure(
                url=url,
                type=kind,
                title=_text(given, "title"),
                length=whole(given.get("size_in_bytes")),
                duration=seconds(given.get("duration_in_seconds")),
                width=whole(size.get("width"), 20_000),
                height=whole(size.get("height"), 20_000),
                **facts,
            )


def _alternatives(more: dict[str, Any], file: Callable[[str], str]) -> Iterator[Alternative]:
    for one in _dicts(more.get("alternatives")):
        if url := file(_text(one, "url")):
            yield Alternative(
                url=url,
                type=stated_type(url, _text(one, "type")),
                length=whole(one.get("length")),
                width=whole(one.get("width"), 20_000),
                height=whole(one.get("height"), 20_000),
            )


def _transcripts(more: dict[str, Any], file: Callable[[str], str]) -> Iterator[Transcript]:
    for one in _dicts(more.get("transcripts")):
        if url := file(_text(one, "url")):
            yield Transcript(url=url, type=_text(one, "type"), language=language_tag(_text(one, "language")))


def _chapters(more: dict[str, Any]) -> Iterator[Chapter]:
    for one in _dicts(more.get("chapters")):
        # The first one may leave out that it starts at nought.
        title, start = _text(one, "title"), one.get("start", 0)
        if title and type(start) in {int, float} and start >= 0:
            yield Chapter(start=float(start), title=title, url=safe_url(_text(one, "url")))


def _chapters_file(more: dict[str, Any], file: Callable[[str], str]) -> ChaptersFile | None:
    given = more.get("chapters")
    url = file(_text(given, "url")) if isinstance(given, dict) else ""
    return ChaptersFile(url=url, type=_text(given, "type")) if url and isinstance(given, dict) else None
