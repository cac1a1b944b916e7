"""The page that explains the player. Its markup has the player itself: scripts load it from there."""

from __future__ import annotations

from collections.abc import Iterator

from kiosque.site.hub.hub import Hub
from kiosque.site.output.wanted import Output, Page, page_path

ADDRESS = "/lecteur/"


def outputs(hub: Hub) -> Iterator[Output]:
    """Yield the page."""
    values = {"site": hub.site, "address": ADDRESS}
    yield Page(page_path(ADDRESS), "listening.html", values)
