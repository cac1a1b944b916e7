"""The records of a hub: what its pages show of items, links, themes and pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

import msgspec

from kiosque.model import ContentItem, Entry, Format, Record, Source
from kiosque.site.output.wanted import Shared

# The kind of what feeds gave; all other kinds are those of content files.
ENTRY = "entry"
T = TypeVar("T", bound=ContentItem)


class Link(Record, frozen=True):
    """A name and its address on this hub; without an address, where no page has that name.

    ``language`` and ``direction`` are empty where they are the hub's own.
    """

    name: str
    address: str
    language: str = ""
    direction: str = ""


class Theme(Record, frozen=True):
    """A subject that the hub's editors chose: its name and address, and a sentence that introduces it.

    ``tags`` are the addresses of the tags that map to it, ``aliases`` its own former addresses.
    """

    link: Link
    introduction: str = ""
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


class Image(Record, frozen=True):
    """A picture that lies on this hub, in several widths.

    ``sizes`` are address and width, narrowest first; ``width`` and ``height`` are those of the widest, in pixels.
    """

    sizes: tuple[tuple[str, int], ...]
    width: int
    height: int
    alt: str = ""
    caption: str = ""
    credit: str = ""
    licence: str = ""


class ItemCard(Shared, frozen=True):
    """What a list shows of an item of any kind.

    ``kind`` is the name of its kind, or ``entry``. ``language`` and ``direction`` are empty where they are the hub's own.
    """

    address: str
    title: str
    kind: str = ENTRY
    language: str = ""
    direction: str = ""
    summary: str = ""
    commune: Link | None = None
    image: Image | None = None


class Card(ItemCard, frozen=True, kw_only=True):
    """What a list shows of a publication.

    ``moment`` is its date, ``untitled`` says that ``title`` is the beginning of its text. ``duration`` is how long it is
    heard or watched, ``reading`` how long it takes to read, both in seconds. ``others`` are the same work by other
    publishers.
    """

    moment: datetime
    format: Format
    untitled: bool = False
    featured: bool = False
    source: Link | None = None
    authors: tuple[Link, ...] = ()
    duration: float | None = None
    reading: float | None = None
    others: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Text(Generic[T]):
    """A content file as the site needs it: its record and its clean HTML, links not yet resolved.

    ``reading`` is how long it takes to read, in seconds.
    """

    record: T
    html: str
    reading: float = 0


class Filter(Shared, frozen=True):
    """What a list can be narrowed by: ``kind`` is ``theme``, ``source`` or ``commune``.

    ``links`` lead to the list of each, where they are few enough to choose from; ``index`` lists them all.
    """

    kind: str
    index: str
    links: tuple[Link, ...] = ()


class Item(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """One thing of any kind, ready for pages: its card, and the record behind it.

    ``key`` tells it from all other items. ``html`` is clean, its links resolved; ``commune`` is an official code;
    ``changed`` is when it last changed, where its kind has a date. Lists leave out what isn't ``is_listed``: who has its
    address finds it.
    """

    kind: str
    card: ItemCard
    record: Entry | ContentItem
    key: str
    changed: datetime | None = None
    tags: tuple[Link, ...] = ()
    themes: tuple[Link, ...] = ()
    commune: str = ""
    html: str = ""
    is_listed: bool = True

    @property
    def link(self) -> Link:
        """Its title and address, for another page."""
        card = self.card
        return Link(name=card.title, address=card.address, language=card.language, direction=card.direction)

    @property
    def slug(self) -> str:
        """The last part of its address."""
        return self.record.slug


class Publication(Item, frozen=True, kw_only=True, eq=False):
    """A dated item: an entry, an article, or whatever else has a list by date and feeds.

    ``local`` is its moment in the hub's time zone. ``featured_on`` is when it was chosen for the home page. The lists of
    the whole hub leave out what isn't ``is_listed``: it stays on its source's page.
    """

    card: Card
    local: datetime
    changed: datetime
    source: Source | None = None
    featured_on: date | None = None

    @property
    def entry(self) -> Entry | None:
        """The record of an entry."""
        return self.record if isinstance(self.record, Entry) else None


Publications = Sequence[Publication]


@dataclass(frozen=True, slots=True)
class Group:
    """Publications that share a tag, author or commune, newest first."""

    link: Link
    publications: Publications
