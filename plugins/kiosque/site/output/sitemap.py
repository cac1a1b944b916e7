"""The site map of all pages wanted, for search engines (the Sitemaps protocol, sitemaps.org)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from kiosque.model import Record
from kiosque.settings.pelicanconf import Site
from kiosque.site.output.wanted import Page, Unchanged, Wanted

_MOST = 50_000


class Listed(Record, frozen=True):
    """One address of the site map, and when what it shows last changed."""

    address: str
    changed: datetime | None = None


def with_sitemap(site: Site, outputs: Iterable[Wanted]) -> Iterator[Wanted]:
    """Pass all outputs on, then the site map of the pages among them; several where one can't hold them."""
    listed: list[Listed] = []
    for output in outputs:
        if isinstance(output, Page | Unchanged) and output.listed:
            listed.append(
                Listed(address=f"/{output.path.removesuffix('index.html')}", changed=output.changed)
            )
        yield output
    parts = [listed[start : start + _MOST] for start in range(0, len(listed), _MOST)]
    if len(parts) == 1:
        yield _map(site, "sitemap.xml", parts[0])
        return
    for number, part in enumerate(parts, start=1):
        yield _map(site, f"sitemap-{number}.xml", part)
    addresses = [f"/sitemap-{number}.xml" for number in range(1, len(parts) + 1)]
    yield Page("sitemap.xml", "sitemap-index.xml", {"site": site, "addresses": addresses}, listed=False)


def _map(site: Site, path: str, pages: list[Listed]) -> Page:
    return Page(path, "sitemap.xml", {"site": site, "pages": pages}, listed=False)
