"""The home page: publications that editors chose, articles, then the newest entries by format."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from kiosque.model import Format, Record
from kiosque.site.feeds import podcasts
from kiosque.site.feeds.documents import Followed, feeds
from kiosque.site.hub.folding import spread
from kiosque.site.hub.hub import Hub
from kiosque.site.hub.records import Card, Link, Publications
from kiosque.site.hub.source_cards import source_card
from kiosque.site.output.wanted import Output, Page, page_path
from kiosque.site.pages import frames

_FEATURED = 7
_ARTICLES = 6
_WEEK = timedelta(days=7)
# Each format shows at most this many entries of this week, and so many of each source.
_OF_A_FORMAT = 6
_OF_A_SOURCE = 2
# If the week has fewer entries, older ones are added up to this number.
_LEAST = 3
# Only this many of the newest publications are searched. A source that publishes more at once hides the
# others.
_SEARCHED = 500
# The slugs that the page about the hub may have.
_ABOUT = ("a-propos", "about")


class Arrivals(Record, frozen=True):
    """The newest entries of a format: those of this week, and earlier ones if the week has few."""

    format: Format
    week: tuple[Card, ...]
    earlier: tuple[Card, ...]


def outputs(hub: Hub) -> Iterator[Output]:
    """Yield the home page, the feeds of the whole hub, the podcast of all media and the framed page."""
    featured = hub.featured[:_FEATURED]
    others = [p for p in hub.articles if p not in featured][:_ARTICLES]
    sources = [source_card(hub, source) for source in hub.sources]
    podcast = podcasts.of_all(hub)
    values = {
        "site": hub.site,
        "address": "/",
        "title": "",
        "about": _about(hub),
        "featured": [p.card for p in featured],
        "articles": [p.card for p in others],
        "arrivals": [_arrivals(hub, kind, featured) for kind in (Format.SOUND, Format.VIDEO, Format.TEXT)],
        "radios": [source for source in sources if source.stream],
        "themes": hub.themes,
        "sources": sources,
        "follow": "/" if hub.publications else "",
        "podcast": podcast.address,
    }
    changed = hub.publications[0].changed if hub.publications else None
    yield Page(page_path("/"), "home.html", values, changed)
    yield from feeds(hub, Followed("/", "", hub.publications, archived=True))
    yield from podcast.outputs()
    yield from frames.frame(hub, "/", "", hub.publications)


def _about(hub: Hub) -> Link | None:
    """Return the link to the page about the hub; None if no page has one of the usual slugs."""
    pages = {page.record.slug: page.record.title for page in hub.pages}
    return next((Link(name=pages[slug], address=f"/{slug}/") for slug in _ABOUT if slug in pages), None)


def _arrivals(hub: Hub, kind: Format, featured: Publications) -> Arrivals:
    """Return the newest entries of a format, without those that the page shows already."""
    publications = [p for p in hub.by_format.get(kind, ())[:_SEARCHED] if p.entry and p not in featured]
    since = hub.settings.now - _WEEK
    week = spread([p for p in publications if p.card.moment > since], _OF_A_FORMAT, _OF_A_SOURCE)
    before = [p for p in publications if p.card.moment <= since]
    earlier = spread(before, max(0, _LEAST - len(week)), _OF_A_SOURCE)
    return Arrivals(format=kind, week=_cards(week), earlier=_cards(earlier))


def _cards(publications: Publications) -> tuple[Card, ...]:
    return tuple(publication.card for publication in publications)
