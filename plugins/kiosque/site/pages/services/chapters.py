"""Files of chapters for podcast apps, from the chapters in feeds: JSON chapters 1.2.

https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/examples/chapters/jsonChapters.md
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from kiosque.model import Chapter, ChaptersFile, Entry
from kiosque.site.feeds.feed_item import FeedItem, chapters_address
from kiosque.site.feeds.feed_items import feed_items
from kiosque.site.hub.hub import Hub
from kiosque.site.output.wanted import Data, Output


def outputs(hub: Hub) -> Iterator[Output]:
    """Yield a file for each publication whose feed lists chapters instead of naming a file."""
    publications = [
        publication
        for publication in hub.everything
        if publication.entry and publication.entry.enclosures and _lists_chapters(publication.entry)
    ]
    for item in feed_items(hub, publications):
        if item.chapter_list:
            yield Data(chapters_address(item.card)[1:], _file(item))


def _lists_chapters(entry: Entry) -> bool:
    return any(
        enclosure.chapters and not isinstance(enclosure.chapters, ChaptersFile)
        for enclosure in entry.enclosures
    )


def _file(item: FeedItem) -> bytes:
    chapters = sorted(item.chapter_list, key=lambda chapter: chapter.start)
    document = {
        "version": "1.2.0",
        "title": item.card.title,
        "podcastName": item.origin.name if item.origin else "",
        "chapters": [_chapter(chapter) for chapter in chapters],
    }
    return msgspec.json.format(msgspec.json.encode(document))


def _chapter(chapter: Chapter) -> dict[str, float | str]:
    optional = {"title": chapter.title, "url": chapter.url}
    return {"startTime": chapter.start, **{name: value for name, value in optional.items() if value}}
