"""The pages of items of any kind of content file. The parts of the kinds use it."""

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
    """Yield the page of each item of a kind, also of those that no list shows.

    ``own`` returns the values that only this kind's template needs. If the list of the kind is ordered by
    date, each page links to the next newer and the next older item.
    """
    items = hub.items_of(kind.name)
    shown = [item for item in items if item.is_listed]
    indexes = {item.key: index for index, item in enumerate(shown)} if kind.order is Order.NEWEST else {}
    for item in items:
        values = _values(hub, item) | _neighbours(shown, indexes.get(item.key))
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


def _neighbours(shown: Sequence[Item], index: int | None) -> dict[str, Link | None]:
    is_last = index is None or index + 1 == len(shown)
    return {
        "newer": shown[index - 1].link if index else None,
        "older": None if index is None or is_last else shown[index + 1].link,
    }


def pictures(hub: Hub, html: str) -> Mapping[str, Sequence[Size]]:
    """Return the widths of the hub's own pictures in a text, by the address in the text.

    These addresses include the hub's path on its host.
    """
    root = hub.site.root
    addresses = [unescape(address) for address in _PICTURE.findall(html)]
    widths = {address: hub.files.widths.get(address.removeprefix(root), ()) for address in addresses}
    return {
        address: [Size(root + size.address, size.width, size.height) for size in sizes]
        for address, sizes in widths.items()
        if sizes
    }
