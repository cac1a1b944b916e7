"""The pages of a list of publications: the front page with the newest, pages of years and months, and feeds.

A new publication doesn't move older ones to another page. The page of a year stays at its address. It shows
all of the year or, if that is much, links to its months.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from kiosque.site.feeds.documents import Followed, feeds
from kiosque.site.feeds.podcasts import Podcast, Show
from kiosque.site.hub.folding import Rows, rows
from kiosque.site.hub.hub import Hub
from kiosque.site.hub.records import Link, Publication, Publications
from kiosque.site.output.wanted import Output, Page, Shared, page_path
from kiosque.site.pages import frames

FRONT = 30
_MUCH = 60


@dataclass(frozen=True, slots=True)
class Listing:
    """The description of a list.

    - ``address`` ends with a slash.
    - ``template`` renders its front page, with the further ``values``.
    - ``feed`` gives it feeds; ``archived`` puts all older publications into them.
    - ``by_month`` divides every year into months.
    - ``folds`` folds floods: many publications of a source on one day. ``filters`` lets readers filter the
      list.
    - ``language`` is that of all its publications, if it isn't the hub's.
    - ``show`` gives it a podcast of its sounds, ``framed`` a page for frames of other sites.
    """

    address: str
    title: str
    publications: Publications
    template: str = "list.html"
    values: Mapping[str, object] = field(default_factory=dict)
    feed: bool = False
    archived: bool = False
    by_month: bool = False
    folds: bool = True
    filters: bool = False
    language: str = ""
    show: Show | None = None
    framed: bool = False

    @property
    def follow(self) -> str:
        """The address of the folder of its feeds; empty if it has none."""
        return self.address if self.feed and self.publications else ""


def pages(hub: Hub, listing: Listing) -> Iterator[Output]:
    """Yield all pages of a list, its feeds, its podcast and its framed page."""
    years = _by_year(listing.publications) if len(listing.publications) > FRONT else {}
    podcast = _podcast(hub, listing) if listing.show else None
    yield _front(hub, listing, years, podcast.address if podcast else "")
    oldest_first = sorted(years)
    for index, year in enumerate(oldest_first):
        newer = _year_link(listing, oldest_first[index + 1]) if index + 1 < len(oldest_first) else None
        older = _year_link(listing, oldest_first[index - 1]) if index else None
        yield from _year(hub, listing, year, years[year], newer, older)
    if listing.feed:
        yield from feeds(
            hub,
            Followed(
                listing.address, listing.title, listing.publications, listing.archived, listing.language
            ),
        )
    if podcast:
        yield from podcast.outputs()
    if listing.framed:
        yield from frames.frame(hub, listing.address, listing.title, listing.publications)


def _podcast(hub: Hub, listing: Listing) -> Podcast:
    assert listing.show is not None
    return Podcast(hub, listing.show, listing.address, listing.title, listing.publications, listing.language)


def _front(hub: Hub, listing: Listing, years: Mapping[int, Publications], podcast: str) -> Page:
    newest = _rows(hub, listing, listing.publications, FRONT)
    values = {
        "site": hub.site,
        "address": listing.address,
        "title": listing.title,
        "folds": newest.folds,
        "past": [_year_link(listing, year) for year in sorted(years, reverse=True)],
        "follow": listing.follow,
        "podcast": podcast,
        "frame": frames.address(hub, listing.address, listing.publications) if listing.framed else "",
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
    changes = (publication.changed for publication in (*shown.shown, *shown.folded))
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
    """Yield the page of a year with all its publications or, if they are many, with links to its months."""
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
    """Return the page of a year or month; ``links`` are its months, its year, or the next and previous year.

    ``first`` is the first day of the year or month.
    """
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
