"""From bytes to entries. The one importer of feedparser. Enclosures are read before anything is cleaned."""

from __future__ import annotations

import calendar
import html
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import repeat
from typing import Any

import feedparser
import feedparser.api
from feedparser.encodings import convert_to_utf8

from kiosque.harvest.read import channel as channels
from kiosque.harvest.read import jsonfeed, long_texts, podcast, repair, xml_parser
from kiosque.harvest.read.media import MediaReader, is_video
from kiosque.harvest.read.origin import Origin
from kiosque.harvest.read.raw import Parsed, RawEntry, plausible, whole
from kiosque.html import players
from kiosque.html.plain_text import plain_text
from kiosque.i18n import _
from kiosque.languages import language_tag
from kiosque.model import Location, Problem
from kiosque.text import line_text

feedparser.api.PREFERRED_XML_PARSERS[:] = [xml_parser.__name__]
# Only a document type can declare any: a text about XML may well write “<!ENTITY”.
_ENTITY = re.compile(rb"<!DOCTYPE.*?<!ENTITY", re.IGNORECASE | re.DOTALL)
# The bytes are in UTF-8 by then, whatever they and their server said.
_UTF_8 = {"content-type": "application/xml; charset=utf-8"}


def parse(data: bytes, origin: Origin) -> Parsed:
    """Read a feed of any kind. It never raises: what can't be read is in ``problems``, with its line where known."""
    if jsonfeed.looks_like(data):
        return jsonfeed.parse(data, origin.url, origin.link, origin.file)
    try:
        return _read(data, origin)
    except Exception as error:  # noqa: BLE001 - see below
        # feedparser raises whatever its parts raise on garbage; a feed must never stop a round.
        return _unread(origin, _("this feed can't be read: {reason}").format(reason=type(error).__name__))


def _read(data: bytes, origin: Origin) -> Parsed:
    headers = {"content-type": origin.content_type} if origin.content_type else {}
    data, lead = repair.started(data, origin.url)
    # Only what feedparser makes of the bytes can be searched: UTF-7 and its like write “<!” in other ways.
    in_utf8 = convert_to_utf8(headers, data, {})
    # Entities that name each other cost any amount of memory, and others may name files: no feed needs its own.
    if _ENTITY.search(in_utf8):
        message = _("this feed declares XML entities of its own, which is refused: it must go without")
        return _unread(origin, message, _line_of(_ENTITY, data))
    # A declaration that was missing now stands on a line of its own.
    added = max(in_utf8.count(b"\n") - data.count(b"\n"), 0) if b"\0" not in data else 0
    mended, faults = repair.repaired(in_utf8, origin.url, added)
    document, light = _document(mended)
    if not document.get("version") and not document.entries:
        return _unread(origin, _what_it_is(data))
    return _parsed(document, light, origin, (*lead, *faults, *_broken(document, origin, added)))


def _document(data: bytes) -> tuple[Any, bytes]:
    """Return what feedparser makes of a feed, and the feed without its long texts, for what is read of it besides.

    A broken one is read as it is, so that its faults have their lines.
    """
    light, texts = long_texts.set_aside(data)
    if not texts or not xml_parser.is_sound(light):
        return _by_feedparser(data), data
    document = _by_feedparser(light)
    long_texts.put_back(document, texts)
    return document, light


def _by_feedparser(data: bytes) -> Any:
    return feedparser.parse(
        io.BytesIO(data), response_headers=_UTF_8, sanitize_html=False, resolve_relative_uris=False
    )


def _line_of(pattern: re.Pattern[bytes], data: bytes) -> int | None:
    found = pattern.search(data)
    return data.count(b"\n", 0, found.end()) + 1 if found else None


def _unread(origin: Origin, message: str, line: int | None = None) -> Parsed:
    return Parsed(problems=(Problem(path=origin.url, line=line, message=message),), fatal=True)


def _what_it_is(data: bytes) -> str:
    head = data[:2000].lower()
    if not data.strip():
        return _("this feed is empty: its server may be under repair; the next round asks again")
    if b"<html" in head or b"<!doctype html" in head:
        return _("this is a web page, not a feed: look on it for the address of its feed (RSS, Atom)")
    return _("this is not a feed: neither RSS, nor Atom, nor JSON Feed")


def _parsed(document: Any, data: bytes, origin: Origin, problems: tuple[Problem, ...]) -> Parsed:
    channel = document.feed
    site = origin.link(_string(channel, "link"))
    base = site or (origin.url if not origin.is_file else "")
    read = _Reader(origin, base, MediaReader(origin, base))
    more = podcast.read(data, lambda address: origin.file(address, read.site))
    entries = _whole(document.entries, data) if "bozo_exception" in document else document.entries
    details = more.items if len(more.items) == len(document.entries) else repeat(podcast.Details())
    fields = map(_with_links, map(_plain, entries))
    facts = channels.facts(channel, origin, site, more.facts)
    return Parsed(
        entries=tuple(map(read.entry, fields, details)),
        title=facts.title,
        link=site,
        language=facts.language,
        problems=problems,
        hints=channels.hints(channel, data),
        facts=facts,
        older=channels.older(channel, origin),
        is_wordpress="wordpress" in _string(channel, "generator").lower(),
    )


def _plain(given: Any) -> Any:
    """Return what feedparser gives as plain dictionaries: each look into its own takes ten times as long."""
    if isinstance(given, dict):
        return {name: _plain(value) for name, value in given.items()}
    return [_plain(one) for one in given] if isinstance(given, list) else given


def _with_links(entry: dict[str, Any]) -> dict[str, Any]:
    """Return an entry with what feedparser finds among its links only when it is asked."""
    links = entry.get("links") or ()
    licence = next((link["href"] for link in links if link.get("rel") == "license" and "href" in link), "")
    enclosures = [link for link in links if link.get("rel") == "enclosure"]
    return {**entry, "enclosures": enclosures, "license": licence or entry.get("license")}


def _whole(entries: list[Any], data: bytes) -> list[Any]:
    """Leave out the last entry of a feed that ends in the midst of it: half a title would make its address."""
    starts = max(data.rfind(b"<item"), data.rfind(b"<entry"))
    ends = max(data.rfind(b"</item"), data.rfind(b"</entry"))
    return entries[:-1] if starts > ends else entries


def _broken(document: Any, origin: Origin, added: int) -> Iterable[Problem]:
    """Yield the XML error that feedparser met, with its line; warnings about encodings are no one's to mend."""
    error = document.get("bozo_exception")
    if error is not None and hasattr(error, "getLineNumber"):
        message = _("the XML is broken here ({reason}); the entries that could be read are kept")
        reason = error.getMessage() if hasattr(error, "getMessage") else error
        yield Problem(
            path=origin.url,
            line=max(error.getLineNumber() - added, 1),
            column=(error.getColumnNumber() or 0) + 1,
            message=message.format(reason=reason),
        )


def _string(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    return value.strip() if isinstance(value, str) else ""


def _link(entry: Any) -> str:
    """Return an entry's link; feedparser gives the guid in its stead, which need not be one."""
    link = _string(entry, "link")
    return "" if link == _string(entry, "id") and "/" not in link else link


def _moment(fields: Mapping[str, Any], name: str) -> datetime | None:
    parsed = fields.get(f"{name}_parsed")
    try:
        return plausible(datetime.fromtimestamp(calendar.timegm(parsed), UTC)) if parsed else None
    except (ValueError, OverflowError, OSError, TypeError):
        return None


def _is_plain(detail: Mapping[str, Any]) -> bool:
    return detail.get("type") == "text/plain"


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads feedparser's entries, made plain; ``site`` is what relative addresses start from."""

    origin: Origin
    site: str
    media: MediaReader

    def entry(self, entry: Mapping[str, Any], details: podcast.Details) -> RawEntry:
        """Return one entry in the hub's own form."""
        content, summary = self._content(entry), self._html(entry.get("summary_detail") or {})
        base = self._base(entry)
        text, embedded = players.extract_players(content or summary, base or self.site)
        files = self.media.enclosures(entry, details)
        enclosures = {one.url: one for one in (*files, *embedded)}
        updated = _moment(entry, "updated")
        return RawEntry(
            guid=line_text(_string(entry, "id")),
            url=self.origin.link(_link(entry), self.site),
            title=self._title(entry),
            authors=tuple(dict.fromkeys(self._authors(entry))),
            people=details.people,
            published=_moment(entry, "published") or _moment(entry, "created") or updated,
            updated=updated,
            language=self._language(entry),
            tags=tuple(dict.fromkeys(self._tags(entry))),
            html=text,
            base=base,
            summary_html=summary if content else "",
            image=self.media.image(entry),
            enclosures=tuple(enclosures.values()),
            season=whole(entry.get("itunes_season"), 10_000) or details.season,
            episode=whole(entry.get("itunes_episode"), 1_000_000) or details.episode,
            locations=details.locations or tuple(self._locations(entry)),
            rights=plain_text(_string(entry, "rights")) or details.licence or _string(entry, "license"),
            is_video=is_video(entry),
        )

    def _title(self, entry: Any) -> str:
        title = _string(entry, "title")
        return (
            line_text(html.unescape(title))
            if _is_plain(entry.get("title_detail") or {})
            else plain_text(title)
        )

    def _html(self, detail: Mapping[str, Any]) -> str:
        value = _string(detail, "value")
        return f"<p>{html.escape(value)}</p>" if value and _is_plain(detail) and "<" not in value else value

    def _content(self, entry: Any) -> str:
        """Return the fullest of an entry's texts that is one."""
        texts = [self._html(detail) for detail in entry.get("content") or () if isinstance(detail, dict)]
        return max(texts, key=len, default="")

    def _base(self, entry: Any) -> str:
        """Return where relative addresses of an entry's text start from, where it says so itself (``xml:base``)."""
        details = [*(entry.get("content") or ()), entry.get("summary_detail") or {}]
        found = (self.origin.link(base, self.site) for one in details if (base := str(one.get("base") or "")))
        return next((base for base in found if base and base != self.origin.url), "")

    def _language(self, entry: Any) -> str:
        details = [
            {"language": entry.get("language")},
            entry.get("title_detail") or {},
            *(entry.get("content") or ()),
            entry.get("summary_detail") or {},
        ]
        return next((tag for one in details if (tag := language_tag(one.get("language") or ""))), "")

    def _authors(self, entry: Any) -> Iterable[str]:
        for author in entry.get("authors") or ():
            name = plain_text(str(author.get("name") or ""))
            # RSS says "address (name)"; feedparser cuts an address in two whose top domain is longer than .info.
            if "(" in name and ")" not in name:
                name = name.partition("(")[2].strip()
            # An address of a person is not for the public page.
            if name and "@" not in name:
                yield name

    def _tags(self, entry: Any) -> Iterable[str]:
        for tag in entry.get("tags") or ():
            name = plain_text(html.unescape(str(tag.get("label") or tag.get("term") or ""))).lstrip("#")
            if name and len(name) <= 80 and "://" not in name:
                yield name

    def _locations(self, entry: Any) -> Iterable[Location]:
        where = entry.get("where") or {}
        point = where.get("coordinates") if where.get("type") == "Point" else None
        if point is None:
            point = _point(entry.get("geo_long"), entry.get("geo_lat"))
        if isinstance(point, tuple) and len(point) >= 2 and abs(point[1]) <= 90 and abs(point[0]) <= 180:
            yield Location(latitude=point[1], longitude=point[0])


def _point(longitude: object, latitude: object) -> tuple[float, float] | None:
    try:
        return float(str(longitude)), float(str(latitude))
    except ValueError:
        return None
