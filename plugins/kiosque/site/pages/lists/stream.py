"""The stream: everything, newest first, with its months."""

from __future__ import annotations

from collections.abc import Iterator

from kiosque.site.feeds import podcasts
from kiosque.site.hub.hub import Hub
from kiosque.site.output.wanted import Output
from kiosque.site.pages import frames, listing


def outputs(hub: Hub) -> Iterator[Output]:
    """Yield the stream and its months; its feed is the hub's own."""
    values = {
        "follow": "/" if hub.publications else "",
        "podcast": podcasts.of_all(hub).address,
        "frame": frames.address(hub, "/", hub.publications),
    }
    yield from listing.pages(
        hub,
        listing.Listing("/fil/", "", hub.publications, "stream.html", values, by_month=True, filters=True),
    )
