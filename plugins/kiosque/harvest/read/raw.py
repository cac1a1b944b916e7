"""What a feed says, before the hub decides what to keep of it: the same form for every kind of feed."""

from __future__ import annotations

from datetime import UTC, datetime

from propcache.api import cached_property

from kiosque.archive.entries import FeedFacts
from kiosque.archive.feed_memory import Hints
from kiosque.html.plain_text import plain_text
from kiosque.model import Enclosure, Format, Location, Person, Picture, Problem, Record


class RawEntry(Record, frozen=True, dict=True):
    """One entry as its feed gives it.

    ``html`` and ``summary_html`` are not clean yet; relative addresses in them start from ``base``, where it is given.
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
    def words(self) -> str:
        """All its text in plain words, or those of its summary where it has no other."""
        return plain_text(self.html or self.summary_html)

    @cached_property
    def summary_words(self) -> str:
        """Its summary in plain words."""
        is_all = self.summary_html == (self.html or self.summary_html)
        return self.words if is_all else plain_text(self.summary_html)

    @property
    def format(self) -> Format:
        """What the entry is made of, by the first enclosure that plays; ``is_video`` where none does here."""
        for enclosure in self.enclosures:
            kind = enclosure.type.partition("/")[0]
            if kind == "audio":
                return Format.SOUND
            if kind == "video":
                return Format.VIDEO
        return Format.VIDEO if self.is_video else Format.TEXT


class Parsed(Record, frozen=True):
    """A feed as read. ``fatal`` says that it isn't one, or that nothing of it can be read.

    ``hints`` are what it says of when to come back, ``facts`` of itself. ``older`` is the address of the page before
    this one, where it has several (RFC 5005; JSON Feed's ``next_url``); ``is_wordpress`` says that it counts its pages.
    """

    entries: tuple[RawEntry, ...] = ()
    title: str = ""
    link: str = ""
    language: str = ""
    problems: tuple[Problem, ...] = ()
    fatal: bool = False
    hints: Hints = Hints()
    facts: FeedFacts = FeedFacts()
    older: str = ""
    is_wordpress: bool = False


_TOO_OLD = datetime(1970, 1, 2, tzinfo=UTC)


def plausible(moment: datetime | None) -> datetime | None:
    """Return a date that a publication can have, in whole seconds: machines without a clock say 1970."""
    return moment.replace(microsecond=0) if moment and moment > _TOO_OLD else None


def seconds(written: object) -> float | None:
    """Return a duration from seconds, ``MM:SS`` or ``HH:MM:SS``; ``None`` where it can't be one of a publication."""
    try:
        total = 0.0
        for part in str(written).strip().split(":"):
            total = total * 60 + float(part)
    except ValueError:
        return None
    return total if 0 < total < 86_400 * 2 else None


def whole(written: object, most: int = 2**53) -> int | None:
    """Return a positive whole number, or ``None``."""
    text = str(written).strip()
    return int(text) if text.isdecimal() and len(text) < 18 and 0 < int(text) <= most else None
