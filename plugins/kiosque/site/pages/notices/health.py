"""The health of all sources. It shows days, not hours: a harvest without news leaves the page unchanged."""

from __future__ import annotations

from collections.abc import Iterator

from kiosque.content.kinds.source import SOURCE
from kiosque.model import Record
from kiosque.site.hub.health import HealthCard
from kiosque.site.hub.hub import Hub
from kiosque.site.hub.records import Link
from kiosque.site.output.wanted import Output, Page, page_path

_ADDRESS = "/sante/"


class Row(Record, frozen=True):
    """A source in the table."""

    link: Link
    health: HealthCard


def outputs(hub: Hub) -> Iterator[Output]:
    """Yield the page, even if the hub has no sources yet: the footer links to it."""
    names = {source.slug: source.name for source in hub.sources}
    rows = [
        Row(link=Link(name=names[slug], address=SOURCE.page(slug)), health=card)
        for slug, card in hub.health.cards.items()
    ]
    values = {"site": hub.site, "address": _ADDRESS, "title": "", "tally": hub.health.tally, "rows": rows}
    yield Page(page_path(_ADDRESS), "health.html", values)
