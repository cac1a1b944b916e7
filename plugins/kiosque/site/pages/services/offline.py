"""Reading without a network: the page about it, and the service worker that stores pages."""

from __future__ import annotations

from collections.abc import Iterator

from kiosque.site.hub.hub import Hub
from kiosque.site.output.wanted import Output, Page, page_path
from kiosque.site.render.offline_week import ADDRESS, WEEK_FILE

# A service worker only controls the pages below its own folder, so it is at the top.
_WORKER = "sw.js"


def outputs(hub: Hub) -> Iterator[Output]:
    """Yield the page and the service worker, which stay the same when publications arrive."""
    values = {"site": hub.site, "address": ADDRESS, "title": "", "week": WEEK_FILE}
    yield Page(page_path(ADDRESS), "offline.html", values)
    yield Page(_WORKER, "sw.js", {"site": hub.site}, listed=False)
