"""The media: the list of sources, a page for each with its newest entries, and a page for each entry."""

from __future__ import annotations

from collections.abc import Iterator

from kiosque import urls
from kiosque.content.kinds.source import SOURCE
from kiosque.model import Entry, Source
from kiosque.site.feeds import podcasts
from kiosque.site.hub import playable
from kiosque.site.hub.hub import Hub
from kiosque.site.hub.records import Publication, Publications
from kiosque.site.hub.source_cards import source_card
from kiosque.site.output.wanted import Output, Page, page_path
from kiosque.site.pages import listing


def outputs(hub: Hub) -> Iterator[Output]:
    """Yield the list of media, the pages and feeds of each medium, and the pages of their entries."""
    yield _index(hub)
    for source in hub.sources:
        yield from listing.pages(hub, _listing(hub, source, hub.by_source.get(source.slug, ())))
    for source in hub.sources:
        publications = hub.by_source.get(source.slug, ())
        for index, publication in enumerate(publications):
            assert publication.entry is not None
            yield _entry(hub, source, publication, publication.entry, publications, index)


def _index(hub: Hub) -> Page:
    cards = [source_card(hub, source) for source in hub.sources]
    values = {"site": hub.site, "address": SOURCE.list_address, "title": "", "sources": cards}
    return Page(page_path(SOURCE.list_address), "sources.html", values)


def _listing(hub: Hub, source: Source, publications: Publications) -> listing.Listing:
    health = hub.health.cards[source.slug]
    values = {
        "type": source.type,
        "homepage": urls.web_url(source.homepage),
        "stream": source.stream,
        "live": playable.live(source),
        "contact": source.contact,
        "commune": hub.commune(source.commune),
        "agreement": source.agreement,
        "logo": hub.logos.get(source.slug),
        "html": hub.descriptions.get(source.slug, ""),
        "feeds": list(map(urls.web_url, urls.public_feeds(source))),
        "trouble": next(iter(health.troubles), None),
        "verdict": health.verdict,
    }
    return listing.Listing(
        SOURCE.page(source.slug),
        source.name,
        publications,
        "source.html",
        values,
        feed=True,
        framed=True,
        archived=True,
        folds=False,
        filters=True,
        language=source.language,
        show=podcasts.of_source(hub, source),
    )


def _entry(
    hub: Hub, source: Source, publication: Publication, entry: Entry, publications: Publications, index: int
) -> Page:
    card = publication.card
    values = {
        "site": hub.site,
        "address": card.address,
        "title": card.title,
        "card": card,
        "html": publication.html,
        "tags": publication.tags,
        "themes": publication.themes,
        "gathered_in": hub.gathered_in(publication),
        "original": urls.web_url(entry.url),
        "players": playable.players(hub, source, entry),
        "attachments": playable.attachments(hub, entry),
        "rights": entry.rights or source.agreement.licence,
        "season": entry.season,
        "episode": entry.episode,
        "people": entry.people,
        "contact": source.contact,
        "updated": entry.updated if entry.updated and entry.updated > entry.moment else None,
        "newer": publications[index - 1].link if index else None,
        "older": publications[index + 1].link if index + 1 < len(publications) else None,
    }
    shared = {"related": hub.cards_related(publication)}
    return Page(page_path(card.address), "entry.html", values, publication.changed, shared=shared)
