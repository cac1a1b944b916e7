"""What feeds say of one publication: made once a build, rendered once a format."""

from __future__ import annotations

from collections.abc import Iterable

from kiosque import text
from kiosque.model import Alternative, ChaptersFile, Enclosure, Entry, Source, Transcript
from kiosque.site.hub import FeedFile, FeedItem, FeedOrigin, Hub, Publication


def feed_items(hub: Hub, publications: Iterable[Publication]) -> list[FeedItem]:
    """Return the items of publications; a publication has the same one in all feeds."""
    known = hub.feed_items
    for one in publications:
        if one.key not in known:
            known[one.key] = _item(hub, one)
    return [known[one.key] for one in publications]


def _item(hub: Hub, publication: Publication) -> FeedItem:
    entry, article = publication.entry, publication.article
    if entry is None or publication.source is None:
        return FeedItem(
            id=publication.uuid,
            card=publication.card,
            url="",
            updated=publication.changed,
            html=publication.html,
            tags=publication.tags,
            rights=article.licence if article else "",
            place=publication.card.commune.name if publication.card.commune else "",
            point=hub.points.get(publication.commune),
        )
    return _of_entry(hub, publication, entry, publication.source)


def _of_entry(hub: Hub, publication: Publication, entry: Entry, source: Source) -> FeedItem:
    located = next((one for one in entry.locations if one.latitude is not None), None)
    first = entry.enclosures[0] if entry.enclosures else None
    return FeedItem(
        id=publication.uuid,
        card=publication.card,
        url=text.web_url(entry.url),
        updated=publication.changed,
        html=publication.html,
        tags=publication.tags,
        files=_files(hub, entry.enclosures),
        alternatives=_files(hub, first.alternatives) if first else (),
        transcripts=_transcripts(hub, first) if first else (),
        chapters=_chapters(hub, publication, first) if first else None,
        rights=entry.rights or source.agreement.licence,
        origin=_origin(hub, source),
        place=located.name if located else publication.card.commune.name if publication.card.commune else "",
        point=(located.latitude, located.longitude or 0.0)
        if located and located.latitude is not None
        else hub.points.get(publication.commune),
        people=entry.people,
        season=entry.season,
        episode=entry.episode,
    )


def _origin(hub: Hub, source: Source) -> FeedOrigin:
    if source.slug not in hub.feed_origins:
        hub.feed_origins[source.slug] = FeedOrigin(
            name=source.name,
            address=f"/medias/{source.slug}/",
            homepage=source.homepage,
            feed=next((feed.url for feed in source.feeds if not feed.is_file), ""),
        )
    return hub.feed_origins[source.slug]


def _files(hub: Hub, given: Iterable[Enclosure | Alternative]) -> tuple[FeedFile, ...]:
    found = ((_absolute(hub, one.url), one) for one in given)
    return tuple(
        FeedFile(
            url=url,
            type=one.type or "application/octet-stream",
            length=one.length,
            duration=one.duration if isinstance(one, Enclosure) else None,
            title=one.title if isinstance(one, Enclosure) else "",
            width=one.width,
            height=one.height,
        )
        for url, one in found
        if url
    )


def _transcripts(hub: Hub, first: Enclosure) -> tuple[Transcript, ...]:
    found = ((_absolute(hub, one.url), one) for one in first.transcripts)
    return tuple(Transcript(url=url, type=one.type, language=one.language) for url, one in found if url)


def _chapters(hub: Hub, publication: Publication, first: Enclosure) -> ChaptersFile | None:
    """Return where an item's chapters are: as told, or in the hub's own file where the feed lists them itself."""
    if isinstance(first.chapters, ChaptersFile):
        url = _absolute(hub, first.chapters.url)
        return ChaptersFile(url=url, type=first.chapters.type or JSON_CHAPTERS) if url else None
    if first.chapters:
        return ChaptersFile(url=f"{hub.site.url}{chapters_address(publication)}", type=JSON_CHAPTERS)
    return None


JSON_CHAPTERS = "application/json+chapters"


def chapters_address(publication: Publication) -> str:
    """Return where the hub writes the chapters that a feed lists among its items."""
    return f"{publication.card.address}chapitres.json"


def _absolute(hub: Hub, url: str) -> str:
    """Return the absolute address of a file; empty where nothing can lead there."""
    if "://" in url:
        return text.web_url(url)
    served = hub.files.served(url, url)
    return hub.site.url + served if served else ""
