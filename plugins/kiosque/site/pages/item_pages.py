"""The pages of items: what every kind of content file has in common there. Used by the parts of the kinds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import unescape

from kiosque.content.kinds import Kind
from kiosque.content.schema.kind import Order
from kiosque.model import Entry
from kiosque.site.hub.files import Size
from kiosque.site.hub.hub import Hub
from kiosque.site.hub.records import Item, Link, Publication
from kiosque.site.output.wanted import Page, page_path

_PICTURE = re.compile(r'<img [^<]*?src="([^"]*)"')


def pages(
    hub: Hub, kind: Kind, template: str, own: Callable[[Hub, Item], Mapping[str, object]] | None = None
) -> Iterator[Page]:
    """Yield the page of each item of a kind, those that no list shows included.

    ``own`` gives the values that only this kind's template sees. A list that is ordered by date leads from each to the
    newer and the older one.
    """
    items = hub.items_of(kind.name)
    shown = [item for item in items if item.is_listed]
    places = {item.key: place for place, item in enumerate(shown)} if kind.order is Order.NEWEST else {}
    for item in items:
        values = _values(hub, item) | _neighbours(shown, places.get(item.key))
        related = hub.cards_related(item) if isinstance(item, Publication) else ()
        yield Page(
            page_path(item.card.address),
            template,
            {**values, **(own(hub, item) if own else {})},
            item.changed,
            listed=item.is_listed,
            shared={"related": related},
        )


def _values(hub: Hub, item: Item) -> dict[str, object]:
    card, record = item.card, item.record
    assert not isinstance(record, Entry)
    return {
        "site": hub.site,
        "address": card.address,
        "title": card.title,
        "card": card,
        "html": item.html,
        "pictures": pictures(hub, item.html),
        "file": record.path,
        "tags": item.tags,
        "themes": item.themes,
        "licence": record.licence,
        "updated": record.updated,
        "gathered_in": hub.gathered_in(item),
        "record": record,
    }


def _neighbours(shown: Sequence[Item], place: int | None) -> dict[str, Link | None]:
    is_last = place is None or place + 1 == len(shown)
    return {
        "newer": shown[place - 1].link if place else None,
        "older": None if place is None or is_last else shown[place + 1].link,
    }


def pictures(hub: Hub, html: str) -> Mapping[str, Sequence[Size]]:
    """Return the widths of the hub's own pictures in a text, by the address that it names, the hub's path included."""
    root = hub.site.root
    named = [unescape(address) for address in _PICTURE.findall(html)]
    found = {address: hub.files.widths.get(address.removeprefix(root), ()) for address in named}
    return {
        address: [Size(root + size.address, size.width, size.height) for size in widths]
        for address, widths in found.items()
        if widths
    }
