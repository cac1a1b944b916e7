"""The site map for search engines (the Sitemaps protocol, sitemaps.org)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kiosque.settings.pelicanconf import Site
from kiosque.site.output.inventory import Listed
from kiosque.site.output.wanted import Page

# The protocol allows at most so many addresses in one file.
_MOST = 50_000


def sitemap(site: Site, listed: Sequence[Listed]) -> Iterator[Page]:
    """Yield the site map of pages; several and their index, where one can't hold them."""
    parts = [listed[start : start + _MOST] for start in range(0, len(listed), _MOST)]
    if len(parts) == 1:
        yield _sitemap(site, "sitemap.xml", parts[0])
        return
    for number, part in enumerate(parts, start=1):
        yield _sitemap(site, f"sitemap-{number}.xml", part)
    addresses = [f"/sitemap-{number}.xml" for number in range(1, len(parts) + 1)]
    yield Page("sitemap.xml", "sitemap-index.xml", {"site": site, "addresses": addresses}, listed=False)


def _sitemap(site: Site, path: str, pages: Sequence[Listed]) -> Page:
    return Page(path, "sitemap.xml", {"site": site, "pages": pages}, listed=False)
