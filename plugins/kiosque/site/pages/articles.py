"""The articles: their list, and a page for each."""

from __future__ import annotations

from collections.abc import Iterator

from kiosque.content.kinds.article import ARTICLE
from kiosque.site.hub.hub import Hub
from kiosque.site.output.wanted import Output
from kiosque.site.pages import item_pages, listing


def outputs(hub: Hub) -> Iterator[Output]:
    """Yield the list of articles and each article."""
    articles = listing.Listing(
        ARTICLE.list_address, "", hub.articles, "articles.html", feed=True, framed=True
    )
    yield from listing.pages(hub, articles)
    yield from item_pages.pages(hub, ARTICLE, "article.html")
