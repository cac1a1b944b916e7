"""The articles: their list, and a page for each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape

from kiosque.content.kinds.article import Article
from kiosque.site.hub.files import Size
from kiosque.site.hub.hub import Hub
from kiosque.site.hub.records import Publication, Publications
from kiosque.site.output.wanted import Output, Page, page_path
from kiosque.site.pages import listing

_PICTURE = re.compile(r'<img [^<]*?src="([^"]*)"')


def outputs(hub: Hub) -> Iterator[Output]:
    """Yield the list of articles, each article, and redirects from former addresses."""
    shown = hub.articles
    yield from listing.pages(
        hub, listing.Listing("/articles/", "", shown, "articles.html", feed=True, framed=True)
    )
    neighbours = {id(p): place for place, p in enumerate(shown)}
    # Those that no list shows have their pages too.
    for publication, article in ((p, p.article) for p in hub.everything if p.article):
        yield _page(hub, publication, article, shown, neighbours.get(id(publication)))
        for alias in article.aliases:
            values = {"site": hub.site, "target": publication.card.address, "title": article.title}
            yield Page(page_path(alias), "redirect.html", values, listed=False)


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
        "pictures": _pictures(hub, publication.html),
        "file": article.path,
        "tags": publication.tags,
        "themes": publication.themes,
        "licence": article.licence,
        "updated": article.updated,
        "newer": shown[place - 1].link if place else None,
        "older": shown[place + 1].link if place is not None and place + 1 < len(shown) else None,
    }
    return Page(
        page_path(card.address),
        "article.html",
        values,
        publication.changed,
        listed=place is not None,
        shared={"related": hub.cards_related(publication)},
    )


def _pictures(hub: Hub, html: str) -> Mapping[str, Sequence[Size]]:
    """Return the widths of the hub's own pictures in a text, by the address that it names, the hub's path included."""
    root = hub.site.root
    named = [unescape(address) for address in _PICTURE.findall(html)]
    found = {address: hub.files.widths(address.removeprefix(root)) for address in named}
    return {
        address: [Size(root + one.address, one.width, one.height) for one in widths]
        for address, widths in found.items()
        if widths
    }
