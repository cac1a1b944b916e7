"""The public list of takedowns. It shows people that a request for a takedown has an effect."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time

from kiosque.site.hub.hub import Hub
from kiosque.site.output.wanted import Output, Page, page_path

_ADDRESS = "/retraits/"


def outputs(hub: Hub) -> Iterator[Output]:
    """Yield the page, even without takedowns: it says how to ask for one."""
    values = {"site": hub.site, "address": _ADDRESS, "title": "", "takedowns": hub.taken_down}
    newest = hub.taken_down[0].day if hub.taken_down else None
    changed = datetime.combine(newest, time(), UTC) if newest else None
    yield Page(page_path(_ADDRESS), "takedowns.html", values, changed)
