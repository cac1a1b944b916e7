"""Listen, watch, read: publications by format."""

from __future__ import annotations

from collections.abc import Iterator

from kiosque.model import Format
from kiosque.site.feeds import podcasts
from kiosque.site.hub.hub import Hub
from kiosque.site.output.wanted import Output
from kiosque.site.pages import listing

ADDRESSES = {Format.SOUND: "/ecouter/", Format.VIDEO: "/regarder/", Format.TEXT: "/lire/"}


def outputs(hub: Hub) -> Iterator[Output]:
    """Yield a list for each format, even an empty one: the menu links to it."""
    for kind, address in ADDRESSES.items():
        values = {"format": kind, "podcast": podcasts.of_all(hub).address if kind is Format.SOUND else ""}
        publications = hub.by_format.get(kind, ())
        yield from listing.pages(
            hub,
            listing.Listing(
                address, "", publications, "format.html", values, feed=True, framed=True, filters=True
            ),
        )
