"""The records that all other modules use, and the errors that stop a command.

All records are frozen and slotted. Times are aware datetimes in UTC, durations are seconds, sizes are
bytes, languages are BCP 47 tags, communes are official codes (``26113``), positions are WGS 84 degrees.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from enum import StrEnum

import msgspec

# Control characters, marks that change the direction of the text after them, and bytes of file names that
# aren't UTF-8.
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# A record with a field called ``date`` can't use the type ``date`` under that name.
Day = date


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of all records. A serialized record leaves out fields that have their default value."""


class Format(StrEnum):
    """The form of a publication: text, sound or video."""

    TEXT = "text"
    SOUND = "sound"
    VIDEO = "video"


class Scope(StrEnum):
    """How much of an entry's text the hub may keep, by the agreement of its source."""

    FULL = "full"
    EXCERPT = "excerpt"
    LINK = "link"


class Status(StrEnum):
    """Who can read a text: everyone (published), those who know its address (hidden), nobody yet (draft)."""

    PUBLISHED = "published"
    HIDDEN = "hidden"
    DRAFT = "draft"


class Picture(Record, frozen=True):
    """A picture of a publication.

    ``url`` is an absolute address or, for a file of the hub, its path in the hub's folder.
    """

    url: str
    alt: str = ""
    caption: str = ""
    credit: str = ""
    licence: str = ""


class Person(Record, frozen=True):
    """A person who took part in an entry, with the role that the feed names."""

    name: str
    role: str = ""
    url: str = ""


class Location(Record, frozen=True):
    """A place that an entry is about, with its position if the feed has one."""

    name: str = ""
    latitude: float | None = None
    longitude: float | None = None


class Transcript(Record, frozen=True):
    """A file with the spoken words of a sound or video."""

    url: str
    type: str = ""
    language: str = ""


class Chapter(Record, frozen=True):
    """One chapter of a sound or video; ``start`` in seconds."""

    start: float
    title: str = ""
    url: str = ""


class ChaptersFile(Record, frozen=True):
    """A file with the chapters of a sound or video."""

    url: str
    type: str = ""


class Alternative(Record, frozen=True):
    """A file with the same sound or video in another size or encoding."""

    url: str
    type: str = ""
    length: int | None = None
    width: int | None = None
    height: int | None = None


class Enclosure(Record, frozen=True):
    """A file of a publication: a sound, a video, a picture or a document.

    ``url`` is an absolute address or, for a file of the hub, its path in the hub's folder. ``length`` is in
    bytes, ``duration`` in seconds. ``chapters`` is a file with chapters, or the chapters themselves.
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
    """An entry of a feed, and a line of ``archive/<source>/<year>.jsonl`` or of its further parts.

    ``id`` is unique within its ``source``. ``slug`` is unique within the source and year, and never changes.
    ``summary`` is plain text. ``content`` is clean HTML, kept only if the agreement of the source has the
    scope ``full``. ``digest`` is a hash of the text before it was shortened.
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
        """The moment by which the entry is ordered: its own date, otherwise when a harvest first saw it."""
        return self.published or self.first_seen


class StoredEntry(Record, frozen=True):
    """An entry with the year of its archive file. The year is part of the address of its page."""

    year: int
    entry: Entry


class Feed(Record, frozen=True):
    """A feed of a source.

    ``url`` is its address, or the path of a file in the hub's folder. ``only`` and ``except_`` are words or
    tags that select entries. ``tags`` are added to each entry. ``line`` is the line of the source file that
    names the feed.
    """

    url: str
    only: tuple[str, ...] = ()
    except_: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    language: str = ""
    line: int = 1

    @property
    def is_file(self) -> bool:
        """Whether the feed is a file in the hub's folder."""
        return "://" not in self.url


class Agreement(Record, frozen=True):
    """What a source allows the hub to show.

    Only ``scope`` has an effect. ``since`` (the day), ``by`` (who agreed) and ``licence`` are for people to
    read.
    """

    scope: Scope = Scope.EXCERPT
    since: date | None = None
    by: str = ""
    licence: str = ""


class Source(Record, frozen=True):
    """A medium or an institution with feeds, ``content/sources/<slug>.md``.

    ``path`` is the path of that file in the hub's folder, ``logo`` that of a picture. ``stream`` is the
    address of a live sound. ``description`` is the Markdown of the file.
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
    """Base of the records of content files: the fields that files of any kind may have.

    ``path`` is the path in the hub's folder, ``commune`` an official code, ``summary`` plain text. The item
    is shown until ``expires``. ``verified`` is the day on which a person last checked that it is true.
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
    """A municipality with its official code. ``department`` is the slug of its department's name."""

    code: str
    name: str
    department: str
    slug: str
    latitude: float | None = None
    longitude: float | None = None
    former: tuple[str, ...] = ()


class Territory(Record, frozen=True):
    """The communes that a hub covers, ``content/territory.yml``."""

    name: str = ""
    communes: tuple[Commune, ...] = ()


_BREAKING_SPACES = re.compile(r"[^\S\u00a0\u202f]+")


def spelt_out(text: str) -> str:
    r"""Return text with a number in place of each invisible character: ``\u202e``.

    Such characters can deceive a reader, or send commands to a terminal.
    """
    return _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def on_one_line(message: str) -> str:
    """Return a message on one line. No-break spaces, which French has before its signs, stay."""
    return _BREAKING_SPACES.sub(" ", message).strip()


class Problem(Record, frozen=True):
    """A problem that a person must mend: where it is, and what to do, in plain words.

    ``path`` is a path in the hub's folder, or the address of a feed. ``line`` and ``column`` count from 1.
    ``rule`` is the code of a rule of ``kiosque check``, if the problem breaks one.
    """

    path: str
    message: str
    line: int | None = None
    column: int | None = None
    rule: str = ""

    def __str__(self) -> str:
        """Return a single line, ``path:line:column: message``, without invisible characters."""
        place = ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)
        return f"{spelt_out(place)}: {spelt_out(on_one_line(self.message))}"


class KiosqueError(Exception):
    """Base of the errors that stop a command. The message says what is wrong and what to do next."""


class SettingsError(KiosqueError):
    """A setting is missing or can't be used."""


class ContentError(KiosqueError):
    """Files under ``content/`` can't be read; ``problems`` names them, with the lines."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Store the problems. The message of the error has a line for each."""
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class ArchiveError(KiosqueError):
    """The archive can't be read or written."""


class OutputError(KiosqueError):
    """The output folder or the cache can't be written."""
