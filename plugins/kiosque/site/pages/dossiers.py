"""The dossiers: their list, and a page for each with its publications as a timeline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import groupby

from kiosque.content.kinds.dossier import CHOSEN, DOSSIER, Dossier
from kiosque.model import Record
from kiosque.site.feeds.documents import Followed, feeds
from kiosque.site.hub.hub import Hub
from kiosque.site.hub.records import Card, Item, Publication
from kiosque.site.output.wanted import Output, Page, page_path
from kiosque.site.pages import frames, item_pages


class Span(Record, frozen=True):
    """The years of a dossier; ``last`` is None while the project goes on."""

    first: int
    last: int | None = None


class DossierCard(Record, frozen=True):
    """A dossier in the list of dossiers."""

    card: Card
    span: Span


class Stretch(Record, frozen=True):
    """Publications of a dossier: those of a year, or, if the editors chose the order, all, without a year."""

    year: int | None
    cards: tuple[Card, ...]


def outputs(hub: Hub) -> Iterator[Output]:
    """Yield the list of dossiers with its feeds, and the page of each."""
    shown = [item for item in hub.items_of(DOSSIER.name) if item.is_listed and isinstance(item, Publication)]
    address = DOSSIER.list_address
    values = {
        "site": hub.site,
        "address": address,
        "title": hub.kind_names[DOSSIER.name],
        "dossiers": [DossierCard(card=dossier.card, span=_span(hub, dossier)) for dossier in shown],
        "follow": address if shown and hub.site.url else "",
        "frame": frames.address(hub, address, shown),
    }
    changed = max((dossier.changed for dossier in shown), default=None)
    yield Page(page_path(address), "dossiers.html", values, changed)
    yield from feeds(hub, Followed(address, hub.kind_names[DOSSIER.name], shown))
    yield from frames.frame(hub, address, hub.kind_names[DOSSIER.name], shown)
    yield from item_pages.pages(hub, DOSSIER, "dossier.html", _own)


def _own(hub: Hub, item: Item) -> Mapping[str, object]:
    """Return the values that only the template of a dossier needs."""
    assert isinstance(item.record, Dossier)
    return {
        "span": _span(hub, item),
        "people": item.record.people,
        "stretches": list(_stretches(hub, item, is_chosen=item.record.order == CHOSEN)),
    }


def _span(hub: Hub, item: Item) -> Span:
    assert isinstance(item.record, Dossier)
    first = item.record.from_.astimezone(hub.settings.zone).year
    # ``to`` is the midnight after the last day.
    end = item.record.to
    last = (end.astimezone(hub.settings.zone) - timedelta(seconds=1)).year if end else None
    return Span(first=first, last=last)


def _stretches(hub: Hub, item: Item, *, is_chosen: bool) -> Iterator[Stretch]:
    """Yield the publications of a dossier: year by year, or all at once if the editors chose the order."""
    gathered = hub.gathered.get(item.key, ())
    if is_chosen:
        yield Stretch(year=None, cards=tuple(publication.card for publication in gathered))
        return
    for year, publications in groupby(gathered, key=lambda publication: publication.local.year):
        yield Stretch(year=year, cards=tuple(publication.card for publication in publications))
