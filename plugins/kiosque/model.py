"""The records that every other module speaks of, and the errors that a person may meet.

All records are frozen and slotted. Times are aware datetimes in UTC, durations are seconds, sizes are
bytes, languages are BCP 47 tags, communes are official codes (``26113``), positions are WGS 84 degrees.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from enum import StrEnum

import msgspec

# Controls, marks that turn the direction of what follows, and bytes of file names that aren't UTF-8.
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# Under a name of its own: records have fields called date.
Day = date


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of all records: fields without a value are left out where a record is written."""


class Format(StrEnum):
    """What a publication is made of."""

    TEXT = "text"
    SOUND = "sound"
    VIDEO = "video"


class Scope(StrEnum):
    """How much of an entry's text its source lets the hub keep."""

    FULL = "full"
    EXCERPT = "excerpt"
    LINK = "link"


class Status(StrEnum):
    """Who finds a text: everyone, those who know its address, or nobody yet."""

    PUBLISHED = "published"
    HIDDEN = "hidden"
    DRAFT = "draft"


class Picture(Record, frozen=True):
    """A picture of a publication.

    ``url`` is an absolute address or, where the picture is a file of the hub, its path from the hub's folder.
    """

    url: str
    alt: str = ""
    caption: str = ""
    credit: str = ""
    licence: str = ""


class Person(Record, frozen=True):
    """Someone who took part in an entry, with the role that the feed gives."""

    name: str
    role: str = ""
    url: str = ""


class Location(Record, frozen=True):
    """A place that an entry is about, with its position where the feed gives one."""

    name: str = ""
    latitude: float | None = None
    longitude: float | None = None


class Transcript(Record, frozen=True):
    """The words of a sound or video, as a file."""

    url: str
    type: str = ""
    language: str = ""


class Chapter(Record, frozen=True):
    """One chapter of a sound or video; ``start`` in seconds."""

    start: float
    title: str = ""
    url: str = ""


class ChaptersFile(Record, frozen=True):
    """The chapters of a sound or video, as a file elsewhere."""

    url: str
    type: str = ""


class Alternative(Record, frozen=True):
    """The same sound or video in another size or encoding."""

    url: str
    type: str = ""
    length: int | None = None
    width: int | None = None
    height: int | None = None


class Enclosure(Record, frozen=True):
    """One playable or visible file of a publication.

    ``url`` is an absolute address or, for a file of the hub, its path from the hub's folder. ``chapters`` is
    either a file elsewhere or the list itself.
    """

    url: str
    type: str = ""
    length: int | None = None
    duration: float | None = None
    title: str = ""
    width: int | None = None
    height: int | None = None
    alternatives: tuple[Alternative, ...] = ()
    transcripts: tuple[Transcript, ...] = ()
    chapters: ChaptersFile | tuple[Chapter, ...] = ()


class Entry(Record, frozen=True):
    """One thing that a source published; one line of ``archive/<source>/<year>.jsonl``.

    ``id`` is unique within ``source``; ``slug`` within the source and year, and never changes. ``summary``
    is plain text, ``content`` clean HTML, kept only where the agreement is full. ``digest`` is a hash of
    the text before it was cut.
    """

    id: str
    source: str
    slug: str
    first_seen: datetime
    url: str = ""
    title: str = ""
    authors: tuple[str, ...] = ()
    people: tuple[Person, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None
    language: str = ""
    format: Format = Format.TEXT
    tags: tuple[str, ...] = ()
    summary: str = ""
    content: str = ""
    image: Picture | None = None
    enclosures: tuple[Enclosure, ...] = ()
    season: int | None = None
    episode: int | None = None
    communes: tuple[str, ...] = ()
    locations: tuple[Location, ...] = ()
    rights: str = ""
    digest: str = ""

    @property
    def moment(self) -> datetime:
        """When the entry takes its place in the stream: its own date, else the day it was first seen."""
        return self.published or self.first_seen


class StoredEntry(Record, frozen=True):
    """An entry with the year of the file that holds it, which is part of its address."""

    year: int
    entry: Entry


class Feed(Record, frozen=True):
    """One address, or one file of the hub's folder, where a source publishes.

    ``only`` and ``except_`` are words or tags; ``tags`` are added to each of its entries. ``line`` is where the
    source file names it.
    """

    url: str
    only: tuple[str, ...] = ()
    except_: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    language: str = ""
    line: int = 1

    @property
    def is_file(self) -> bool:
        """Whether the feed is a file of the hub's folder."""
        return "://" not in self.url


class Agreement(Record, frozen=True):
    """What a source allows; ``since``, ``by`` and ``licence`` are a record and limit nothing."""

    scope: Scope = Scope.EXCERPT
    since: date | None = None
    by: str = ""
    licence: str = ""


class Source(Record, frozen=True):
    """A partner medium or an institution with feeds; ``content/sources/<slug>.md``.

    ``path`` is that file from the hub's folder, ``logo`` a picture's path from the hub's folder,
    ``description`` the file's Markdown.
    """

    slug: str
    name: str
    path: str
    type: str = "media"
    homepage: str = ""
    stream: str = ""
    commune: str = ""
    language: str = ""
    logo: str = ""
    contact: str = ""
    feeds: tuple[Feed, ...] = ()
    agreement: Agreement = Agreement()
    verified: Day | None = None
    description: str = ""


class ContentItem(Record, frozen=True):
    """Base of the records of content files: what files of any kind may say. ``path`` is from the hub's folder.

    ``commune`` is an official code, ``summary`` plain text. From ``expires`` on it isn't shown any more; ``verified`` is
    when someone last made sure that it is true.
    """

    slug: str
    title: str
    path: str
    updated: datetime | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    commune: str = ""
    summary: str = ""
    language: str = ""
    image: Picture | None = None
    licence: str = ""
    aliases: tuple[str, ...] = ()
    status: Status = Status.PUBLISHED
    expires: datetime | None = None
    verified: Day | None = None


class Commune(Record, frozen=True):
    """A municipality by its official code."""

    code: str
    name: str
    department: str
    slug: str
    latitude: float | None = None
    longitude: float | None = None
    former: tuple[str, ...] = ()


class Territory(Record, frozen=True):
    """The communes that a hub covers; ``content/territory.yml``."""

    name: str = ""
    communes: tuple[Commune, ...] = ()


_BREAKING_SPACES = re.compile(r"[^\S\u00a0\u202f]+")


def spelt_out(text: str) -> str:
    """Return text with the characters that nobody sees, and that make terminals act, as their numbers."""
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def on_one_line(message: str) -> str:
    """Return a message on one line. No-break spaces, which French has before its signs, stay."""
    return _BREAKING_SPACES.sub(" ", message).strip()


class Problem(Record, frozen=True):
    """Something that a person must mend: where it is, and the mend in plain words.

    ``path`` is from the hub's folder, or the address of a feed; ``line`` and ``column`` count from 1. ``rule`` is the
    code under which ``kiosque check`` knows it, where it does.
    """

    path: str
    message: str
    line: int | None = None
    column: int | None = None
    rule: str = ""

    def __str__(self) -> str:
        """One unwrapped line, ``path:line:column: message``; what would move a terminal's cursor is spelt out."""
        place = ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)
        return f"{spelt_out(place)}: {spelt_out(on_one_line(self.message))}"


class KiosqueError(Exception):
    """Base of the errors that stop a command; its text says what is wrong and what to do next."""


class SettingsError(KiosqueError):
    """A setting is missing or can't be used."""


class ContentError(KiosqueError):
    """A file under ``content/`` can't be read; ``problems`` says which and where."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Keep the problems; the text is one line each."""
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class ArchiveError(KiosqueError):
    """The archive can't be read or written."""


class OutputError(KiosqueError):
    """The output folder or the cache can't be written."""
