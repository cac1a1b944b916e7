"""Open data of the hub: rows of publications, media and communes, as JSON and CSV (RFC 4180).

A row has facts and the summary that the agreement allows. The full text is at its source.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

import msgspec
from markupsafe import Markup

from kiosque.content.kinds.article import ARTICLE
from kiosque.model import Entry, Record
from kiosque.site.feeds.feed_item import FeedItem
from kiosque.site.hub.records import Item, Publication

Absolute = Callable[[str], str]
# A spreadsheet runs a cell that begins with one of these signs as a formula, which could be an attack. Its
# settings say what parts cells, and quotation marks count only at the start of a cell: so each place behind a
# possible separator is the start of one.
_FORMULA = re.compile(r"(?:^|[;,|\t\r\n\u2028\u2029\"])[^\S\r\n]*+(?=[=+\-@＝＋－＠])")


class Row(Record, frozen=True, omit_defaults=False):
    """The base of all rows: a row has every field, empty where the hub has no value."""


# The docstrings of rows are published: they are the descriptions in the JSON Schemas.


class PublicationRow(Row, frozen=True):
    """A publication. Times are in UTC, the duration in seconds, the commune by its official code.

    ``id`` never changes; ``url`` is the original's address, ``page`` the hub's. ``files`` are what can be
    heard or watched; ``licence`` is what its medium allows, empty where it says nothing: then ask it.
    """

    id: str
    url: str
    page: str
    title: str
    medium: str
    medium_page: str
    format: str
    published: datetime
    updated: datetime
    language: str
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    commune: str
    commune_name: str
    duration: float | None
    files: tuple[str, ...]
    summary: str
    licence: str


class MediumRow(Row, frozen=True):
    """A partner medium. ``agreement`` is how much of its texts the hub may keep: full, excerpt or link."""

    slug: str
    name: str
    page: str
    type: str
    homepage: str
    stream: str
    commune: str
    language: str
    feeds: tuple[str, ...]
    agreement: str
    licence: str


class CommuneRow(Row, frozen=True):
    """A municipality that the hub covers, by its official code; its position in degrees (WGS 84)."""

    code: str
    name: str
    department: str
    latitude: float | None
    longitude: float | None
    page: str


class ItemRow(Row, frozen=True):
    """An item that is no publication, of any kind. ``date`` is its day, empty where its kind has none."""

    id: str
    page: str
    title: str
    date: datetime | None
    updated: datetime | None
    language: str
    tags: tuple[str, ...]
    commune: str
    commune_name: str
    summary: str
    licence: str


ROW_TYPES: dict[str, type[Row]] = {
    "publications": PublicationRow,
    "medias": MediumRow,
    "communes": CommuneRow,
}


def publication_row(item: FeedItem, absolute: Absolute, hub_name: str, hub_language: str) -> PublicationRow:
    """Return the row of a publication."""
    card = item.card
    page = absolute(card.address)
    return PublicationRow(
        id=item.id,
        url=item.url or page,
        page=page,
        title=card.title,
        medium=item.origin.name if item.origin else hub_name,
        medium_page=absolute(item.origin.address) if item.origin else absolute(ARTICLE.list_address),
        format=card.format.value,
        published=card.moment,
        updated=item.updated,
        language=item.language or hub_language,
        authors=item.names,
        tags=tuple(tag.name for tag in item.tags),
        commune=item.commune,
        commune_name=card.commune.name if card.commune else "",
        duration=card.duration,
        files=tuple(file.url for file in item.files),
        summary=card.summary,
        licence=item.rights,
    )


def item_row(item: Item, absolute: Absolute, hub_language: str) -> ItemRow:
    """Return the row of an item that is no publication."""
    card, record = item.card, item.record
    assert not isinstance(record, Entry)
    return ItemRow(
        id=item.key.replace("\0", "/"),
        page=absolute(card.address),
        title=card.title,
        date=item.card.moment if isinstance(item, Publication) else None,
        updated=record.updated,
        language=record.language or hub_language,
        tags=tuple(tag.name for tag in item.tags),
        commune=item.commune,
        commune_name=card.commune.name if card.commune else "",
        summary=card.summary,
        licence=record.licence,
    )


def as_json(row: Row) -> Markup:
    """Return a row as a JSON object."""
    return Markup(msgspec.json.encode(row).decode())  # noqa: S704 - it goes into a JSON file, not into HTML


def as_csv(rows: Iterable[Row]) -> Markup:
    """Return rows as lines of CSV; `` | `` separates the values of a field that has several."""
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL).writerows(
        map(_cell, msgspec.to_builtins(row).values()) for row in rows
    )
    return Markup(buffer.getvalue())  # noqa: S704 - it goes into a CSV file, not into HTML


def header(row_type: type[Row]) -> str:
    """Return the first line of a CSV file: the names of the fields."""
    return ",".join(field.name for field in msgspec.structs.fields(row_type)) + "\r\n"


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, int | float):
        # A longitude may be negative.
        return str(value)
    text = " | ".join(value) if isinstance(value, tuple) else str(value)
    return _FORMULA.sub(r"\g<0>'", text)


def schema(row_type: type[Row], title: str) -> Mapping[str, object]:
    """Return the JSON Schema (draft 2020-12) of a file: ``rows``, and ``about``, which names their origin."""
    rows = msgspec.json.schema(Sequence[row_type], ref_template="#/$defs/{name}")  # type: ignore[valid-type]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "type": "object",
        "properties": {"about": {"type": "string"}, "rows": {"type": "array", "items": rows["items"]}},
        "required": ["about", "rows"],
        "$defs": rows["$defs"],
    }
