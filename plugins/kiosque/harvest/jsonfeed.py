"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/) to entries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec

from kiosque import players
from kiosque.archive import FeedFacts
from kiosque.harvest.raw import Parsed, RawEntry, plausible, seconds, whole
from kiosque.i18n import _
from kiosque.model import Enclosure, Picture, Problem
from kiosque.text import language_tag, line_text

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
    html = item.get("content_html")
    plain = item.get("content_text")
    summary = _text(item, "summary")
    url = link(_text(item, "url") or _text(item, "external_url"))
    written = html if isinstance(html, str) else _paragraphs(plain) if isinstance(plain, str) else ""
    text, embedded = players.embedded(written, url)
    return RawEntry(
        guid=_text(item, "id"),
        url=url,
        title=_text(item, "title"),
        authors=tuple(name for one in authors if (name := _text(one, "name"))),
        published=_moment(item, "date_published") or _moment(item, "date_modified"),
        updated=_moment(item, "date_modified"),
        language=language_tag(_text(item, "language")),
        tags=_strings(item.get("tags")),
        html=text,
        summary_html=_escape(summary),
        image=Picture(url=url) if image and (url := file(image)) else None,
        enclosures=(
            *(one for given in _dicts(item.get("attachments")) if (one := _enclosure(given, file))),
            *embedded,
        ),
    )


def _strings(given: object) -> tuple[str, ...]:
    return tuple(line_text(one) for one in given if isinstance(one, str)) if isinstance(given, list) else ()


def _dicts(given: object) -> list[dict[str, Any]]:
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{_escape(part.strip())}</p>" for part in text.split("\n\n") if part.strip())


def _enclosure(given: dict[str, Any], file: Callable[[str], str]) -> Enclosure | None:
    url = file(_text(given, "url"))
    if not url:
        return None
    return Enclosure(
        url=url,
        type=_text(given, "mime_type").lower(),
        title=_text(given, "title"),
        length=whole(given.get("size_in_bytes")),
        duration=seconds(given.get("duration_in_seconds")),
    )
