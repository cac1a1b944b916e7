"""A list of publications: its front with the newest, its past cut by year or month, its Atom feed.

The past doesn't move when something arrives: a year's page stays at its address, and holds either all of the year
or, where that is much, its months.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from kiosque import text
from kiosque.model import Enclosure
from kiosque.site.floods import Rows, rows
from kiosque.site.hub import FeedItem, FeedLink, Hub, Link, Publication, Publications
from kiosque.site.output import Page, Shared, page_path

FRONT = 30
_MUCH = 60


@dataclass(frozen=True, slots=True)
class Listing:
    """What a list is made of.

    ``address`` ends with a slash; ``template`` renders its front and gets ``values`` besides; ``feed`` gives it
    an Atom feed; ``by_month`` cuts every year into months; ``folds``
    says that a day's flood from one source takes little room; ``filters`` that readers may narrow it.
    """

    address: str
    title: str
    publications: Publications
    template: str = "list.html"
    values: Mapping[str, object] = field(default_factory=dict)
    feed: bool = False
    by_month: bool = False
    folds: bool = True
    filters: bool = False
    language: str = ""

    @property
    def feed_address(self) -> str:
        """Where its Atom feed is; empty where it has none."""
        return f"{self.address}feed.atom" if self.feed else ""


def pages(hub: Hub, listing: Listing) -> Iterator[Page]:
    """Yield all pages of a list, and its feed."""
    years = _by_year(listing.publications) if len(listing.publications) > FRONT else {}
    yield _front(hub, listing, years)
    labels = sorted(years)
    for place, year in enumerate(labels):
        newer = _year_link(listing, labels[place + 1]) if place + 1 < len(labels) else None
        older = _year_link(listing, labels[place - 1]) if place else None
        yield from _year(hub, listing, year, years[year], newer, older)
    if listing.feed_address:
        yield feed(hub, listing)


def _front(hub: Hub, listing: Listing, years: Mapping[int, Publications]) -> Page:
    newest = _rows(hub, listing, listing.publications, FRONT)
    values = {
        "site": hub.site,
        "address": listing.address,
        "title": listing.title,
        "folds": newest.folds,
        "past": [_year_link(listing, year) for year in sorted(years, reverse=True)],
        "feed_address": listing.feed_address,
        **listing.values,
    }
    shared = {**_cards(newest), "filters": hub.filters if listing.filters else ()}
    return Page(page_path(listing.address), listing.template, values, _changed(newest), shared=shared)


def _rows(hub: Hub, listing: Listing, publications: Publications, most: int | None = None) -> Rows:
    return rows(publications, hub.flooding if listing.folds else frozenset(), most)


def _cards(shown: Rows) -> Mapping[str, Sequence[Shared]]:
    return {
        "cards": [publication.card for publication in shown.shown],
        "folded": [publication.card for publication in shown.folded],
    }


def _changed(shown: Rows) -> datetime | None:
    changes = (publication.changed for some in (shown.shown, shown.folded) for publication in some)
    return max(changes, default=None)


def _by_year(publications: Publications) -> Mapping[int, Publications]:
    years: defaultdict[int, list[Publication]] = defaultdict(list)
    for publication in publications:
        years[publication.local.year].append(publication)
    return years


def _year_link(listing: Listing, year: int) -> Link:
    return Link(name=str(year), address=f"{listing.address}{year}/")


def _year(
    hub: Hub, listing: Listing, year: int, publications: Publications, newer: Link | None, older: Link | None
) -> Iterator[Page]:
    """Yield a year: all that it holds or, where that is much, its months and a page for each."""
    link = _year_link(listing, year)
    if not listing.by_month and len(publications) <= _MUCH:
        yield _period(hub, listing, link.address, date(year, 1, 1), publications, newer=newer, older=older)
        return
    months: defaultdict[int, list[Publication]] = defaultdict(list)
    for publication in publications:
        months[publication.local.month].append(publication)
    addresses = [
        (date(year, month, 1), f"{link.address}{month:02}/") for month in sorted(months, reverse=True)
    ]
    yield _period(
        hub, listing, link.address, date(year, 1, 1), (), months=addresses, newer=newer, older=older
    )
    for first, address in addresses:
        yield _period(hub, listing, address, first, months[first.month], year=link)


def _period(
    hub: Hub,
    listing: Listing,
    address: str,
    first: date,
    publications: Publications,
    **links: Link | Sequence[tuple[date, str]] | None,
) -> Page:
    """Return the page of a year or month; ``links`` lead to its months, its year, or the years beside it."""
    shown = _rows(hub, listing, publications)
    values = {
        "site": hub.site,
        "address": address,
        "title": listing.title,
        "front": Link(name=listing.title, address=listing.address),
        "first": first,
        "folds": shown.folds,
        "months": (), "year": None, "newer": None, "older": None,
        **links,
    }  # fmt: skip
    return Page(page_path(address), "period.html", values, _changed(shown), shared=_cards(shown))


def feed(hub: Hub, listing: Listing) -> Page:
    """Return the Atom feed of a list: its newest publications (RFC 4287)."""
    newest = listing.publications[:FRONT]
    items = [feed_item(hub, publication) for publication in newest]
    updated = max((item.updated for item in items), default=datetime(1970, 1, 1, tzinfo=UTC))
    values = {
        "site": hub.site,
        "address": listing.address,
        "feed_address": listing.feed_address,
        "title": listing.title,
        "updated": updated,
    }
    path = listing.feed_address.lstrip("/")
    return Page(path, "feed.atom", values, listed=False, shared={"items": items})


def feed_item(hub: Hub, publication: Publication) -> FeedItem:
    """Return what feeds say of a publication; the same record for all feeds, which render it once."""
    if publication.key not in hub.feed_items:
        hub.feed_items[publication.key] = _feed_item(hub, publication)
    return hub.feed_items[publication.key]


def _feed_item(hub: Hub, publication: Publication) -> FeedItem:
    entry, article = publication.entry, publication.article
    enclosures = entry.enclosures if entry else ()
    return FeedItem(
        key=publication.key,
        card=publication.card,
        url=text.web_url(entry.url) if entry else "",
        updated=publication.changed,
        html=publication.html,
        tags=publication.tags,
        enclosures=tuple(link for one in enclosures if (link := _feed_link(hub, one))),
        rights=(entry.rights if entry else article.licence if article else ""),
    )


def _feed_link(hub: Hub, enclosure: Enclosure) -> FeedLink | None:
    url = enclosure.url
    if "://" not in url:
        served = hub.files.served(url, url)
        if served is None:
            return None
        url = hub.site.url + served
    elif not text.web_url(url):
        return None
    return FeedLink(url=url, type=enclosure.type or "application/octet-stream", length=enclosure.length)
