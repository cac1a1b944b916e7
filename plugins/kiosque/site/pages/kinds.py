"""The pages of kinds without a part of their own: a list, feeds if it has dates, a page for each item."""

from __future__ import annotations

from collections.abc import Iterator

from kiosque.content.kinds import KINDS, Kind
from kiosque.content.schema.kind import Order
from kiosque.site.hub.hub import Hub
from kiosque.site.hub.records import Publication
from kiosque.site.output.wanted import Output, Page, page_path
from kiosque.site.pages import item_pages, listing


def outputs(hub: Hub) -> Iterator[Output]:
    """Yield the list and the pages of each kind that names a template."""
    for name in hub.items:
        kind = KINDS[name]
        if kind.template:
            yield from item_list(hub, kind)
            yield from item_pages.pages(hub, kind, kind.template)


def item_list(hub: Hub, kind: Kind) -> Iterator[Output]:
    """Yield the list of a kind: by date and with feeds, or by name on one page."""
    shown = [item for item in hub.items_of(kind.name) if item.is_listed]
    title = hub.kind_names[kind.name]
    if kind.order is Order.NEWEST:
        dated = [item for item in shown if isinstance(item, Publication)]
        listed = listing.Listing(kind.list_address, title, dated, "items.html", feed=True, framed=True)
        yield from listing.pages(hub, listed)
        return
    values = {"site": hub.site, "address": kind.list_address, "title": title, "kind": kind.name}
    cards = [item.card for item in shown]
    yield Page(page_path(kind.list_address), "items-by-name.html", values, shared={"cards": cards})
