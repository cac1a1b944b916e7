"""Communes: those of the territory with publications, and a list for each."""

from __future__ import annotations

from collections.abc import Iterator

from kiosque.site.feeds import podcasts
from kiosque.site.hub.hub import Hub
from kiosque.site.output.wanted import Output, Page, page_path
from kiosque.site.pages import listing


def outputs(hub: Hub) -> Iterator[Output]:
    """Yield the list of communes, and the publications of each."""
    values = {"site": hub.site, "address": "/communes/", "links": [group.link for group in hub.communes]}
    yield Page(page_path("/communes/"), "communes.html", values)
    for group in hub.communes:
        yield from listing.pages(
            hub,
            listing.Listing(
                group.link.address,
                group.link.name,
                group.publications,
                "commune.html",
                feed=True,
                framed=True,
                show=podcasts.of_commune(hub, group),
                filters=True,
            ),
        )
