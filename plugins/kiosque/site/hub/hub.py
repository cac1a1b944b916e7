"""Everything gathered for one build: publications newest first, and the same by source, format, tag and place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property

from kiosque import text
from kiosque.content.kinds.dossier import DOSSIER
from kiosque.content.kinds.page import PAGE, HubPage
from kiosque.content.kinds.source import SOURCE
from kiosque.model import Problem, Source, Territory
from kiosque.settings.pelicanconf import HubSettings, Site
from kiosque.site.hub.build_cache import BuildCache
from kiosque.site.hub.dossiers import Gathered, links_to_dossiers
from kiosque.site.hub.files import HubFiles
from kiosque.site.hub.folding import flooding
from kiosque.site.hub.health import HubHealth
from kiosque.site.hub.records import (
    Card,
    Filter,
    Group,
    Image,
    Item,
    Link,
    Publication,
    Publications,
    Text,
    Theme,
)
from kiosque.site.hub.related import Related
from kiosque.site.hub.takedowns import TakenDown
from kiosque.site.styleguide.components import Component
from kiosque.site.styleguide.tokens import Tokens
from kiosque.takedowns import Takedowns

# As many names as one still chooses from; more are a list of their own.
_MOST_CHOICES = 80


@dataclass(frozen=True)
class Hub:
    """All that one build knows. Publications are newest first, everywhere.

    ``everything`` has those too that only their source's page lists: ``publications`` are what all other lists show.
    ``items`` are those of the other kinds, by the name of the kind, in the order of its list; ``kind_names`` what several
    of a kind are called in the hub's language. ``gathered`` is what each dossier gathers, by its key. ``related`` knows the older
    publications on the same subject. ``taken_down`` is what the public page says of ``takedowns``. ``cache`` keeps what
    pure functions of this hub gave.
    """

    settings: HubSettings
    site: Site
    sources: tuple[Source, ...]
    territory: Territory
    everything: Publications
    pages: tuple[Text[HubPage], ...]
    descriptions: Mapping[str, str]
    logos: Mapping[str, Image]
    files: HubFiles
    health: HubHealth
    related: Related
    takedowns: Takedowns
    taken_down: tuple[TakenDown, ...] = ()
    themes: tuple[Theme, ...] = ()
    components: tuple[Component, ...] = ()
    tokens: Tokens = field(default_factory=Tokens)
    items: Mapping[str, Sequence[Item]] = field(default_factory=dict)
    kind_names: Mapping[str, str] = field(default_factory=dict)
    gathered: Gathered = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    cache: BuildCache = field(default_factory=BuildCache, compare=False, repr=False)

    def commune(self, code: str) -> Link | None:
        """Return a commune of the territory, where something came from it and so it has a page."""
        return self._communes.get(code)

    @cached_property
    def redirects(self) -> Mapping[str, Link]:
        """Where former addresses lead: those of items, pages of the hub and themes. The first that claims one has it."""
        found: dict[str, Link] = {}
        written = [item for item in self.everything if not item.entry]
        for item in (*written, *(item for some in self.items.values() for item in some)):
            for alias in getattr(item.record, "aliases", ()):
                found.setdefault(alias, item.link)
        for text_ in self.pages:
            for alias in text_.record.aliases:
                found.setdefault(alias, Link(name=text_.record.title, address=PAGE.page(text_.record.slug)))
        for theme in self.themes:
            for alias in theme.aliases:
                found.setdefault(alias, theme.link)
        return found

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
            ("source", SOURCE.list_address): [
                Link(name=s.name, address=SOURCE.page(s.slug)) for s in self.sources
            ],
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

    def items_of(self, kind: str) -> Sequence[Item]:
        """Return all items of a kind that have a page, in the order of its list."""
        if kind in self.items:
            return self.items[kind]
        return [publication for publication in self.everything if publication.kind == kind]

    def gathered_in(self, item: Item) -> tuple[Link, ...]:
        """Return links to the dossiers that gather an item."""
        return self._dossiers.get(item.key, ())

    @cached_property
    def _dossiers(self) -> Mapping[str, tuple[Link, ...]]:
        return links_to_dossiers(self.gathered, self.items.get(DOSSIER.name, ()))

    @cached_property
    def articles(self) -> Publications:
        """The texts written for the hub."""
        return self.publications_of("article")

    def publications_of(self, kind: str) -> Publications:
        """Return the publications of a kind that lists show."""
        return [publication for publication in self.publications if publication.kind == kind]

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
