"""A stage of gathering: reads ``content/``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kiosque import curation, takedowns
from kiosque.content.kinds import KINDS, Kind
from kiosque.content.kinds.page import PAGE, HubPage
from kiosque.content.load import load_sources
from kiosque.content.territory_file import load_territory
from kiosque.curation import Themes
from kiosque.model import ContentItem, Problem, Source, Territory
from kiosque.settings.pelicanconf import HubSettings
from kiosque.site.gather.texts import TextReader
from kiosque.site.hub.records import Text
from kiosque.takedowns import Takedowns


def item_kinds() -> Iterator[Kind]:
    """Yield the kinds whose files become items: all except sources and the hub's own pages."""
    return (kind for kind in KINDS.values() if issubclass(kind.record, ContentItem) and kind.has_list)


@dataclass(frozen=True, slots=True)
class Content:
    """The files of ``content/``.

    ``sources`` are without those that were taken down, ``all_sources`` with them. ``texts`` are the texts of
    each kind of item by the name of the kind, ``descriptions`` the HTML of each source by its slug. The links
    in both aren't resolved yet.
    """

    sources: tuple[Source, ...]
    all_sources: tuple[Source, ...]
    takedowns: Takedowns
    territory: Territory
    themes: Themes
    texts: Mapping[str, list[Text[Any]]]
    pages: list[Text[HubPage]]
    descriptions: Mapping[str, str]
    problems: tuple[Problem, ...]
    text_problems: tuple[Problem, ...]


def read_content(settings: HubSettings) -> Content:
    """Return all files of ``content/`` as records."""
    root, zone = settings.root, settings.zone
    all_sources, source_problems = load_sources(root, zone)
    hub_takedowns, takedown_problems = takedowns.load(root, zone, settings.site.url)
    territory, territory_problems = load_territory(root)
    themes, theme_problems = curation.load_themes(root, zone)
    sources = tuple(source for source in all_sources if not hub_takedowns.covers_source(source.slug))
    reader = TextReader(root, zone, settings.cache / "texts.msgpack", settings.left_out)
    texts = {kind.name: reader.texts(kind) for kind in item_kinds()}
    pages = reader.texts(PAGE)
    descriptions = {source.slug: reader.html(source.description, source.path) for source in sources}
    reader.save()
    return Content(
        sources=sources,
        all_sources=all_sources,
        takedowns=hub_takedowns,
        territory=territory,
        themes=themes,
        texts=texts,
        pages=pages,
        descriptions=descriptions,
        problems=(*source_problems, *takedown_problems, *territory_problems, *theme_problems),
        text_problems=tuple(reader.problems),
    )
