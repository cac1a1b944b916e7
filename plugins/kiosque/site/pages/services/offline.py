"""Reading without a network: the page about it, and the worker that keeps pages."""

from __future__ import annotations

from collections.abc import Iterator

from kiosque.site.hub.hub import Hub
from kiosque.site.output.wanted import Output, Page, page_path
from kiosque.site.render.offline_week import ADDRESS, WEEK_FILE

# At the top, since a service worker has a say over what lies below it only.
_WORKER = "sw.js"


def outputs(hub: Hub) -> Iterator[Output]:
    """Yield the page and the worker; what the worker is made of doesn't change with what is published."""
    values = {"site": hub.site, "address": ADDRESS, "title": "", "week": WEEK_FILE}
    yield Page(page_path(ADDRESS), "offline.html", values)
    yield Page(_WORKER, "sw.js", {"site": hub.site}, listed=False)
