"""Read JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/) into raw entries."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from kiosque.archive.entries import FeedFacts
from kiosque.harvest.dates import told
from kiosque.harvest.dates.instants import FeedDates
from kiosque.harvest.read import entry_faults, field_limits, texts
from kiosque.harvest.read.facts import authors as author_names
from kiosque.harvest.read.facts import same_files
from kiosque.harvest.read.raw import ParsedFeed, RawEntry, duration_seconds, positive_integer
from kiosque.harvest.read.repairs import json_repair
from kiosque.html import players
from kiosque.html.media.late_pictures import with_shown_pictures
from kiosque.html.media.media_types import media_type
from kiosque.html.media.ornaments import is_ornament
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
from kiosque.wording.reasons import reason_of

Resolve = Callable[[str, str], str]


def looks_like(data: bytes) -> bool:
    """Whether bytes may be a JSON feed: they start with a brace."""
    return data.lstrip()[:1] == b"{"


def parse(data: bytes, feed_url: str, link: Resolve, file: Resolve) -> ParsedFeed:
    """Return a JSON feed as read.

    ``link(address, base)`` makes the address of a page absolute, ``file(address, base)`` that of a media
    file.
    """
    try:
        feed, faults = json_repair.decoded(data, feed_url)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        message = _("this JSON feed can't be read: {reason}").format(reason=reason_of(error))
        problem = Problem(path=feed_url, line=_line_of(error, data), message=message)
        return ParsedFeed(problems=(problem,), fatal=True)
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        message = (
            _("this is JSON, but not a JSON feed: its list of “items” is missing")
            if items is None
            else _("“items” isn't a list here, so this JSON feed has no entries: write [ and ] around them")
        )
        return ParsedFeed(problems=(Problem(path=feed_url, line=1, message=message),), fatal=True)
    site = link(_string(feed, "home_page_url"), "")
    base = site or feed_url
    title, language = _string(feed, "title"), language_tag(_string(feed, "language"))
    image = _string(feed, "icon") or _string(feed, "favicon")
    dates = FeedDates(language, lambda: _all_dates(items))
    authors = _authors(feed)
    entries, failed = entry_faults.read_each(
        items,
        lambda item: _entry(item, lambda url: link(url, base), lambda url: file(url, base), dates, authors),
    )
    text = data.decode("utf-8", "replace") if failed else ""
    starts = [len(text[:start].encode()) for start in json_repair.item_starts(text)] if failed else []
    lost = entry_faults.problems(dict.fromkeys(failed, ""), starts, data, feed_url)
    return ParsedFeed(
        entries=entries,
        problems=(*faults, *lost, *told.problems(dates.unread, feed_url, data)),
        title=title,
        link=site,
        language=language,
        facts=FeedFacts(title=title, link=site, language=language, image=link(image, base) if image else ""),
        older_page=link(_string(feed, "next_url"), feed_url),
    )


_POSITION = re.compile(r"\(byte (\d+)\)")


def _line_of(error: BaseException, data: bytes) -> int:
    """Return the line where JSON goes wrong, as msgspec says it in bytes; the last where it is cut."""
    match = _POSITION.search(str(error))
    if match is None and not isinstance(error, msgspec.MsgspecError):
        return 1
    return data.count(b"\n", 0, int(match[1]) if match else len(data)) + 1


def _string(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    return line_text(str(value)) if isinstance(value, str | int | float) else ""


def _all_dates(items: list[Any]) -> Iterator[str]:
    for item in _dicts(items):
        yield from (_string(item, name) for name in ("date_published", "date_modified"))


def _authors(fields: dict[str, Any]) -> tuple[str, ...]:
    """Return the authors of a feed or of an item: the list of version 1.1, else the only one of 1.0."""
    authors = _dicts(fields.get("authors")) or _dicts([fields.get("author")])
    return author_names.names(_string(author, "name") for author in authors)


def _image(item: dict[str, Any], file: Callable[[str], str]) -> Picture | None:
    addresses = (file(_string(item, name)) for name in ("image", "banner_image") if _string(item, name))
    return next((Picture(url=url) for url in addresses if url and not is_ornament(url)), None)


def _entry(
    item: Any,
    link: Callable[[str], str],
    file: Callable[[str], str],
    dates: FeedDates,
    feed_authors: tuple[str, ...],
) -> RawEntry:
    """Return an item as the hub's own record. The authors of its feed are those of an item without one.

    Raises ``TypeError`` if it is no object.
    """
    if not isinstance(item, dict):
        raise TypeError(type(item))
    page = link(_string(item, "url"))
    url = page or link(_string(item, "external_url"))
    extension = _kiosque_extension(item)
    updated = dates.read(_string(item, "date_modified"))
    text, embedded = players.extract_players(with_shown_pictures(_item_html(item)), page or url)
    return RawEntry(
        guid=_string(item, "id"),
        url=url,
        title=field_limits.title(_string(item, "title")),
        authors=_authors(item) or feed_authors,
        people=field_limits.few(_people(extension), field_limits.PEOPLE),
        published=dates.read(_string(item, "date_published")) or updated,
        updated=updated,
        language=language_tag(_string(item, "language")),
        tags=field_limits.few(_strings(item.get("tags"))),
        html=text,
        base=page,
        summary_html=_escape(_string(item, "summary")),
        image=_image(item, file),
        enclosures=tuple(
            map(same_files.plausible, same_files.joined((*_enclosures(item, extension, file), *embedded)))
        ),
        season=positive_integer(extension.get("season"), 10_000),
        episode=positive_integer(extension.get("episode"), 1_000_000),
        locations=tuple(_locations(extension)),
        rights=_string(extension, "rights"),
        is_video=extension.get("format") == "video",
    )


def _kiosque_extension(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the extension ``_kiosque`` that another hub adds (see ``site/feeds/json_item.py``), if any."""
    extension = fields.get("_kiosque")
    return extension if isinstance(extension, dict) else {}


def _item_html(item: dict[str, Any]) -> str:
    """Return an item's text as HTML: the fuller one if it has both HTML and plain text.

    A hub that may only give an excerpt writes it as ``content_text``. Such an item has no text.
    """
    html, plain = item.get("content_html"), item.get("content_text")
    html = html[: field_limits.TEXT] if isinstance(html, str) else ""
    if not isinstance(plain, str) or _kiosque_extension(item):
        return html
    plain = texts.from_plain(plain[: field_limits.TEXT])
    return plain if texts.is_fuller(plain, html) else html


def _people(extension: dict[str, Any]) -> Iterator[Person]:
    for person in _dicts(extension.get("people")):
        if name := _string(person, "name"):
            yield Person(
                name=name, role=_string(person, "role").lower(), url=safe_url(_string(person, "url"))
            )


def _locations(extension: dict[str, Any]) -> Iterator[Location]:
    for place in _dicts(extension.get("places")):
        name, latitude, longitude = _string(place, "name"), place.get("latitude"), place.get("longitude")
        if _is_degrees(latitude, 90) and _is_degrees(longitude, 180):
            yield Location(name=name, latitude=latitude, longitude=longitude)
        elif name:
            yield Location(name=name)


def _is_degrees(value: Any, most: int) -> bool:
    return type(value) in {int, float} and abs(value) <= most


def _strings(value: object) -> tuple[str, ...]:
    return (
        tuple(field_limits.name(line_text(item)) for item in value if isinstance(item, str))
        if isinstance(value, list)
        else ()
    )


def _dicts(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _enclosures(
    item: dict[str, Any], extension: dict[str, Any], file: Callable[[str], str]
) -> Iterator[Enclosure]:
    """Yield an item's files.

    Alternatives, transcripts and chapters of the extension belong to the first file that isn't a web page.
    """
    media_fields: dict[str, Any] = {
        "alternatives": tuple(_alternatives(extension, file)),
        "transcripts": tuple(_transcripts(extension, file)),
        "chapters": tuple(_chapters(extension)) or _chapters_file(extension, file) or (),
    }
    for attachment in _dicts(item.get("attachments")):
        if url := file(_string(attachment, "url")):
            size = _kiosque_extension(attachment)
            found_type = media_type(url, _string(attachment, "mime_type"))
            own_fields = {} if found_type == "text/html" else media_fields
            media_fields = media_fields if found_type == "text/html" else {}
            yield Enclosure(
                url=url,
                type=found_type,
                title=_string(attachment, "title"),
                length=positive_integer(attachment.get("size_in_bytes")),
                duration=duration_seconds(attachment.get("duration_in_seconds")),
                width=positive_integer(size.get("width"), 20_000),
                height=positive_integer(size.get("height"), 20_000),
                **own_fields,
            )


def _alternatives(extension: dict[str, Any], file: Callable[[str], str]) -> Iterator[Alternative]:
    for fields in _dicts(extension.get("alternatives")):
        if url := file(_string(fields, "url")):
            yield Alternative(
                url=url,
                type=media_type(url, _string(fields, "type")),
                length=positive_integer(fields.get("length")),
                width=positive_integer(fields.get("width"), 20_000),
                height=positive_integer(fields.get("height"), 20_000),
            )


def _transcripts(extension: dict[str, Any], file: Callable[[str], str]) -> Iterator[Transcript]:
    for fields in _dicts(extension.get("transcripts")):
        if url := file(_string(fields, "url")):
            language = language_tag(_string(fields, "language"))
            yield Transcript(url=url, type=_string(fields, "type"), language=language)


def _chapters(extension: dict[str, Any]) -> Iterator[Chapter]:
    for fields in _dicts(extension.get("chapters")):
        # The first chapter may leave out its start, which is then 0.
        title, start = _string(fields, "title"), fields.get("start", 0)
        if title and type(start) in {int, float} and start >= 0:
            yield Chapter(start=float(start), title=title, url=safe_url(_string(fields, "url")))


def _chapters_file(extension: dict[str, Any], file: Callable[[str], str]) -> ChaptersFile | None:
    fields = extension.get("chapters")
    url = file(_string(fields, "url")) if isinstance(fields, dict) else ""
    return ChaptersFile(url=url, type=_string(fields, "type")) if url and isinstance(fields, dict) else None
