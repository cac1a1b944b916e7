"""Stage of gathering: what people wrote under ``content/``, read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kiosque import curation, takedowns
from kiosque.content.kinds import KINDS, Kind
from kiosque.content.kinds.page import PAGE, HubPage
from kiosque.content.records import load_sources, load_territory
from kiosque.curation import Themes
from kiosque.model import ContentItem, Problem, Source, Territory
from kiosque.settings.pelicanconf import HubSettings
from kiosque.site.gather.texts import TextReader
from kiosque.site.hub.records import Text
from kiosque.takedowns import Takedowns


def item_kinds() -> Iterator[Kind]:
    """Yield the kinds whose files become items: all but the sources of feeds and the hub's own pages."""
    return (kind for kind in KINDS.values() if issubclass(kind.record, ContentItem) and kind.has_list)


@dataclass(frozen=True, slots=True)
class Content:
    """What people wrote. ``sources`` are those that stand; ``all_sources`` has those that were taken down, too.

    ``texts`` are the texts of each kind of item by its name, ``descriptions`` the HTML of each source by its slug; their
    links aren't resolved yet.
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
    """Read all that people wrote."""
    root, zone = settings.root, settings.zone
    all_sources, of_sources = load_sources(root, zone)
    down, of_takedowns = takedowns.load(root, zone, settings.site.url)
    territory, of_territory = load_territory(root)
    themes, of_themes = curation.load_themes(root, zone)
    sources = tuple(source for source in all_sources if not down.covers_source(source.slug))
    reader = TextReader(root, zone, settings.markdown, settings.cache / "texts.msgpack")
    texts = {kind.name: reader.texts(kind) for kind in item_kinds()}
    pages = reader.texts(PAGE)
    descriptions = {source.slug: reader.html(source.description) for source in sources}
    reader.save()
    return Content(
        sources=sources,
        all_sources=all_sources,
        takedowns=down,
        territory=territory,
        themes=themes,
        texts=texts,
        pages=pages,
        descriptions=descriptions,
        problems=(*of_sources, *of_takedowns, *of_territory, *of_themes),
        text_problems=tuple(reader.problems),
    )
