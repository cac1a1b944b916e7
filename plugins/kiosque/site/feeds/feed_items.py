"""Makes the feed items of publications. All feeds of a build share them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kiosque.content.kinds import KINDS
from kiosque.content.kinds.source import SOURCE
from kiosque.model import ChaptersFile, Entry, Source
from kiosque.site.feeds.feed_item import FeedItem, FeedOrigin
from kiosque.site.hub.hub import Hub
from kiosque.site.hub.records import Publication
from kiosque.urls import public_feeds


def feed_items(hub: Hub, publications: Iterable[Publication]) -> list[FeedItem]:
    """Return the items of publications; all feeds share the item of a publication."""
    known, items = hub.cache.of(_item), []
    for publication in publications:
        item = known.get(publication.key)
        if item is None:
            item = known[publication.key] = _item(hub, publication)
        items.append(item)
    return items


def _item(hub: Hub, publication: Publication) -> FeedItem:
    entry, source = publication.entry, publication.source
    return FeedItem(
        key=_lasting_key(publication),
        card=publication.card,
        updated=publication.changed,
        tags=publication.tags,
        entry=entry,
        file=None if isinstance(publication.record, Entry) else publication.record,
        text="" if entry else publication.html,
        origin=_origin(hub, source) if source else None,
        commune=publication.commune,
        point=hub.points.get(publication.commune),
        served=tuple(_served(hub, entry)) if entry and entry.enclosures else (),
    )


def _lasting_key(publication: Publication) -> str:
    """Return a key that a publication keeps for good.

    That of a content file is made of its first address, which is an alias after a renaming.
    """
    record = publication.record
    if isinstance(record, Entry):
        return publication.key
    kind = KINDS[publication.kind]
    return f"{kind.name}\0{next(filter(None, map(kind.slug_in, record.aliases)), record.slug)}"


def _origin(hub: Hub, source: Source) -> FeedOrigin:
    known = hub.cache.of(_origin)
    if source.slug not in known:
        known[source.slug] = FeedOrigin(
            name=source.name,
            address=SOURCE.page(source.slug),
            hub=hub.site.url,
            homepage=source.homepage,
            feed=next(iter(public_feeds(source)), ""),
            licence=source.agreement.licence,
            language=source.language,
        )
    origin: FeedOrigin = known[source.slug]
    return origin


def _served(hub: Hub, entry: Entry) -> Iterator[tuple[str, str]]:
    """Yield the path and the address of each file of an entry that lies in the hub's folder."""
    for enclosure in entry.enclosures:
        urls = [
            enclosure.url,
            *(file.url for file in enclosure.alternatives),
            *(file.url for file in enclosure.transcripts),
        ]
        if isinstance(enclosure.chapters, ChaptersFile):
            urls.append(enclosure.chapters.url)
        for url in urls:
            if "://" not in url and (address := hub.files.served(url)):
                yield url, address
