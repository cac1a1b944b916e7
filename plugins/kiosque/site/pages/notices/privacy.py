"""The privacy page, unless the hub has its own. It states only facts about this software."""

from __future__ import annotations

from collections.abc import Iterator

from kiosque.site.hub.embeds import KNOWN_HOSTS
from kiosque.site.hub.hub import Hub
from kiosque.site.output.wanted import Output, Page, page_path
from kiosque.site.render.offline_week import ADDRESS as OFFLINE

SLUG = "vie-privee"
_LEGAL = "mentions-legales"


def outputs(hub: Hub) -> Iterator[Output]:
    """Yield the page, unless a page of the hub has its address."""
    slugs = {page.record.slug for page in hub.pages}
    if SLUG in slugs:
        return
    address = f"/{SLUG}/"
    values = {
        "site": hub.site,
        "address": address,
        "title": "",
        "legal": f"/{_LEGAL}/" if _LEGAL in slugs else "",
        "players": KNOWN_HOSTS,
        "offline": OFFLINE,
    }
    yield Page(page_path(address), "privacy.html", values)
