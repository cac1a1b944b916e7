"""The health of all sources, by the day: a round that changed nothing for readers doesn't touch it."""

from __future__ import annotations

from collections.abc import Iterator

from kiosque.model import Record
from kiosque.site.hub.health import HealthCard
from kiosque.site.hub.hub import Hub
from kiosque.site.hub.records import Link
from kiosque.site.output.wanted import Output, Page, page_path

_ADDRESS = "/sante/"


class Row(Record, frozen=True):
    """One source of the table."""

    link: Link
    health: HealthCard


def outputs(hub: Hub) -> Iterator[Output]:
    """Yield the one page, even where there is no source yet: the footer leads there."""
    names = {source.slug: source.name for source in hub.sources}
    rows = [
        Row(link=Link(name=names[slug], address=f"/medias/{slug}/"), health=card)
        for slug, card in hub.health.cards.items()
    ]
    values = {"site": hub.site, "address": _ADDRESS, "title": "", "tally": hub.health.tally, "rows": rows}
    yield Page(page_path(_ADDRESS), "health.html", values)
