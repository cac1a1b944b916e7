"""Tags: all of them, and a list for each."""

from __future__ import annotations

from collections.abc import Iterator

from kiosque.site.hub.hub import Hub
from kiosque.site.output.wanted import Output, Page, page_path
from kiosque.site.pages import listing


def outputs(hub: Hub) -> Iterator[Output]:
    """Yield the list of tags, and the publications of each."""
    values = {"site": hub.site, "address": "/mots-cles/", "links": [group.link for group in hub.tags]}
    yield Page(page_path("/mots-cles/"), "tags.html", values)
    for group in hub.tags:
        yield from listing.pages(
            hub,
            listing.Listing(group.link.address, group.link.name, group.publications, "tag.html", feed=True),
        )
