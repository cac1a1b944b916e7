"""The chapters that a feed lists among its items, as the file that podcast apps ask for: JSON chapters 1.2.

https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/examples/chapters/jsonChapters.md
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from kiosque.model import Chapter, ChaptersFile, Entry
from kiosque.site.feeds.feed_item import FeedItem, chapters_address, feed_items
from kiosque.site.hub.hub import Hub
from kiosque.site.output.wanted import Data, Output


def outputs(hub: Hub) -> Iterator[Output]:
    """Yield a file for each publication with chapters that aren't a file already."""
    listing = [one for one in hub.everything if one.entry and one.entry.enclosures and _may_list(one.entry)]
    for item in feed_items(hub, listing):
        if item.chapter_list:
            yield Data(chapters_address(item.card)[1:], _file(item))


def _may_list(entry: Entry) -> bool:
    return any(one.chapters and not isinstance(one.chapters, ChaptersFile) for one in entry.enclosures)


def _file(item: FeedItem) -> bytes:
    chapters = sorted(item.chapter_list, key=lambda one: one.start)
    written = {
        "version": "1.2.0",
        "title": item.card.title,
        "podcastName": item.origin.name if item.origin else "",
        "chapters": [_chapter(one) for one in chapters],
    }
    return msgspec.json.format(msgspec.json.encode(written))


def _chapter(chapter: Chapter) -> dict[str, float | str]:
    said = {"title": chapter.title, "url": chapter.url}
    return {"startTime": chapter.start, **{name: words for name, words in said.items() if words}}
