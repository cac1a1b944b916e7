"""Pages that redirect from former addresses to the present ones."""

from __future__ import annotations

from collections.abc import Iterator

from kiosque.site.hub.hub import Hub
from kiosque.site.output.wanted import Output, Page, page_path


def outputs(hub: Hub) -> Iterator[Output]:
    """Yield a page for each former address of items, of the hub's own pages and of themes."""
    for alias, link in hub.redirects.items():
        values = {"site": hub.site, "target": link.address, "title": link.name}
        yield Page(page_path(alias), "redirect.html", values, listed=False)
