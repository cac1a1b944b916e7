"""From bytes to entries. The one importer of feedparser. Enclosures are read before anything is cleaned."""

from __future__ import annotations

import calendar
import html
import io
import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import repeat
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import feedparser
import feedparser.api
import msgspec
from feedparser.encodings import convert_to_utf8

from kiosque import players
from kiosque.harvest import channels, jsonfeed, podcast, repair, saxes
from kiosque.harvest.raw import Parsed, RawEntry, plausible, seconds, whole
from kiosque.i18n import _
from kiosque.model import Alternative, Enclosure, Location, Picture, Problem
from kiosque.text import language_tag, line_text, plain_text, safe_url

feedparser.api.PREFERRED_XML_PARSERS[:] = [saxes.__name__]
_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
# The bytes are in UTF-8 by then, whatever they and their server said.
_UTF_8 = {"content-type": "application/xml; charset=utf-8"}
# Bytes, and bits a second: less is an advertised size that nobody filled in, more is a duration in another unit.
_SMALLEST_MEDIUM = 1024
_SLOWEST = 2_000
_FASTEST = {"audio": 10_000_000, "video": 200_000_000}
# Types that feeds write for others.
_ALIASES = {
    "audio/mp3": "audio/mpeg", "audio/mpeg3": "audio/mpeg", "audio/mpg": "audio/mpeg", "audio/x-m4a": "audio/mp4",
    "audio/x-mp3": "audio/mpeg", "audio/x-mpeg": "audio/mpeg", "audio/x-wav": "audio/wav", "image/jpg": "image/jpeg",
    "video/x-m4v": "video/mp4",
}  # fmt: skip
_UNTOLD = {
    "application/octet-stream",
    "binary/octet-stream",
    "text/html",
    "text/plain",
    "application/x-www-form-urlencoded",
}
_NOT_MEDIA = {"application/x-bittorrent", "application/x-shockwave-flash"}
_TYPES = {
    "aac": "audio/aac", "flac": "audio/flac", "m4a": "audio/mp4", "mp3": "audio/mpeg", "oga": "audio/ogg",
    "ogg": "audio/ogg", "opus": "audio/ogg", "wav": "audio/wav",
    "m4v": "video/mp4", "mov": "video/quicktime", "mp4": "video/mp4", "ogv": "video/ogg", "webm": "video/webm",
    "gif": "image/gif", "jpeg": "image/jpeg", "jpg": "image/jpeg", "pdf": "application/pdf", "png": "image/png",
    "webp": "image/webp",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Origin:
    """Where bytes came from: a URL, or a file of the hub's folder ``root``; ``content_type`` as the server gave it."""

    url: str
    root: Path
    content_type: str = ""

    @property
    def is_file(self) -> bool:
        """Whether they are a file of the hub."""
        return "://" not in self.url

    def link(self, address: str, base: str = "") -> str:
        """Return a page's absolute address; empty where it can't be one."""
        try:
            start = base if self.is_file else urljoin(self.url, base)
        except ValueError:
            start = ""
        return safe_url(address, start) if address.strip() else ""

    def file(self, address: str, base: str = "") -> str:
        """Return a media file's address: of a file feed, one that lies beside it, by its path from the hub's folder."""
        if self.is_file and address and "://" not in address and (path := self._beside(address)):
            return path
        return self.link(address, base)

    def _beside(self, address: str) -> str:
        try:
            path = posixpath.normpath(
                posixpath.join(posixpath.dirname(self.url), unquote(urlsplit(address).path))
            )
            target = (self.root / path).resolve()
            is_inside = not path.startswith(("/", "..")) and target.is_relative_to(self.root.resolve())
            return path if is_inside and target.is_file() else ""
        except (
            OSError,
            ValueError,
            RuntimeError,
        ):  # a name that no file can have, or links that go in a circle
            return ""


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
    document = feedparser.parse(
        io.BytesIO(mended), response_headers=_UTF_8, sanitize_html=False, resolve_relative_uris=False
    )
    if not document.get("version") and not document.entries:
        return _unread(origin, _what_it_is(data))
    return _parsed(document, mended, origin, (*lead, *faults, *_broken(document, origin, added)))


def _line_of(pattern: re.Pattern[bytes], data: bytes) -> int | None:
    found = pattern.search(data)
    return data.count(b"\n", 0, found.start()) + 1 if found else None


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
    read = _Reader(origin, site or (origin.url if not origin.is_file else ""))
    more = podcast.read(data, lambda address: origin.file(address, read.site))
    entries = _whole(document.entries, data) if "bozo_exception" in document else document.entries
    details = more.items if len(more.items) == len(document.entries) else repeat(podcast.Details())
    facts = channels.facts(channel, origin, site, more.facts)
    return Parsed(
        entries=tuple(map(read.entry, entries, details)),
        title=facts.title,
        link=site,
        language=facts.language,
        problems=problems,
        hints=channels.hints(channel, data),
        facts=facts,
        older=channels.older(channel, origin),
        is_wordpress="wordpress" in _string(channel, "generator").lower(),
    )


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
    # Asked for an `updated` that isn't there, feedparser would answer with `published`.
    parsed = fields.get(f"{name}_parsed") if f"{name}_parsed" in fields else None
    try:
        return plausible(datetime.fromtimestamp(calendar.timegm(parsed), UTC)) if parsed else None
    except (ValueError, OverflowError, OSError, TypeError):
        return None


def _is_plain(detail: Mapping[str, Any]) -> bool:
    return detail.get("type") == "text/plain"


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads feedparser's entries; ``site`` is what relative addresses start from."""

    origin: Origin
    site: str

    def entry(self, entry: Any, details: podcast.Details) -> RawEntry:
        """Return one entry in the hub's own form."""
        content, summary = self._content(entry), self._html(entry.get("summary_detail") or {})
        base = self._base(entry)
        text, embedded = players.embedded(content or summary, base or self.site)
        enclosures = {
            one.url: one for one in (*self._enclosures(entry, details), *self._player(entry), *embedded)
        }
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
            image=self._image(entry),
            enclosures=tuple(enclosures.values()),
            season=whole(entry.get("itunes_season"), 10_000) or details.season,
            episode=whole(entry.get("itunes_episode"), 1_000_000) or details.episode,
            locations=details.locations or tuple(self._locations(entry)),
            rights=plain_text(_string(entry, "rights")) or details.licence or _string(entry, "license"),
            is_video=any(_is_video(one) for one in entry.get("media_content") or ()),
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
        found = (self.origin.link(str(one.get("base") or ""), self.site) for one in details)
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

    def _image(self, entry: Any) -> Picture | None:
        candidates = [(entry.get("image") or {}).get("href")]
        candidates += [thumbnail.get("url") for thumbnail in entry.get("media_thumbnail") or ()]
        candidates += [
            one.get("url") for one in entry.get("media_content") or () if _type(one).startswith("image/")
        ]
        candidates += [
            one.get("href") for one in entry.get("enclosures") or () if _type(one).startswith("image/")
        ]
        for candidate in candidates:
            if candidate and (url := self.origin.file(candidate, self.site)):
                return Picture(url=url)
        return None

    def _locations(self, entry: Any) -> Iterable[Location]:
        where = entry.get("where") or {}
        point = where.get("coordinates") if where.get("type") == "Point" else None
        if point is None:
            point = _point(entry.get("geo_long"), entry.get("geo_lat"))
        if isinstance(point, tuple) and len(point) >= 2 and abs(point[1]) <= 90 and abs(point[0]) <= 180:
            yield Location(latitude=point[1], longitude=point[0])

    def _enclosures(self, entry: Any, details: podcast.Details) -> Iterable[Enclosure]:
        """Yield the files of an entry: each enclosure, then what Media RSS has besides, one video's sizes as one."""
        given = [self._file(one, one.get("href"), one.get("length")) for one in entry.get("enclosures") or ()]
        contents = entry.get("media_content") or ()
        media = {
            one.url: one
            for one in (self._file(one, one.get("url"), one.get("filesize")) for one in contents)
            if one
        }
        more = self._first(entry, details)
        for one in {one.url: one for one in given if one}.values():
            best = media.pop(one.url, None)
            sizes = [size for size in media.values() if best and _medium(size) == _medium(one)]
            for size in sizes:
                del media[size.url]
            yield _enclosure(
                msgspec.structs.replace(best, type=one.type, length=one.length) if best else one, sizes, more
            )
            more = {}
        for medium in ("video", "audio"):
            sizes = [one for one in media.values() if _medium(one) == medium]
            if sizes:
                best, *others = sorted(sizes, key=lambda one: -(one.height or 0))
                yield _enclosure(best, others, more)
                more = {}

    def _player(self, entry: Any) -> Iterable[Enclosure]:
        """Yield the page of a video that only its host plays: YouTube's, Vimeo's, RuTube's."""
        given = [*(entry.get("media_content") or ()), entry.get("media_player") or {}]
        for one in given:
            url = self.origin.link(str(one.get("url") or ""), self.site)
            page = players.player_page(url) or (url if one is given[-1] else "")
            if page:
                stated = one.get("duration") or entry.get("itunes_duration")
                width, height = whole(one.get("width"), 20_000), whole(one.get("height"), 20_000)
                yield Enclosure(
                    url=page, type="text/html", duration=seconds(stated), width=width, height=height
                )
                return

    def _first(self, entry: Any, details: podcast.Details) -> dict[str, Any]:
        """Return what an entry says of its first file."""
        stated = [
            entry.get("itunes_duration"),
            *(one.get("duration") for one in entry.get("media_content") or ()),
        ]
        return {
            "duration": next((length for one in stated if one and (length := seconds(one))), None),
            "transcripts": details.transcripts,
            "chapters": details.chapters,
            "alternatives": details.alternatives,
        }

    def _file(self, given: Mapping[str, Any], address: Any, length: Any) -> Alternative | None:
        kind = _type(given)
        if not isinstance(address, str) or kind in _NOT_MEDIA or urlsplit_path(address).endswith(".torrent"):
            return None
        url = self.origin.file(address, self.site)
        if not url:
            return None
        return Alternative(
            url=url,
            type=kind,
            length=whole(length),
            width=whole(given.get("width"), 20_000),
            height=whole(given.get("height"), 20_000),
        )


def _point(longitude: object, latitude: object) -> tuple[float, float] | None:
    try:
        return float(str(longitude)), float(str(latitude))
    except ValueError:
        return None


def _enclosure(best: Alternative, sizes: Iterable[Alternative], more: Mapping[str, Any]) -> Enclosure:
    others = {one.url: one for one in (*sizes, *more.get("alternatives", ())) if one.url != best.url}
    facts = {name: getattr(best, name) for name in ("url", "type", "length", "width", "height")}
    return _plausible(Enclosure(**{**more, **facts, "alternatives": tuple(others.values())}))


def _plausible(one: Enclosure) -> Enclosure:
    """Return an enclosure without a size or duration that it can't have: feeds write 0, 1, or minutes for seconds."""
    if _medium(one) not in {"audio", "video"}:
        return one
    length = one.length if one.length and one.length >= _SMALLEST_MEDIUM else None
    rate = length * 8 / one.duration if length and one.duration else _SLOWEST
    duration = one.duration if _SLOWEST <= rate <= _FASTEST[_medium(one)] else None
    return msgspec.structs.replace(one, length=length, duration=duration)


def _medium(one: Alternative | Enclosure) -> str:
    return one.type.partition("/")[0]


def _is_video(given: Mapping[str, Any]) -> bool:
    """Whether a feed speaks of a video, even of one that no page can play: a torrent, or YouTube's Flash."""
    return given.get("medium") == "video" or _type(given) in _NOT_MEDIA


def urlsplit_path(address: str) -> str:
    """Return the path of an address in small letters; empty where it has none that can be read."""
    try:
        return urlsplit(address).path.lower()
    except ValueError:
        return ""


def _type(given: Mapping[str, Any]) -> str:
    """Return a file's media type: as stated where that is one, else by its name or medium."""
    stated = str(given.get("type") or "").split(";")[0].strip().lower()
    suffix = urlsplit_path(str(given.get("href") or given.get("url") or "")).rpartition(".")[2]
    if re.fullmatch(r"[\w.+-]+/[\w.+-]+", stated) and not (
        stated in _UNTOLD and (suffix in _TYPES or "octet" in stated)
    ):
        return _ALIASES.get(stated, stated)
    medium = str(given.get("medium") or "")
    return _TYPES.get(suffix) or {"image": "image/*", "video": "video/mp4", "audio": "audio/mpeg"}.get(
        medium, ""
    )
