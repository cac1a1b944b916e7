"""The articles: their list, and a page for each."""

from __future__ import annotations

from collections.abc import Iterator

from kiosque.model import Article
from kiosque.site import listing
from kiosque.site.hub import Hub, Publication, Publications
from kiosque.site.output import Output, Page, page_path


def outputs(hub: Hub) -> Iterator[Output]:
    """Yield the list of articles, each article, and redirects from former addresses."""
    shown = [p for p in hub.articles if _is_listed(p)]
    yield from listing.pages(hub, listing.Listing("/articles/", "", shown, "articles.html", feed=True))
    neighbours = {id(p): place for place, p in enumerate(shown)}
    for publication in hub.articles:
        article = publication.article
        assert article is not None
        yield _page(hub, publication, article, shown, neighbours.get(id(publication)))
        for alias in article.aliases:
            values = {"site": hub.site, "target": publication.card.address, "title": article.title}
            yield Page(page_path(alias), "redirect.html", values, listed=False)


def _is_listed(publication: Publication) -> bool:
    return publication.article is not None and publication.article.status == "published"


def _page(
    hub: Hub, publication: Publication, article: Article, shown: Publications, place: int | None
) -> Page:
    card = publication.card
    values = {
        "site": hub.site,
        "address": card.address,
        "title": card.title,
        "card": card,
        "html": publication.html,
        "tags": publication.tags,
        "licence": article.licence,
        "updated": article.updated,
        "newer": shown[place - 1].link if place else None,
        "older": shown[place + 1].link if place is not None and place + 1 < len(shown) else None,
    }
    return Page(
        page_path(card.address), "article.html", values, publication.changed, listed=place is not None
    )
