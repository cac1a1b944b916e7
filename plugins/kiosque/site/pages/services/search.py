"""The search page, which JavaScript fills, with links for readers without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator

from kiosque.content.kinds import KINDS
from kiosque.site.hub.hub import Hub
from kiosque.site.hub.records import Link
from kiosque.site.output.wanted import Output, Page, page_path
from kiosque.site.pages import listing

ADDRESS = "/recherche/"


def outputs(hub: Hub) -> Iterator[Output]:
    """Yield the search page. It names years and lists, and stays the same when publications arrive."""
    publications = hub.publications
    has_years = len(publications) > listing.FRONT
    years = {publication.local.year for publication in publications} if has_years else set()
    values = {
        "site": hub.site,
        "address": ADDRESS,
        "title": "",
        "follow": "",
        "years": [Link(name=str(year), address=f"/fil/{year}/") for year in sorted(years, reverse=True)],
        "filters": hub.filters,
        "kinds": list(KINDS),
        "own_lists": [(name, hub.kind_names[name]) for name, items in hub.items.items() if items],
    }
    yield Page(page_path(ADDRESS), "search.html", values)
