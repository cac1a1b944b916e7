"""The accessibility statement, unless the hub has its own. It claims only what was checked."""

from __future__ import annotations

from collections.abc import Iterator

from kiosque.site.hub.hub import Hub
from kiosque.site.output.wanted import Output, Page, page_path

SLUG = "accessibilite"


def outputs(hub: Hub) -> Iterator[Output]:
    """Yield the statement, unless a page of the hub has its address."""
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
