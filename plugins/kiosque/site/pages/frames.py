"""The framed page of a list, which other sites can show in a frame.

It shows the newest publications, without scripts, in any width from 200 pixels.
"""

from __future__ import annotations

from kiosque.site.hub.hub import Hub
from kiosque.site.hub.records import Publications
from kiosque.site.output.wanted import Page, page_path

NEWEST = 8
# The folder of framed pages. Hosts forbid frames for all other pages.
FOLDER = "/embarquer"


def address(hub: Hub, list_address: str, publications: Publications) -> str:
    """Return the address of a list's framed page; empty if the list is empty, or the hub has no address."""
    return f"{FOLDER}{list_address}" if publications and hub.site.url else ""


def frame(hub: Hub, list_address: str, title: str, publications: Publications) -> list[Page]:
    """Return the framed page of a list, if it has one. The site map has only the list itself."""
    frame_address = address(hub, list_address, publications)
    if not frame_address:
        return []
    values = {"site": hub.site, "address": list_address, "title": title}
    shared = {"cards": [publication.card for publication in publications[:NEWEST]]}
    return [Page(page_path(frame_address), "embed.html", values, listed=False, shared=shared)]
