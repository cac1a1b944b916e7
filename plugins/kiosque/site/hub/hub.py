"""The hub of a build: all publications, newest first, and the same by source, format, tag and commune."""

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

# A filter shows at most this many names. With more, it links to the list of all names.
_MOST_CHOICES = 80


@dataclass(frozen=True)
class Hub:
    """All data of a build. Publications are newest first everywhere.

    - ``everything`` are all publications, with those that only the page of their source lists.
      ``publications`` are those that all lists show.
    - ``items`` are the items of the other kinds by the name of their kind, in the order of its list.
      ``kind_names`` are the names of the kinds in the plural, in the hub's language.
    - ``descriptions`` (HTML) and ``logos`` are those of the sources, by slug.
    - ``gathered`` are the publications of each dossier, by its key.
    - ``related`` finds older publications on the same subject.
    - ``taken_down`` is what the public page shows of ``takedowns``.
    - ``cache`` stores results of pure functions of this hub.
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
        """Return the link to a commune's page, by its code; None if no publication is about it."""
        return self._communes.get(code)

    @cached_property
    def redirects(self) -> Mapping[str, Link]:
        """The links of former addresses: those of items, pages of the hub and themes.

        If two claim the same former address, the first gets it.
        """
        links: dict[str, Link] = {}
        dated_items = [item for item in self.everything if not item.entry]
        for item in (*dated_items, *(item for items in self.items.values() for item in items)):
            for alias in getattr(item.record, "aliases", ()):
                links.setdefault(alias, item.link)
        for page in self.pages:
            for alias in page.record.aliases:
                links.setdefault(alias, Link(name=page.record.title, address=PAGE.page(page.record.slug)))
        for theme in self.themes:
            for alias in theme.aliases:
                links.setdefault(alias, theme.link)
        return links

    @cached_property
    def points(self) -> Mapping[str, tuple[float, float]]:
        """The latitude and longitude of communes by their code, for those whose position is known."""
        return {
            commune.code: (commune.latitude, commune.longitude)
            for commune in self.territory.communes
            if commune.latitude is not None and commune.longitude is not None
        }

    @cached_property
    def _communes(self) -> Mapping[str, Link]:
        return {p.commune: p.card.commune for p in self.publications if p.card.commune}

    @cached_property
    def publications(self) -> Publications:
        """The publications that the lists of the whole hub show: one of each work."""
        return [publication for publication in self.everything if publication.is_listed]

    @cached_property
    def filters(self) -> Sequence[Filter]:
        """The filters of lists, besides that by format. All lists share the same records."""
        links_by_kind = {
            ("theme", "/themes/"): [theme.link for theme in self.themes],
            ("source", SOURCE.list_address): [
                Link(name=s.name, address=SOURCE.page(s.slug)) for s in self.sources
            ],
            ("commune", "/communes/"): [group.link for group in self.communes],
        }
        return [
            Filter(kind=kind, index=index, links=tuple(links) if len(links) <= _MOST_CHOICES else ())
            for (kind, index), links in links_by_kind.items()
            if links
        ]

    def cards_related(self, publication: Publication) -> Sequence[Card]:
        """Return the cards of older publications on the same subject, nearest first."""
        return [related.card for related in self.related.of(publication)]

    @cached_property
    def flooding(self) -> AbstractSet[str]:
        """The keys of all publications in a flood of their source."""
        return flooding(self.publications)

    def items_of(self, kind: str) -> Sequence[Item]:
        """Return all items of a kind that have a page, in the order of its list."""
        if kind in self.items:
            return self.items[kind]
        return [publication for publication in self.everything if publication.kind == kind]

    def gathered_in(self, item: Item) -> tuple[Link, ...]:
        """Return links to the dossiers of an item."""
        return self._dossiers.get(item.key, ())

    @cached_property
    def _dossiers(self) -> Mapping[str, tuple[Link, ...]]:
        return links_to_dossiers(self.gathered, self.items.get(DOSSIER.name, ()))

    @cached_property
    def articles(self) -> Publications:
        """The articles that lists show."""
        return self.publications_of("article")

    def publications_of(self, kind: str) -> Publications:
        """Return the publications of a kind that lists show."""
        return [publication for publication in self.publications if publication.kind == kind]

    @cached_property
    def featured(self) -> Publications:
        """The publications that editors chose for the home page, the latest choice first; one of each work.

        A chosen publication counts even if the lists show another publication of the same work.
        """
        chosen = {
            publication.card.address: publication
            for publication in self.everything
            if publication.card.featured
        }
        distinct = [
            publication
            for publication in chosen.values()
            if publication.is_listed or not any(other.address in chosen for other in publication.card.others)
        ]
        return sorted(distinct, key=lambda p: p.featured_on or p.local.date(), reverse=True)

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
        """Publications by the address of their theme. A publication may have several themes, or none."""
        return _grouped((theme.address, p) for p in self.publications for theme in p.themes)

    @cached_property
    def tags(self) -> Sequence[Group]:
        """Publications by tag, ordered by the name of the tag."""
        return _groups((tag, p) for p in self.publications for tag in p.tags)

    @cached_property
    def authors(self) -> Sequence[Group]:
        """Publications by author, ordered by the name of the author."""
        return _groups((author, p) for p in self.publications for author in p.card.authors)

    @cached_property
    def communes(self) -> Sequence[Group]:
        """Publications by commune of the territory, ordered by the name of the commune."""
        return _groups((p.card.commune, p) for p in self.publications if p.card.commune)


def _grouped(pairs: Iterable[tuple[str, Publication]]) -> Mapping[str, Publications]:
    groups: defaultdict[str, list[Publication]] = defaultdict(list)
    for key, publication in pairs:
        groups[key].append(publication)
    return groups


def _groups(pairs: Iterable[tuple[Link, Publication]]) -> Sequence[Group]:
    """Return publications by the address of a link, ordered by the link's name.

    Of several spellings, the oldest publication's is the name: new publications don't change it.
    """
    names: dict[str, Link] = {}
    groups: defaultdict[str, list[Publication]] = defaultdict(list)
    for link, publication in pairs:
        names[link.address] = link
        groups[link.address].append(publication)
    unordered = [Group(names[address], publications) for address, publications in groups.items()]
    return sorted(
        unordered, key=lambda group: (text.slug(group.link.name, group.link.name), group.link.address)
    )
