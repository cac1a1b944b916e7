"""Open data: publications by year, media and communes as JSON and CSV, lists of feeds as OPML, and a page about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import msgspec

from kiosque import urls
from kiosque.content import opml
from kiosque.model import Record
from kiosque.site.feeds import open_data
from kiosque.site.feeds.feed_item import feed_items
from kiosque.site.feeds.open_data import CommuneRow, MediumRow, Row
from kiosque.site.hub.records import Hub, Publication
from kiosque.site.output.wanted import Data, Output, Page, page_path

_ADDRESS = "/donnees/"
FORMATS = ("json", "csv")


class Year(Record, frozen=True):
    """A year of publications, and how many there are."""

    year: int
    count: int


def outputs(hub: Hub) -> Iterator[Output]:
    """Yield the files, their schemas, the lists of feeds, and the page that says what there is."""
    years = _by_year(hub)
    yield _page(hub, years)
    for year, publications in years.items():
        values = {"site": hub.site, "address": _ADDRESS, "header": open_data.header(open_data.PublicationRow)}
        items = feed_items(hub, publications)
        for format_ in FORMATS:
            path = f"donnees/publications-{year}.{format_}"
            yield Page(path, f"publications.{format_}", values, listed=False, shared={"items": items})
    yield from _rows(hub, "medias", _media(hub))
    yield from _rows(hub, "communes", _communes(hub))
    for name, kind in open_data.KINDS.items():
        schema = open_data.schema(kind, f"{hub.site.name}: {name}")
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


def _page(hub: Hub, years: dict[int, list[Publication]]) -> Page:
    newest = hub.publications[0] if hub.publications else None
    values = {
        "site": hub.site,
        "address": _ADDRESS,
        "title": "",
        "years": [Year(year=year, count=len(some)) for year, some in years.items()],
        "newest": newest.card.moment if newest else None,
        "media": len(hub.sources),
        "communes": len(hub.territory.communes),
    }
    return Page(page_path(_ADDRESS), "data.html", values, newest.changed if newest else None)


def _rows(hub: Hub, name: str, rows: Sequence[Row]) -> Iterator[Page]:
    values = {
        "site": hub.site,
        "address": _ADDRESS,
        "header": open_data.header(open_data.KINDS[name]),
        "rows": rows,
    }
    for format_ in FORMATS:
        yield Page(f"donnees/{name}.{format_}", f"rows.{format_}", values, listed=False)


def _media(hub: Hub) -> list[MediumRow]:
    return [
        MediumRow(
            slug=source.slug,
            name=source.name,
            page=f"{hub.site.url}/medias/{source.slug}/",
            type=source.type,
            homepage=urls.web_url(source.homepage),
            stream=urls.web_url(source.stream),
            commune=source.commune,
            language=source.language,
            feeds=tuple(feed.url for feed in source.feeds if not feed.is_file),
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
    """Yield the hub's own feeds: of the whole, of its media, themes and communes."""
    if not hub.publications:
        return
    url = hub.site.url
    yield opml.FeedLine(url=f"{url}/feed.atom", title=hub.site.name, homepage=f"{url}/")
    media = [
        (source.name, f"/medias/{source.slug}/") for source in hub.sources if source.slug in hub.by_source
    ]
    themes = [
        (theme.link.name, theme.link.address) for theme in hub.themes if theme.link.address in hub.by_theme
    ]
    communes = [(group.link.name, group.link.address) for group in hub.communes]
    for name, address in (*media, *themes, *communes):
        yield opml.FeedLine(url=f"{url}{address}feed.atom", title=name, homepage=f"{url}{address}")
