"""The home page: what people of the hub chose and wrote, then what arrives, by format."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from kiosque.model import Format
from kiosque.site import listing
from kiosque.site.hub import Card, Hub, Link, Publications
from kiosque.site.output import Output, Page, page_path

_FEATURED = 3
_ARTICLES = 6
_OF_A_FORMAT = 6


def outputs(hub: Hub) -> Iterator[Output]:
    """Yield the home page and the feed of the whole hub."""
    featured = hub.featured[:_FEATURED]
    others = [p for p in hub.articles if p not in featured][:_ARTICLES]
    arrivals = {
        kind.value: _newest(hub.by_format.get(kind, ())) for kind in (Format.SOUND, Format.VIDEO, Format.TEXT)
    }
    values = {
        "site": hub.site,
        "address": "/",
        "title": "",
        "featured": [p.card for p in featured],
        "articles": [p.card for p in others],
        "arrivals": arrivals,
        "radios": [Link(name=s.name, address=f"/medias/{s.slug}/") for s in hub.sources if s.stream],
        "sources": [Link(name=s.name, address=f"/medias/{s.slug}/") for s in hub.sources],
        "feed_address": "/feed.atom",
    }
    changed = hub.publications[0].changed if hub.publications else None
    yield Page(page_path("/"), "home.html", values, changed)
    yield listing.feed(hub, listing.Listing("/", hub.site.name, hub.publications, feed=True))


def _newest(publications: Publications) -> list[Card]:
    return list(islice((p.card for p in publications if not p.article), _OF_A_FORMAT))
