"""Everything gathered for one build: publications newest first, and the same by source, format, tag and place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from kiosque import text
from kiosque.model import Article, Entry, Format, HubPage, Problem, Record, Source, Territory
from kiosque.settings.pelicanconf import HubSettings, Site
from kiosque.site.hub.files import LocalFiles
from kiosque.site.hub.folding import flooding
from kiosque.site.hub.health import HubHealth
from kiosque.site.hub.takedowns import TakenDown
from kiosque.site.hub.texts import Text
from kiosque.site.output.wanted import Shared
from kiosque.site.styleguide.components import Component
from kiosque.site.styleguide.tokens import Tokens

if TYPE_CHECKING:
    from kiosque.site.feeds.feed_item import FeedItem, FeedOrigin
    from kiosque.site.hub.related import Related

# As many names as one still chooses from; more are a list of their own.
_MOST_CHOICES = 80


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


class Card(Shared, frozen=True):
    """What a list shows of a publication.

    ``moment`` is its date, ``untitled`` says that ``title`` is the beginning of its text. ``language`` and
    ``direction`` are empty where they are the hub's own. ``duration`` is how long it is heard or watched, ``reading``
    how long it takes to read, both in seconds. ``others`` are the same work by other publishers.
    """

    address: str
    title: str
    moment: datetime
    format: Format
    untitled: bool = False
    article: bool = False
    featured: bool = False
    language: str = ""
    direction: str = ""
    summary: str = ""
    source: Link | None = None
    authors: tuple[Link, ...] = ()
    commune: Link | None = None
    duration: float | None = None
    reading: float | None = None
    image: Image | None = None
    others: tuple[Link, ...] = ()


class Filter(Shared, frozen=True):
    """What a list can be narrowed by: ``kind`` is ``theme``, ``source`` or ``commune``.

    ``links`` lead to the list of each, where they are few enough to choose from; ``index`` lists them all.
    """

    kind: str
    index: str
    links: tuple[Link, ...] = ()


class Publication(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """An entry or an article, ready for pages: its card, its local time, and the record behind it.

    ``html`` is clean, its links resolved; ``commune`` is an official code; ``changed`` is when it last changed.
    ``featured_on`` is when it was chosen for the home page. The lists of the whole hub leave out what isn't
    ``is_listed``: it stays on its source's page.
    """

    card: Card
    local: datetime
    changed: datetime
    key: str
    tags: tuple[Link, ...] = ()
    themes: tuple[Link, ...] = ()
    commune: str = ""
    html: str = ""
    source: Source | None = None
    entry: Entry | None = None
    article: Article | None = None
    featured_on: date | None = None
    is_listed: bool = True

    @property
    def link(self) -> Link:
        """Its title and address, for a neighbour's page."""
        card = self.card
        return Link(name=card.title, address=card.address, language=card.language, direction=card.direction)


Publications = Sequence[Publication]


@dataclass(frozen=True, slots=True)
class Group:
    """Publications that share a tag, author or commune, newest first."""

    link: Link
    publications: Publications


@dataclass(frozen=True)
class Hub:
    """All that one build knows. Publications are newest first, everywhere.

    ``everything`` has those too that only their source's page lists: ``publications`` are what all other lists show.
    ``related`` knows the older publications on the same subject as one.
    """

    settings: HubSettings
    site: Site
    sources: tuple[Source, ...]
    territory: Territory
    everything: Publications
    pages: tuple[Text[HubPage], ...]
    descriptions: Mapping[str, str]
    logos: Mapping[str, Image]
    files: LocalFiles
    health: HubHealth
    related: Related
    takedowns: tuple[TakenDown, ...] = ()
    themes: tuple[Theme, ...] = ()
    components: tuple[Component, ...] = ()
    tokens: Tokens = field(default_factory=Tokens)
    problems: list[Problem] = field(default_factory=list)
    feed_items: dict[str, FeedItem] = field(default_factory=dict)
    feed_origins: dict[str, FeedOrigin] = field(default_factory=dict)
    podcast_covers: dict[str, str] = field(default_factory=dict)

    def commune(self, code: str) -> Link | None:
        """Return a commune of the territory, where something came from it and so it has a page."""
        return self._communes.get(code)

    @cached_property
    def points(self) -> Mapping[str, tuple[float, float]]:
        """Latitude and longitude of the communes of the territory that state them, by code."""
        return {
            one.code: (one.latitude, one.longitude)
            for one in self.territory.communes
            if one.latitude is not None and one.longitude is not None
        }

    @cached_property
    def _communes(self) -> Mapping[str, Link]:
        return {p.commune: p.card.commune for p in self.publications if p.card.commune}

    @cached_property
    def publications(self) -> Publications:
        """What the lists of the whole hub show: one publication of each work."""
        return [publication for publication in self.everything if publication.is_listed]

    @cached_property
    def filters(self) -> Sequence[Filter]:
        """What lists can be narrowed by, besides the formats; the same records for all lists."""
        found = {
            ("theme", "/themes/"): [theme.link for theme in self.themes],
            ("source", "/medias/"): [Link(name=s.name, address=f"/medias/{s.slug}/") for s in self.sources],
            ("commune", "/communes/"): [group.link for group in self.communes],
        }
        return [
            Filter(kind=kind, index=index, links=tuple(links) if len(links) <= _MOST_CHOICES else ())
            for (kind, index), links in found.items()
            if links
        ]

    def cards_related(self, publication: Publication) -> Sequence[Card]:
        """Return the cards of older publications on the same subject, nearest first."""
        return [one.card for one in self.related.of(publication)]

    @cached_property
    def flooding(self) -> AbstractSet[str]:
        """The keys of publications that came in a day's flood of their source."""
        return flooding(self.publications)

    @cached_property
    def articles(self) -> Publications:
        """The texts written for the hub."""
        return [publication for publication in self.publications if publication.article]

    @cached_property
    def featured(self) -> Publications:
        """What people of the hub chose, the latest choice first; of a work one, be it that which other lists leave out."""
        chosen = {one.card.address: one for one in self.everything if one.card.featured}
        distinct = [
            one
            for one in chosen.values()
            if one.is_listed or not any(other.address in chosen for other in one.card.others)
        ]
        return sorted(distinct, key=lambda one: one.featured_on or one.local.date(), reverse=True)

    @cached_property
    def by_source(self) -> Mapping[str, Publications]:
        """Entries by the slug of their source."""
        return _grouped((p.source.slug, p) for p in self.everything if p.source)

    @cached_property
    def by_format(self) -> Mapping[str, Publications]:
        """Publications by format."""
        return _grouped((p.card.format.value, p) for p in self.publications)

    @cached_property
    def by_theme(self) -> Mapping[str, Publications]:
        """Publications by the address of a theme; one may have several themes, or none."""
        return _grouped((theme.address, p) for p in self.publications for theme in p.themes)

    @cached_property
    def tags(self) -> Sequence[Group]:
        """Publications by tag, by name."""
        return _groups((tag, p) for p in self.publications for tag in p.tags)

    @cached_property
    def authors(self) -> Sequence[Group]:
        """Publications by author, by name."""
        return _groups((author, p) for p in self.publications for author in p.card.authors)

    @cached_property
    def communes(self) -> Sequence[Group]:
        """Publications by commune of the territory, by name."""
        return _groups((p.card.commune, p) for p in self.publications if p.card.commune)


def _grouped(pairs: Iterable[tuple[str, Publication]]) -> Mapping[str, Publications]:
    groups: defaultdict[str, list[Publication]] = defaultdict(list)
    for key, publication in pairs:
        groups[key].append(publication)
    return groups


def _groups(pairs: Iterable[tuple[Link, Publication]]) -> Sequence[Group]:
    """Group by address. The oldest spelling gives the name: it doesn't change when something arrives."""
    names: dict[str, Link] = {}
    groups: defaultdict[str, list[Publication]] = defaultdict(list)
    for link, publication in pairs:
        names[link.address] = link
        groups[link.address].append(publication)
    found = [Group(names[address], publications) for address, publications in groups.items()]
    return sorted(found, key=lambda group: (text.slug(group.link.name, group.link.name), group.link.address))
