"""The hub's own pages, the error page, and ``robots.txt``."""

from __future__ import annotations

from collections.abc import Iterator

from kiosque.content.kinds.page import PAGE
from kiosque.site.hub.hub import Hub
from kiosque.site.output.wanted import Output, Page, page_path
from kiosque.site.render.contribution_forms import SLUG, form_kinds


def outputs(hub: Hub) -> Iterator[Output]:
    """Yield each page, ``404.html`` and ``robots.txt``."""
    for page in hub.pages:
        record = page.record
        address = PAGE.page(record.slug)
        values = {
            "site": hub.site,
            "address": address,
            "title": record.title,
            "summary": record.summary,
            "language": record.language,
            "html": page.html,
            "publisher": record.publisher,
            "host": record.host,
            "kinds": form_kinds() if record.slug == SLUG else [],
        }
        yield Page(page_path(address), "page.html", values, listed=record.status == "published")
    yield Page("404.html", "404.html", {"site": hub.site, "address": "/404.html"}, listed=False)
    yield Page("robots.txt", "robots.txt", {"site": hub.site}, listed=False)
