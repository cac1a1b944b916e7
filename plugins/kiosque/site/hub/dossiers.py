"""What dossiers gather: publications by tag, theme and source within the time of a project, and those that they name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from kiosque.content.addresses import hub_page, publication_page
from kiosque.content.kinds.dossier import CHOSEN, Dossier
from kiosque.i18n import _
from kiosque.model import Problem
from kiosque.site.hub.records import Item, Link, Publication, Publications
from kiosque.site.output.wanted import tag_slug

# What each dossier gathers, by its key, in the order in which it shows it.
Gathered = Mapping[str, Publications]


def gather_dossiers(
    dossiers: Sequence[Item], publications: Publications, site_url: str
) -> tuple[Gathered, tuple[Problem, ...]]:
    """Return what each dossier gathers of the publications that lists show, and the names that mean none of them."""
    if not dossiers:
        return {}, ()
    index = _Index(publications)
    problems: list[Problem] = []
    gathered = {}
    for item in dossiers:
        if isinstance(item.record, Dossier):
            named = {address: index.named(address, site_url) for address in item.record.items}
            problems += (_unknown(item.record, address) for address, found in named.items() if not found)
            gathered[item.key] = _in_order(item.record, index, [found for found in named.values() if found])
    return gathered, tuple(problems)


def links_to_dossiers(gathered: Gathered, dossiers: Iterable[Item]) -> Mapping[str, tuple[Link, ...]]:
    """Return links to the dossiers that gather a publication, by its key; drafts and hidden dossiers are left out."""
    links: defaultdict[str, tuple[Link, ...]] = defaultdict(tuple)
    for dossier in dossiers:
        for publication in gathered.get(dossier.key, ()) if dossier.is_listed else ():
            links[publication.key] += (dossier.link,)
    return links


class _Index:
    """Publications by what dossiers name them by."""

    def __init__(self, publications: Publications) -> None:
        """Look at each publication once."""
        self.by_tag: defaultdict[str, list[Publication]] = defaultdict(list)
        self.by_theme: defaultdict[str, list[Publication]] = defaultdict(list)
        self.by_source: defaultdict[str, list[Publication]] = defaultdict(list)
        self._by_address: dict[str, Publication] = {}
        for publication in publications:
            for tag in publication.tags:
                self.by_tag[tag.address].append(publication)
            for theme in publication.themes:
                self.by_theme[theme.address].append(publication)
            if publication.source:
                self.by_source[publication.source.slug].append(publication)
            if publication.entry and publication.entry.url:
                self._by_address.setdefault(publication.entry.url.rstrip("/"), publication)
            self._by_address[publication.card.address.rstrip("/")] = publication

    def named(self, address: str, site_url: str) -> Publication | None:
        """Return the publication at an address, be it on the hub or its original."""
        page = hub_page(address, site_url, publication_page())
        return self._by_address.get(page or address.rstrip("/"))


def _in_order(dossier: Dossier, index: _Index, named: Sequence[Publication]) -> Publications:
    found = {publication.key: publication for publication in (*_matching(dossier, index), *named)}
    by_date = sorted(found.values(), key=lambda publication: (publication.card.moment, publication.key))
    if dossier.order != CHOSEN:
        return by_date
    chosen = {publication.key for publication in named}
    return [*named, *(publication for publication in by_date if publication.key not in chosen)]


def _matching(dossier: Dossier, index: _Index) -> Iterator[Publication]:
    """Yield the publications of the dossier's tags, themes and sources that lie within its time."""
    lists = [
        *(index.by_tag.get(f"/mots-cles/{tag_slug(name)}/", ()) for name in dossier.tags),
        *(index.by_theme.get(f"/themes/{tag_slug(name)}/", ()) for name in dossier.themes),
        *(index.by_source.get(slug, ()) for slug in dossier.sources),
    ]
    for publications in lists:
        for publication in publications:
            moment = publication.card.moment
            if dossier.from_ <= moment and (dossier.to is None or moment < dossier.to):
                yield publication


def _unknown(dossier: Dossier, address: str) -> Problem:
    message = _("no publication has the address {address}").format(address=address)
    return Problem(path=dossier.path, message=message)
