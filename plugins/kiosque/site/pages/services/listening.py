"""The page that explains the player; its markup holds the player itself, which scripts take from there when it's needed."""

from __future__ import annotations

from collections.abc import Iterator

from kiosque.site.hub.hub import Hub
from kiosque.site.output.wanted import Output, Page, page_path

ADDRESS = "/lecteur/"


def outputs(hub: Hub) -> Iterator[Output]:
    """Yield the one page."""
    values = {"site": hub.site, "address": ADDRESS}
    yield Page(page_path(ADDRESS), "listening.html", values)
