"""The declaration of accessibility, where the hub has written none itself: it claims what was checked, and no more."""

from __future__ import annotations

from collections.abc import Iterator

from kiosque.site.hub.hub import Hub
from kiosque.site.output.wanted import Output, Page, page_path

SLUG = "accessibilite"


def outputs(hub: Hub) -> Iterator[Output]:
    """Yield the declaration, unless a page of the hub takes its place."""
    if any(page.record.slug == SLUG for page in hub.pages):
        return
    address = f"/{SLUG}/"
    values = {
        "site": hub.site,
        "address": address,
        "title": "",
        "established": hub.settings.declared,
    }
    yield Page(page_path(address), "accessibility.html", values)
