"""Read the bytes of a feed. The only module that calls feedparser. Nothing is sanitized here."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterable, Mapping
from itertools import repeat
from typing import Any

import feedparser
import feedparser.api
import feedparser.datetimes
import msgspec

from kiosque.harvest.dates import told
from kiosque.harvest.dates.instants import FeedDates
from kiosque.harvest.read import (
    entry_faults,
    feedparser_mends,
    field_limits,
    jsonfeed,
    long_texts,
    podcast,
    xml_parser,
)
from kiosque.harvest.read.entry_reader import EntryReader, all_dates, string
from kiosque.harvest.read.facts import channel as channels
from kiosque.harvest.read.media import MediaReader
from kiosque.harvest.read.origin import Origin
from kiosque.harvest.read.raw import ParsedFeed
from kiosque.harvest.read.repairs import charset, xml_repair, xml_tidy
from kiosque.i18n import _
from kiosque.languages import language_tag
from kiosque.model import Problem
from kiosque.wording.reasons import meaning_of

logger = logging.getLogger(__name__)
feedparser.api.PREFERRED_XML_PARSERS[:] = [xml_parser.__name__]
field_limits.install()
feedparser_mends.install()
# feedparser fills in from the clock what it doesn't understand of a date: it leaves dates as text.
feedparser.datetimes._date_handlers.clear()  # noqa: SLF001 - feedparser can add handlers, but not remove its own
_DATES = ("published", "created", "updated")
# Only a document type can declare entities. The text of an article about XML may contain “<!ENTITY” too.
_VALIDATOR = "https://validator.w3.org/feed/"
_DOCTYPE = re.compile(rb"<!DOCTYPE", re.IGNORECASE)
_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
# The bytes given to feedparser are UTF-8, whatever encoding they or their server declared.
_UTF_8 = {"content-type": "application/xml; charset=utf-8"}


def parse(data: bytes, origin: Origin) -> ParsedFeed:
    """Return a feed of any format as read. It never raises.

    ``problems`` says what can't be read, with the line where it is known.
    """
    try:
        in_utf8, problems = charset.to_utf8(data, origin.content_type, origin.url)
        if jsonfeed.looks_like(in_utf8):
            parsed = jsonfeed.parse(in_utf8, origin.url, origin.resolve_page, origin.resolve_file)
        else:
            parsed = _parsed_xml(in_utf8, origin)
    except Exception:
        # On garbage, feedparser lets any exception of its parts through. A feed must never stop a round.
        logger.debug("%s can't be read", origin.url, exc_info=True)
        return _unreadable(origin, *_reason(data))
    # What isn't a feed is none in any character set.
    is_told = problems and not parsed.fatal
    return msgspec.structs.replace(parsed, problems=(*problems, *parsed.problems)) if is_told else parsed


def _parsed_xml(data: bytes, origin: Origin) -> ParsedFeed:
    """Return a feed of XML in UTF-8, whatever its declaration says."""
    # Entities that refer to each other can fill any memory, and entities can name files. No feed needs its
    # own.
    if entity := _first_entity(data):
        message = _("this feed declares XML entities of its own, which is refused: it must go without")
        return _unreadable(origin, message, _line_of(entity, data))
    started, lead_problems = xml_repair.with_own_start(data, origin.url)
    reading, well_formed, faults = _parsed_document(started, origin)
    if not reading.document.get("version") and not reading.document.entries:
        return _unreadable(origin, _not_a_feed_message(data))
    document = reading.document
    language = language_tag(string(document.feed, "language"))
    dates = FeedDates(language, lambda: all_dates(document.entries))
    parsed, failed = _converted(reading, origin, dates)
    left_out = {**reading.left_out, **dict.fromkeys(failed, "")}
    starts = entry_faults.entry_starts(well_formed) if left_out else ()
    problems = (
        *lead_problems,
        *faults,
        *_xml_errors(document, origin),
        *entry_faults.problems(left_out, starts, well_formed, origin.url),
        *told.problems(dates.unread, origin.url, data),
    )
    return msgspec.structs.replace(parsed, problems=problems)


def _parsed_document(data: bytes, origin: Origin) -> tuple[entry_faults.Reading, bytes, tuple[Problem, ...]]:
    """Return feedparser's result for a feed, the feed as far as it can be repaired, and its faults."""
    well_formed, light, texts, faults = _well_formed(data, origin)
    reading = entry_faults.read_document(light, _by_feedparser)
    long_texts.put_back(reading.document, texts)
    return reading, well_formed, faults


def _well_formed(data: bytes, origin: Origin) -> tuple[bytes, bytes, Mapping[str, str], tuple[Problem, ...]]:
    """Return a feed of well-formed XML, as far as it can be repaired.

    Return it whole and without its long texts, these texts, and its faults. A feed that can't be repaired
    keeps its texts, so that its errors have the right lines.
    """
    faults: tuple[Problem, ...] = ()
    if xml_repair.needs_care(data):
        data, faults = xml_repair.without_unseen_faults(data, origin.url)
    light, texts = long_texts.set_aside(data)
    if xml_parser.is_well_formed(light):
        return data, light, texts, faults
    data, more_faults = _mended(data, origin)
    light, texts = long_texts.set_aside(data)
    if not xml_parser.is_well_formed(light):
        light, texts = data, {}
    return data, light, texts, (*faults, *more_faults)


def _mended(data: bytes, origin: Origin) -> tuple[bytes, tuple[Problem, ...]]:
    """Return malformed XML with right references, and with right tags too where these are wrong."""
    sections, section_faults = xml_repair.with_section_ends(data, origin.url, leaves_marks_out=True)
    comments, comment_faults = xml_repair.without_open_comments(sections, origin.url)
    mended, faults = xml_repair.without_wrong_references(comments, origin.url)
    faults = (*section_faults, *comment_faults, *faults)
    if xml_parser.is_well_formed(mended):
        return mended, faults
    tidied, more_faults = xml_tidy.tidied(mended, origin.url)
    # What is no feed at all gets no remarks about its tags.
    return (tidied, (*faults, *more_faults)) if xml_parser.is_well_formed(tidied) else (mended, faults)


def _by_feedparser(data: bytes) -> Any:
    return feedparser.parse(
        io.BytesIO(data), response_headers=_UTF_8, sanitize_html=False, resolve_relative_uris=False
    )


def _first_entity(data: bytes) -> re.Match[bytes] | None:
    """Return the first declaration of an entity after the start of a document type."""
    doctype = _DOCTYPE.search(data)
    return _ENTITY.search(data, doctype.end()) if doctype else None


def _line_of(match: re.Match[bytes] | None, data: bytes) -> int | None:
    return data.count(b"\n", 0, match.end()) + 1 if match else None


def _unreadable(origin: Origin, message: str, line: int | None = None) -> ParsedFeed:
    return ParsedFeed(problems=(Problem(path=origin.url, line=line, message=message),), fatal=True)


def _reason(data: bytes) -> tuple[str, int]:
    """Return why feedparser failed at a feed, as far as its XML tells, and the line."""
    error = xml_parser.first_error(data)
    message = _("this feed can't be read: {reason}; a validator names each fault, such as {validator}")
    reason = meaning_of(str(error)) if error else _("its elements hold something else than they should")
    return message.format(reason=reason, validator=_VALIDATOR), error.lineno if error else 1


def _not_a_feed_message(data: bytes) -> str:
    head = data[:2000].lower()
    if not data.strip():
        return _("this feed is empty: its server may be under repair; the next round asks again")
    if b"<html" in head or b"<!doctype html" in head:
        return _("this is a web page, not a feed: look on it for the address of its feed (RSS, Atom)")
    return _("this is not a feed: neither RSS, nor Atom, nor JSON Feed")


def _converted(
    reading: entry_faults.Reading, origin: Origin, dates: FeedDates
) -> tuple[ParsedFeed, tuple[int, ...]]:
    """Return feedparser's result as the hub's own record, and the numbers of the entries that failed."""
    document, data = reading.document, reading.data
    channel = document.feed
    site = origin.resolve_page(string(channel, "link"))
    base = site or (origin.url if not origin.is_file else "")
    is_atom = str(document.get("version") or "").startswith("atom")
    authors = _plain_value(channel.get("authors") or []) if is_atom else ()
    reader = EntryReader(origin, base, MediaReader(origin, base), dates, is_atom, authors)
    extensions = podcast.read(data, lambda address: origin.resolve_file(address, reader.site), dates.read)
    entries = _complete_entries(document.entries, data) if "bozo_exception" in document else document.entries
    # Details are matched with entries by position, so their numbers must agree.
    has_details = len(extensions.items) == len(document.entries)
    details = extensions.items if has_details else repeat(podcast.ItemDetails())
    facts = channels.facts(channel, origin, site, extensions.facts, data)
    read, failed = entry_faults.read_each(
        zip(entries, details, strict=False),
        lambda pair: reader.entry(_plain_value(pair[0]), pair[1]),
        reading.left_out,
    )
    parsed = ParsedFeed(
        entries=read,
        title=facts.title,
        link=site,
        language=facts.language,
        hints=channels.hints(channel, data),
        facts=facts,
        older_page=channels.older_page(channel, origin),
        is_wordpress="wordpress" in string(channel, "generator").lower(),
    )
    return parsed, failed


def _plain_value(value: Any) -> Any:
    """Return a value of feedparser with plain dictionaries: look-ups there are ten times faster."""
    if isinstance(value, dict):
        return {name: _plain_value(inner) for name, inner in value.items()}
    return [_plain_value(item) for item in value] if isinstance(value, list) else value


def _complete_entries(entries: list[Any], data: bytes) -> list[Any]:
    """Return the entries, without the last one if the feed ends in the middle of it.

    Its title may be cut, and the entry's address on the hub would be made of it.
    """
    starts = max(data.rfind(b"<item"), data.rfind(b"<entry"))
    ends = max(data.rfind(b"</item"), data.rfind(b"</entry"))
    return entries[:-1] if starts > ends else entries


def _xml_errors(document: Any, origin: Origin) -> Iterable[Problem]:
    """Yield the XML error that feedparser met where no repair helped, with its line."""
    error = document.get("bozo_exception")
    if error is not None and hasattr(error, "getLineNumber"):
        message = _("the XML is broken here ({reason}); the entries that could be read are kept")
        reason = error.getMessage() if hasattr(error, "getMessage") else error
        yield Problem(
            path=origin.url,
            line=max(error.getLineNumber(), 1),
            column=(error.getColumnNumber() or 0) + 1,
            message=message.format(reason=meaning_of(str(reason))),
        )
