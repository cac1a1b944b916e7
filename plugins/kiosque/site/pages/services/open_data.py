"""Open data as JSON and CSV (publications by year, media, communes), feeds as OPML, and a page about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from kiosque import urls
from kiosque.content import opml
from kiosque.content.kinds import KINDS, Kind
from kiosque.content.kinds.source import SOURCE
from kiosque.model import Record
from kiosque.site.feeds import open_data
from kiosque.site.feeds.feed_items import feed_items
from kiosque.site.feeds.open_data import CommuneRow, ItemRow, MediumRow, Row
from kiosque.site.hub.hub import Hub
from kiosque.site.hub.records import Publication
from kiosque.site.output.wanted import Data, Output, Page, page_path

_ADDRESS = "/donnees/"
FORMATS = ("json", "csv")


class Year(Record, frozen=True):
    """A year, and the number of its publications."""

    year: int
    count: int


def outputs(hub: Hub) -> Iterator[Output]:
    """Yield the files, their schemas, the OPML files, and the page that lists them."""
    years = _by_year(hub)
    items = _items(hub)
    yield _page(hub, years, items)
    for year, publications in years.items():
        values = {"site": hub.site, "address": _ADDRESS, "header": open_data.header(open_data.PublicationRow)}
        shared = {"items": feed_items(hub, publications)}
        for format_ in FORMATS:
            path = f"donnees/publications-{year}.{format_}"
            yield Page(path, f"publications.{format_}", values, listed=False, shared=shared)
    yield from _rows(hub, "medias", _media(hub), MediumRow)
    yield from _rows(hub, "communes", _communes(hub), CommuneRow)
    for kind, rows in items.items():
        yield from _rows(hub, kind.folder, rows, open_data.ItemRow)
    row_types = open_data.ROW_TYPES | dict.fromkeys((kind.folder for kind in items), ItemRow)
    for name, row in row_types.items():
        schema = open_data.schema(row, f"{hub.site.name}: {name}")
        yield Data(f"donnees/{name}.schema.json", msgspec.json.format(msgspec.json.encode(schema)))
    yield Data(
        "donnees/medias.opml", opml.opml_document(opml.feeds_of_sources(hub.sources), hub.site.name).encode()
    )
    yield Data("donnees/kiosque.opml", opml.opml_document(_own_feeds(hub), hub.site.name).encode())


def _by_year(hub: Hub) -> dict[int, list[Publication]]:
    years: defaultdict[int, list[Publication]] = defaultdict(list)
    for publication in hub.publications:
        years[publication.local.year].append(publication)
    return years


def _items(hub: Hub) -> dict[Kind, list[ItemRow]]:
    """Return the rows of each kind that isn't in the stream, unless there are none."""
    language = hub.site.language
    rows_by_kind = {
        KINDS[name]: [
            open_data.item_row(item, lambda address: hub.site.url + address, language)
            for item in items
            if item.is_listed
        ]
        for name, items in hub.items.items()
    }
    return {kind: rows for kind, rows in rows_by_kind.items() if rows}


def _page(hub: Hub, years: dict[int, list[Publication]], items: Mapping[Kind, Sequence[ItemRow]]) -> Page:
    newest = hub.publications[0] if hub.publications else None
    values = {
        "site": hub.site,
        "address": _ADDRESS,
        "title": "",
        "years": [Year(year=year, count=len(publications)) for year, publications in years.items()],
        "newest": newest.card.moment if newest else None,
        "media": len(hub.sources),
        "communes": len(hub.territory.communes),
        "items": [(hub.kind_names[kind.name], kind.folder) for kind in items],
    }
    return Page(page_path(_ADDRESS), "data.html", values, newest.changed if newest else None)


def _rows(hub: Hub, name: str, rows: Sequence[Row], row: type[Row]) -> Iterator[Page]:
    values = {
        "site": hub.site,
        "address": _ADDRESS,
        "header": open_data.header(row),
        "rows": rows,
    }
    for format_ in FORMATS:
        yield Page(f"donnees/{name}.{format_}", f"rows.{format_}", values, listed=False)


def _media(hub: Hub) -> list[MediumRow]:
    return [
        MediumRow(
            slug=source.slug,
            name=source.name,
            page=hub.site.url + SOURCE.page(source.slug),
            type=source.type,
            homepage=urls.web_url(source.homepage),
            stream=urls.web_url(source.stream),
            commune=source.commune,
            language=source.language,
            feeds=tuple(urls.public_feeds(source)),
            agreement=source.agreement.scope.value,
            licence=source.agreement.licence,
        )
        for source in hub.sources
    ]


def _communes(hub: Hub) -> list[CommuneRow]:
    return [
        CommuneRow(
            code=commune.code,
            name=commune.name,
            department=commune.department,
            latitude=commune.latitude,
            longitude=commune.longitude,
            page=f"{hub.site.url}{link.address}" if (link := hub.commune(commune.code)) else "",
        )
        for commune in hub.territory.communes
    ]


def _own_feeds(hub: Hub) -> Iterator[opml.FeedLine]:
    """Yield the hub's own feeds: of the whole hub, of its media, themes and communes, and of other kinds."""
    if not hub.publications:
        return
    url = hub.site.url
    yield opml.FeedLine(url=f"{url}/feed.atom", title=hub.site.name, homepage=f"{url}/")
    media = [
        (source.name, SOURCE.page(source.slug)) for source in hub.sources if source.slug in hub.by_source
    ]
    themes = [
        (theme.link.name, theme.link.address) for theme in hub.themes if theme.link.address in hub.by_theme
    ]
    communes = [(group.link.name, group.link.address) for group in hub.communes]
    kinds = [
        (hub.kind_names[name], KINDS[name].list_address)
        for name, items in hub.items.items()
        if items and KINDS[name].date
    ]
    for name, address in (*media, *themes, *communes, *kinds):
        yield opml.FeedLine(url=f"{url}{address}feed.atom", title=name, homepage=f"{url}{address}")
