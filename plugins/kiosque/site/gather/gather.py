"""Gathers ``content/`` and ``archive/`` into a ``Hub``. Everything is read before anything is written."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import msgspec

from kiosque import curation, languages
from kiosque.content.kinds import KINDS
from kiosque.content.kinds.dossier import DOSSIER
from kiosque.content.kinds.page import PAGE, HubPage
from kiosque.content.kinds.source import SOURCE
from kiosque.i18n import _, translations
from kiosque.model import ContentItem, Picture, Problem, Source, Status
from kiosque.pictures import feeds_picture
from kiosque.settings.pelicanconf import HubSettings, Site
from kiosque.site.gather.content import Content, read_content
from kiosque.site.gather.curation import choices_by_publication
from kiosque.site.gather.items import Choices, ItemMaker, is_visible
from kiosque.site.gather.link_targets import LinkResolver
from kiosque.site.gather.links import Links
from kiosque.site.gather.stored import Stored, read_stored
from kiosque.site.gather.works import without_dead_links
from kiosque.site.hub.dossiers import gather_dossiers
from kiosque.site.hub.files import FileFinder
from kiosque.site.hub.health import gather_health
from kiosque.site.hub.hub import Hub
from kiosque.site.hub.records import Image, Item, Publication, Text
from kiosque.site.hub.related import Related
from kiosque.site.hub.takedowns import public_list
from kiosque.site.styleguide.components import load_components
from kiosque.site.styleguide.tokens import load_tokens
from kiosque.works import group, unmatched

logger = logging.getLogger(__name__)


def gather(settings: HubSettings, assets: str) -> Hub:
    """Read everything that a build needs.

    ``assets`` is the folder of the styles and scripts on the site, without the first slash.
    """
    # The files of people, and the entries of feeds.
    content = read_content(settings)
    stored = read_stored(settings.root, content)
    logger.debug("%d sources, %d texts", len(content.sources), sum(map(len, content.texts.values())))

    # The choices of the hub's editors, and the entries that are the same work.
    links = Links(content.territory, content.sources, content.themes, settings.site.name)
    choices, choice_problems = _choices(settings, content, stored, links)
    works = group([entry for entries in stored.archive.values() for entry in entries], stored.decisions)

    # Items of all kinds, with the files that they name.
    files = FileFinder(settings.root, content.sources)
    resolver = LinkResolver(settings.site.root, _pages(content, settings, choices), files)
    make = ItemMaker(settings, links, files, resolver, choices, _untitled(settings))
    entries = make.entries(stored.archive, works.groups, {source.slug: source for source in content.sources})
    publications = [*entries]
    items = {name: make.of_kind(KINDS[name], texts) for name, texts in content.texts.items()}
    publications += _in_stream(items)
    publications.sort(key=lambda p: (p.card.moment, p.key), reverse=True)
    publications = without_dead_links(publications)
    logger.debug("%d publications, %d works", len(publications), len(works.groups))
    listed = [publication for publication in publications if publication.is_listed]
    gathered, dossier_problems = gather_dossiers(items[DOSSIER.name], listed, settings.site.url)

    # The hub's own pages, and the descriptions, logos and health of its sources.
    pages = tuple(_shown_pages(content.pages, resolver))
    descriptions = {
        source.slug: resolver.resolve(content.descriptions[source.slug], source.path)
        for source in content.sources
    }
    logos = {source.slug: logo for source in content.sources if (logo := _logo(source, stored, make))}
    health = gather_health(settings, content.sources, stored.archive, stored.states)
    components, component_problems = load_components(settings.themes, f"/{assets}")

    others = {name: kind_items for name, kind_items in items.items() if not KINDS[name].in_stream}
    kind_names = _kind_names(settings)
    problems = (
        *content.problems,
        *_unknown_communes(content, links.communes),
        *stored.problems,
        *choice_problems,
        *unmatched(works.unknown, content.takedowns),
        *resolver.problems,
        *dossier_problems,
        *component_problems,
        *content.text_problems,
        *files.problems,
    )
    return Hub(
        settings=settings,
        site=_site(settings, content, pages, _lists(others, kind_names), assets),
        sources=content.sources,
        territory=content.territory,
        everything=publications,
        items=others,
        kind_names=kind_names,
        gathered=gathered,
        pages=pages,
        descriptions=descriptions,
        logos=logos,
        files=files.hub_files(),
        health=health,
        takedowns=content.takedowns,
        taken_down=public_list(content.takedowns, content.all_sources),
        themes=links.themes,
        related=Related(publications, settings.cache),
        components=components,
        tokens=load_tokens(settings.themes),
        problems=tuple(dict.fromkeys(problems)),
    )


def _choices(
    settings: HubSettings, content: Content, stored: Stored, links: Links
) -> tuple[Choices, tuple[Problem, ...]]:
    """Return the choices of the hub's editors by publication, and their problems."""
    choices, file_problems = curation.load(settings.root, settings.zone)
    records = {
        KINDS[name].page(text.record.slug).rstrip("/"): text.record
        for name, texts in content.texts.items()
        if KINDS[name].in_stream
        for text in texts
    }
    by_publication, problems = choices_by_publication(
        choices, stored.archive, records, links.communes, settings, content.takedowns
    )
    return by_publication, (*file_problems, *problems)


def _pages(content: Content, settings: HubSettings, choices: Choices) -> dict[str, str]:
    """Return the addresses of all content files with a page, by their path."""
    shown = {
        text.record.path: KINDS[name].page(text.record.slug)
        for name, texts in content.texts.items()
        for text in texts
        if is_visible(settings, choices, KINDS[name], text.record)
    }
    shown |= {page.record.path: PAGE.page(page.record.slug) for page in content.pages}
    return shown | {source.path: SOURCE.page(source.slug) for source in content.sources}


def _kind_names(settings: HubSettings) -> dict[str, str]:
    """Return the names of all kinds in the plural, in the hub's language."""
    # The language of the person who builds the hub may be another.
    translate = translations(settings.site.language, settings.themes).gettext
    return {kind.name: translate(kind.plural) for kind in KINDS.values()}


def _lists(items: Mapping[str, Sequence[Item]], names: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the name and address of the list of each kind, unless the list is empty."""
    return tuple(
        (names[name], KINDS[name].list_address)
        for name, kind_items in items.items()
        if any(item.is_listed for item in kind_items)
    )


def _untitled(settings: HubSettings) -> str:
    # In the hub's language. That of the person who builds the hub may be another.
    _ = translations(settings.site.language, settings.themes).gettext
    return _("Untitled")


def _in_stream(items: Mapping[str, Sequence[Item]]) -> Iterator[Publication]:
    for name, kind_items in items.items():
        if KINDS[name].in_stream:
            yield from (item for item in kind_items if isinstance(item, Publication))


def _shown_pages(pages: Iterable[Text[HubPage]], resolver: LinkResolver) -> Iterator[Text[HubPage]]:
    for page in pages:
        if page.record.status is not Status.DRAFT:
            yield Text(page.record, resolver.resolve(page.html, page.record.path))


def _logo(source: Source, stored: Stored, make: ItemMaker) -> Image | None:
    address = source.logo or feeds_picture(source, stored.states[source.slug])
    return make.image(Picture(url=address), source.path) if address else None


def _unknown_communes(content: Content, known: Collection[str]) -> Iterator[Problem]:
    records: list[Source | ContentItem] = [*content.sources]
    records += [text.record for texts in content.texts.values() for text in texts]
    for record in records:
        if record.commune and known and record.commune not in known:
            message = _(
                "the commune {code} is not in content/territory.yml: mend the code, or add the commune there"
            )
            yield Problem(
                path=record.path, message=message.format(code=record.commune), rule="commune-unknown"
            )


def _site(
    settings: HubSettings,
    content: Content,
    pages: Iterable[Text[HubPage]],
    lists: tuple[tuple[str, str], ...],
    assets: str,
) -> Site:
    """Return the facts about the hub that every page shows: menu, logo, lists, direction of the language."""
    menu = tuple(
        (page.record.title, PAGE.page(page.record.slug))
        for page in pages
        if page.record.status is Status.PUBLISHED
    )
    has_logo = any((theme / "static" / "logo.svg").is_file() for theme in settings.themes)
    return msgspec.structs.replace(
        settings.site,
        assets=f"/{assets}",
        logo=f"/{assets}/logo.svg" if has_logo else "",
        menu=menu,
        lists=lists,
        territory=content.territory.name,
        direction=languages.direction(settings.site.language),
    )
