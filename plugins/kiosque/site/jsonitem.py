"""One item of a JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec
from markupsafe import Markup

from kiosque.model import Record
from kiosque.site.hub import FeedFile, FeedItem


def json_item(item: FeedItem, html: str, absolute: Callable[[str], str], hub_name: str) -> Markup:
    """Return an item as JSON that may also stand in HTML; ``html`` is its full text, its links absolute.

    What JSON Feed has no word for is in the extension ``_kiosque``.
    """
    card = item.card
    authors = [author.name for author in card.authors] or [item.origin.name if item.origin else hub_name]
    whole = {
        "id": item.id,
        "url": item.url or absolute(card.address),
        "title": card.title,
        "summary": card.summary,
        "content_html": str(html),
        "content_text": "" if html else card.summary or card.title,
        "image": absolute(card.image.sizes[-1][0]) if card.image else "",
        "date_published": _moment(card.moment.isoformat()),
        "date_modified": _moment(item.updated.isoformat()),
        "authors": [{"name": name} for name in authors],
        "tags": [tag.name for tag in item.tags],
        "language": card.language,
        "attachments": [_attachment(one) for one in item.files],
        "_kiosque": _extension(item, absolute),
    }
    encoded = msgspec.json.encode({name: value for name, value in whole.items() if value})
    return Markup(encoded.decode().replace("<", "\\u003c"))  # noqa: S704 - no tag can begin in it


def _moment(written: str) -> str:
    return written.replace("+00:00", "Z")


def _attachment(file: FeedFile) -> Mapping[str, object]:
    given = {
        "url": file.url,
        "mime_type": file.type,
        "title": file.title,
        "size_in_bytes": file.length,
        "duration_in_seconds": file.duration,
    }
    return {name: value for name, value in given.items() if value}


def _extension(item: FeedItem, absolute: Callable[[str], str]) -> Mapping[str, object]:
    point = item.point
    given: dict[str, object] = {
        "page": absolute(item.card.address),
        "source": {"name": item.origin.name, "url": item.origin.homepage or absolute(item.origin.address)}
        if item.origin
        else None,
        "rights": item.rights,
        "place": {
            "name": item.place,
            "latitude": point[0] if point else None,
            "longitude": point[1] if point else None,
        }
        if item.place or point
        else None,
        "season": item.season,
        "episode": item.episode,
        "people": _plain(item.people),
        "alternatives": _plain(item.alternatives),
        "transcripts": _plain(item.transcripts),
        "chapters": {"url": item.chapters.url, "type": item.chapters.type} if item.chapters else None,
    }
    return {name: value for name, value in given.items() if value}


def _plain(records: tuple[Record, ...]) -> list[object]:
    return [msgspec.to_builtins(one) for one in records]
