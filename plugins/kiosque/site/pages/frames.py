"""The page of a list that others show in a frame of theirs: its newest, without script, for any width from 200 pixels."""

from __future__ import annotations

from kiosque.site.hub.hub import Hub
from kiosque.site.hub.records import Publications
from kiosque.site.output.wanted import Page, page_path

NEWEST = 8
# Where such pages are: hosts let others frame what lies below it, and nothing else.
FOLDER = "/embarquer"


def address(hub: Hub, list_address: str, publications: Publications) -> str:
    """Return where a list's framed page is; empty where there is nothing in it, or where the hub has no address to name."""
    return f"{FOLDER}{list_address}" if publications and hub.site.url else ""


def frame(hub: Hub, list_address: str, title: str, publications: Publications) -> list[Page]:
    """Return the framed page of a list, or nothing. No site map names it: the list itself is what is to be found."""
    at = address(hub, list_address, publications)
    values = {"site": hub.site, "address": list_address, "title": title}
    shared = {"cards": [one.card for one in publications[:NEWEST]]}
    return [Page(page_path(at), "embed.html", values, listed=False, shared=shared)] if at else []
