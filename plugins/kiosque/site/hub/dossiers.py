"""Finds the publications of dossiers: by address, or by tag, theme and source within a project's time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from kiosque.content.addresses import hub_page, publication_page
from kiosque.content.kinds.dossier import CHOSEN, Dossier
from kiosque.i18n import _
from kiosque.model import Problem
from kiosque.site.hub.records import Item, Link, Publication, Publications
from kiosque.site.output.wanted import tag_slug

# The publications of each dossier by the key of the dossier, in the order in which it shows them.
Gathered = Mapping[str, Publications]


def gather_dossiers(
    dossiers: Sequence[Item], publications: Publications, site_url: str
) -> tuple[Gathered, tuple[Problem, ...]]:
    """Return the publications that each dossier gathers, and the problems of addresses without a publication.

    ``publications`` are those that lists show.
    """
    if not dossiers:
        return {}, ()
    index = _Index(publications)
    problems: list[Problem] = []
    gathered = {}
    for item in dossiers:
        if isinstance(item.record, Dossier):
            by_address = {address: index.at(address, site_url) for address in item.record.items}
            named = [publication for publication in by_address.values() if publication]
            problems += (
                _unknown(item.record, address)
                for address, publication in by_address.items()
                if not publication
            )
            gathered[item.key] = _in_order(item.record, index, named)
    return gathered, tuple(problems)


def links_to_dossiers(gathered: Gathered, dossiers: Iterable[Item]) -> Mapping[str, tuple[Link, ...]]:
    """Return the links to the dossiers of each publication, by its key. Hidden dossiers have no links."""
    links: defaultdict[str, tuple[Link, ...]] = defaultdict(tuple)
    for dossier in dossiers:
        for publication in gathered.get(dossier.key, ()) if dossier.is_listed else ():
            links[publication.key] += (dossier.link,)
    return links


class _Index:
    """Publications by tag, theme and source (as addresses and slugs), and by their own address."""

    def __init__(self, publications: Publications) -> None:
        """Make the index in one pass."""
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

    def at(self, address: str, site_url: str) -> Publication | None:
        """Return the publication at an address: that of its page on the hub, or of its original."""
        page = hub_page(address, site_url, publication_page())
        return self._by_address.get(page or address.rstrip("/"))


def _in_order(dossier: Dossier, index: _Index, named: Sequence[Publication]) -> Publications:
    """Return the publications that match a dossier or that it names, each once, in the dossier's order."""
    by_key = {publication.key: publication for publication in (*_matching(dossier, index), *named)}
    by_date = sorted(by_key.values(), key=lambda publication: (publication.card.moment, publication.key))
    if dossier.order != CHOSEN:
        return by_date
    chosen = {publication.key for publication in named}
    return [*named, *(publication for publication in by_date if publication.key not in chosen)]


def _matching(dossier: Dossier, index: _Index) -> Iterator[Publication]:
    """Yield the publications of the dossier's tags, themes and sources that are from its time."""
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
    return Problem(path=dossier.path, message=message, rule="ledger-unmatched")
