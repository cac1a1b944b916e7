"""The records of a feed as read, the same for each format, before the hub decides what to keep."""

from __future__ import annotations

from datetime import datetime

from propcache.api import cached_property

from kiosque.archive.entries import FeedFacts
from kiosque.archive.feed_memory import Hints
from kiosque.html.added import own_text
from kiosque.html.plain_text import plain_text
from kiosque.model import Enclosure, Format, Location, Person, Picture, Problem, Record


class RawEntry(Record, frozen=True, dict=True):
    """One entry as its feed gives it.

    ``html`` and ``summary_html`` are not sanitized yet. ``base``, if any, is the base of their relative
    addresses.
    """

    guid: str = ""
    url: str = ""
    title: str = ""
    authors: tuple[str, ...] = ()
    people: tuple[Person, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None
    language: str = ""
    tags: tuple[str, ...] = ()
    html: str = ""
    base: str = ""
    summary_html: str = ""
    image: Picture | None = None
    enclosures: tuple[Enclosure, ...] = ()
    season: int | None = None
    episode: int | None = None
    locations: tuple[Location, ...] = ()
    rights: str = ""
    is_video: bool = False

    @cached_property
    def text(self) -> str:
        """The whole text without markup, or the summary's where there is no other text."""
        return plain_text(self.html or self.summary_html)

    @cached_property
    def summary_text(self) -> str:
        """The summary without markup, or the whole text if there is none; without what plugins add."""
        summary = own_text(self.summary_html) if self.summary_html and self.html else ""
        return summary or own_text(self.html or self.summary_html, self.text) or self.text

    @property
    def format(self) -> Format:
        """The format of the first playable enclosure; without any, ``is_video`` decides."""
        for enclosure in self.enclosures:
            medium = enclosure.type.partition("/")[0]
            if medium == "audio":
                return Format.SOUND
            if medium == "video":
                return Format.VIDEO
        return Format.VIDEO if self.is_video else Format.TEXT


class ParsedFeed(Record, frozen=True):
    """A feed as read.

    - ``fatal``: the bytes are no feed, or nothing in them can be read. ``problems`` says why.
    - ``hints``: when the feed asks to be visited.
    - ``facts``: the information that the feed gives about itself.
    - ``older_page``: the address of its next older page, if any (RFC 5005; JSON Feed's ``next_url``).
    - ``is_wordpress``: WordPress made the feed, so its older pages are numbered.
    """

    entries: tuple[RawEntry, ...] = ()
    title: str = ""
    link: str = ""
    language: str = ""
    problems: tuple[Problem, ...] = ()
    fatal: bool = False
    hints: Hints = Hints()
    facts: FeedFacts = FeedFacts()
    older_page: str = ""
    is_wordpress: bool = False


def duration_seconds(value: object) -> float | None:
    """Return a duration in seconds, from ``"754"``, ``"12:34"`` or ``"1:02:03"``.

    Return ``None`` if it is malformed, not positive, or two days and more.
    """
    try:
        total = 0.0
        for part in str(value).strip().split(":"):
            total = total * 60 + float(part)
    except ValueError:
        return None
    return total if 0 < total < 86_400 * 2 else None


def positive_integer(value: object, most: int = 2**53) -> int | None:
    """Return a positive whole number; ``None`` for any other value, and for a number above ``most``."""
    digits = str(value).strip()
    return int(digits) if digits.isdecimal() and len(digits) < 18 and 0 < int(digits) <= most else None
