"""The site map, which names all listed pages to search engines (the Sitemaps protocol, sitemaps.org)."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime

from kiosque.model import Record
from kiosque.settings.pelicanconf import Site
from kiosque.site.output.wanted import Page, Unchanged, Wanted

logger = logging.getLogger(__name__)

# The protocol allows at most so many addresses in a site map.
_MOST_ADDRESSES = 50_000


class Listed(Record, frozen=True):
    """An address of the site map, and the moment at which its page last changed."""

    address: str
    changed: datetime | None = None


def with_sitemap(site: Site, outputs: Iterable[Wanted]) -> Iterator[Wanted]:
    """Yield all outputs, then the site map of the pages among them; a large one has several files."""
    pages: list[Listed] = []
    for output in outputs:
        if isinstance(output, Page | Unchanged) and output.listed:
            pages.append(Listed(address=f"/{output.path.removesuffix('index.html')}", changed=output.changed))
        yield output
    parts = [pages[start : start + _MOST_ADDRESSES] for start in range(0, len(pages), _MOST_ADDRESSES)]
    logger.debug("site map: %d pages in %d files", len(pages), len(parts))
    if len(parts) == 1:
        yield _sitemap(site, "sitemap.xml", parts[0])
        return
    for number, part in enumerate(parts, start=1):
        yield _sitemap(site, f"sitemap-{number}.xml", part)
    addresses = [f"/sitemap-{number}.xml" for number in range(1, len(parts) + 1)]
    yield Page("sitemap.xml", "sitemap-index.xml", {"site": site, "addresses": addresses}, listed=False)


def _sitemap(site: Site, path: str, pages: list[Listed]) -> Page:
    return Page(path, "sitemap.xml", {"site": site, "pages": pages}, listed=False)
