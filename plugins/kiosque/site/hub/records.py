"""The records of a hub that its pages show: items, cards, links, themes and pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

import msgspec

from kiosque.model import ContentItem, Entry, Format, Record, Source
from kiosque.site.output.wanted import Shared

# The name of the kind of entries. All other kinds are those of content files.
ENTRY = "entry"
T = TypeVar("T", bound=ContentItem)


class Link(Record, frozen=True):
    """A name with the address of its page on this hub; ``address`` is empty if there is no such page.

    ``language`` and ``direction`` are empty if they are those of the hub.
    """

    name: str
    address: str
    language: str = ""
    direction: str = ""


class Theme(Record, frozen=True):
    """A subject that the hub's editors chose, with a sentence that introduces it.

    ``tags`` are the addresses of its tags, ``aliases`` its former addresses.
    """

    link: Link
    introduction: str = ""
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


class Image(Record, frozen=True):
    """A picture that this hub serves in several widths.

    ``sizes`` are pairs of address and width, narrowest first. ``width`` and ``height`` are those of the
    widest. All are in pixels.
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

    ``kind`` is the name of its kind, or ``entry``. ``language`` and ``direction`` are empty if they are those
    of the hub.
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

    ``moment`` is its date. ``untitled`` says that ``title`` is the beginning of its text. ``duration`` is the
    length of its sound or video, ``reading`` the time to read it, both in seconds. ``others`` are
    publications of the same work by others.
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
    """A content file for the site: its record, and its clean HTML with links that aren't resolved yet.

    ``reading`` is the time to read it, in seconds.
    """

    record: T
    html: str
    reading: float = 0


class Filter(Shared, frozen=True):
    """A filter of a list; ``kind`` is ``theme``, ``source`` or ``commune``.

    ``links`` are the choices, if they are few enough. ``index`` is the address of the list of all choices.
    """

    kind: str
    index: str
    links: tuple[Link, ...] = ()


class Item(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """An item of any kind, ready for pages: its card and its record.

    ``key`` is unique among all items. ``html`` is clean and has resolved links. ``commune`` is an official
    code. ``changed`` is the moment of its last change, if it is known. An item with ``is_listed`` false has a
    page, but no list shows it.
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
        """A link to its page."""
        card = self.card
        return Link(name=card.title, address=card.address, language=card.language, direction=card.direction)

    @property
    def slug(self) -> str:
        """The last part of its address."""
        return self.record.slug


class Publication(Item, frozen=True, kw_only=True, eq=False):
    """An item with a date: an entry, an article, or an item of another kind with a list by date and feeds.

    ``local`` is its moment in the hub's time zone. ``featured_on`` is the day on which it was chosen for the
    home page. If ``is_listed`` is false, only the page of its source lists it.
    """

    card: Card
    local: datetime
    changed: datetime
    source: Source | None = None
    featured_on: date | None = None

    @property
    def entry(self) -> Entry | None:
        """The record, if it is an entry."""
        return self.record if isinstance(self.record, Entry) else None


Publications = Sequence[Publication]


@dataclass(frozen=True, slots=True)
class Group:
    """Publications that share a tag, author or commune, newest first."""

    link: Link
    publications: Publications
