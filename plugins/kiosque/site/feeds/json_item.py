"""An item of a JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec
from markupsafe import Markup

from kiosque.site.feeds.feed_item import FeedFile, FeedItem


def json_item(item: FeedItem, html: str, absolute: Callable[[str], str], hub_name: str) -> Markup:
    """Return an item as JSON, which may also be part of an HTML page.

    ``html`` is the full text with absolute links. The extension ``_kiosque`` has the values for which JSON
    Feed has no name. An untitled publication has no title here: unlike the other formats, JSON Feed tells
    readers what to show instead.
    """
    card = item.card
    has_text = bool(html or item.summary)
    values = {
        "id": item.id,
        "url": item.url or absolute(card.address),
        "title": "" if card.untitled and has_text else item.title,
        "summary": item.summary,
        "content_html": str(html),
        "content_text": "" if html else item.summary or item.title,
        "image": absolute(item.picture) if item.picture else "",
        "date_published": card.moment,
        "date_modified": item.updated,
        "authors": [{"name": name} for name in _names(item, hub_name)],
        "tags": item.categories,
        "language": item.language,
        "attachments": [_attachment(file) for file in (*item.files, *item.pages)],
        "_kiosque": _extension(item, absolute),
    }
    encoded = msgspec.json.encode(_without_empty(values))
    return Markup(encoded.decode().replace("<", "\\u003c"))  # noqa: S704 - no tag can begin in it


def _names(item: FeedItem, hub_name: str) -> Sequence[str]:
    return item.names or (item.origin.name if item.origin else hub_name,)


def _attachment(file: FeedFile) -> Mapping[str, object]:
    values = {
        "url": file.url,
        "mime_type": file.type,
        "title": file.title,
        "size_in_bytes": file.length,
        "duration_in_seconds": file.duration,
        "_kiosque": {"width": file.width, "height": file.height} if file.width and file.height else None,
    }
    return _without_empty(values)


def _extension(item: FeedItem, absolute: Callable[[str], str]) -> Mapping[str, object]:
    origin = item.origin
    values: dict[str, object] = {
        "page": absolute(item.card.address),
        "format": item.card.format.value,
        "source": {"name": origin.name, "url": absolute(origin.homepage or origin.address)}
        if origin
        else None,
        "rights": item.rights,
        "places": item.places,
        "season": item.season,
        "episode": item.episode,
        "people": item.people,
        "alternatives": item.alternatives,
        "transcripts": item.transcripts,
        "chapters": item.chapter_list or item.chapters,
    }
    return _without_empty(values)


def _without_empty(values: Mapping[str, object]) -> Mapping[str, object]:
    return {name: value for name, value in values.items() if value}
