"""Everything gathered for one build: publications newest first, and the same by source, format, tag and place."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

import msgspec

from kiosque import text
from kiosque.archive import read_archive
from kiosque.content import load_sources, load_territory
from kiosque.i18n import _, translations
from kiosque.model import (
    Article,
    Commune,
    Entry,
    Format,
    HubPage,
    Picture,
    Problem,
    Record,
    Scope,
    Source,
    Status,
    StoredEntry,
    Territory,
)
from kiosque.site.files import LocalFiles
from kiosque.site.output import Shared, tag_slug
from kiosque.site.settings import HubSettings, Site
from kiosque.site.texts import Text, TextReader, resolve_links

_NAMESPACE = uuid.UUID("6f0f2a53-6c0d-5d5b-9a43-1f6f1d2f5f10")
_EXCERPT = 300


class Link(Record, frozen=True):
    """A name and its address on this hub."""

    name: str
    address: str


class Image(Record, frozen=True):
    """A picture that lies on this hub, in several widths.

    ``sizes`` are address and width, narrowest first; ``width`` and ``height`` are those of the widest, in pixels.
    """

    sizes: tuple[tuple[str, int], ...]
    width: int
    height: int
    alt: str = ""
    caption: str = ""
    credit: str = ""
    licence: str = ""


class Card(Shared, frozen=True):
    """What a list shows of a publication.

    ``moment`` is its date, ``untitled`` says that ``title`` is the beginning of its text. ``language`` and
    ``direction`` are empty where they are the hub's own.
    """

    address: str
    title: str
    moment: datetime
    format: Format
    untitled: bool = False
    article: bool = False
    featured: bool = False
    language: str = ""
    direction: str = ""
    summary: str = ""
    source: Link | None = None
    authors: tuple[Link, ...] = ()
    commune: Link | None = None
    duration: float | None = None
    image: Image | None = None


class FeedLink(Record, frozen=True):
    """A file that a feed's item carries."""

    url: str
    type: str
    length: int | None


class FeedItem(Shared, frozen=True):
    """What a feed says of a publication. ``html`` is its full text, where it may be given."""

    id: str
    card: Card
    url: str
    updated: datetime
    html: str
    tags: tuple[Link, ...]
    enclosures: tuple[FeedLink, ...]
    rights: str


class Publication(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """An entry or an article, ready for pages: its card, its local time, and the record behind it.

    ``html`` is clean, its links resolved; ``commune`` is an official code.
    """

    card: Card
    local: datetime
    key: str
    tags: tuple[Link, ...] = ()
    commune: str = ""
    html: str = ""
    source: Source | None = None
    entry: Entry | None = None
    article: Article | None = None

    @property
    def uuid(self) -> str:
        """The identity that feeds give it; made of what never changes, not of its address or title."""
        return f"urn:uuid:{uuid.uuid5(_NAMESPACE, self.key)}"

    @property
    def link(self) -> Link:
        """Its title and address, for a neighbour's page."""
        return Link(name=self.card.title, address=self.card.address)

    @property
    def changed(self) -> datetime:
        """When it last changed, in UTC."""
        record = self.entry or self.article
        return max(self.card.moment, (record and record.updated) or self.card.moment)


Publications = Sequence[Publication]


@dataclass(frozen=True, slots=True)
class Group:
    """Publications that share a tag, author or commune, newest first."""

    link: Link
    publications: Publications


@dataclass(frozen=True)
class Hub:
    """All that one build knows. Publications are newest first, everywhere."""

    settings: HubSettings
    site: Site
    sources: tuple[Source, ...]
    territory: Territory
    publications: Publications
    pages: tuple[Text[HubPage], ...]
    descriptions: Mapping[str, str]
    logos: Mapping[str, Image]
    files: LocalFiles
    problems: list[Problem] = field(default_factory=list)
    feed_items: dict[str, FeedItem] = field(default_factory=dict)

    def commune(self, code: str) -> Link | None:
        """Return a commune of the territory, where something came from it and so it has a page."""
        return self._communes.get(code)

    @cached_property
    def _communes(self) -> Mapping[str, Link]:
        return {p.commune: p.card.commune for p in self.publications if p.card.commune}

    @cached_property
    def articles(self) -> Publications:
        """The texts written for the hub."""
        return [publication for publication in self.publications if publication.article]

    @cached_property
    def by_source(self) -> Mapping[str, Publications]:
        """Entries by the slug of their source."""
        return _grouped((p.source.slug, p) for p in self.publications if p.source)

    @cached_property
    def by_format(self) -> Mapping[str, Publications]:
        """Publications by format."""
        return _grouped((p.card.format.value, p) for p in self.publications)

    @cached_property
    def tags(self) -> Sequence[Group]:
        """Publications by tag, by name."""
        return _groups((tag, p) for p in self.publications for tag in p.tags)

    @cached_property
    def authors(self) -> Sequence[Group]:
        """Publications by author, by name."""
        return _groups((author, p) for p in self.publications for author in p.card.authors)

    @cached_property
    def communes(self) -> Sequence[Group]:
        """Publications by commune of the territory, by name."""
        return _groups((p.card.commune, p) for p in self.publications if p.card.commune)


def _grouped(pairs: Iterable[tuple[str, Publication]]) -> Mapping[str, Publications]:
    groups: defaultdict[str, list[Publication]] = defaultdict(list)
    for key, publication in pairs:
        groups[key].append(publication)
    return groups


def _groups(pairs: Iterable[tuple[Link, Publication]]) -> Sequence[Group]:
    """Group by address. The oldest spelling gives the name: it doesn't change when something arrives."""
    names: dict[str, Link] = {}
    groups: defaultdict[str, list[Publication]] = defaultdict(list)
    for link, publication in pairs:
        names[link.address] = link
        groups[link.address].append(publication)
    found = [Group(names[address], publications) for address, publications in groups.items()]
    return sorted(found, key=lambda group: (text.slug(group.link.name, group.link.name), group.link.address))


def gather(settings: HubSettings, assets: str) -> Hub:
    """Read everything that a build needs; ``assets`` is the address of style and scripts."""
    return _Gathering(settings, assets).hub()


class _Gathering:
    """The steps of gathering one hub, with what they share."""

    def __init__(self, settings: HubSettings, assets: str) -> None:
        self.settings = settings
        self.problems: list[Problem] = []
        self.sources, wrong = load_sources(settings.root, settings.zone)
        self.problems += wrong
        self.territory, wrong = load_territory(settings.root)
        self.problems += wrong
        cache_file = settings.cache / "texts.msgpack"
        self.reader = TextReader(settings.root, settings.zone, settings.markdown, cache_file)
        self.files = LocalFiles(settings.root)
        self.communes = {commune.code: commune for commune in self.territory.communes}
        self.assets = assets
        # The hub's language, not that of whoever builds it.
        _ = translations(settings.site.language, settings.themes).gettext
        self.untitled = _("Untitled")

    def hub(self) -> Hub:
        """Gather everything."""
        articles, pages = self.reader.articles(), self.reader.pages()
        descriptions = {source.slug: self.reader.html(source.description) for source in self.sources}
        self.reader.save()
        self.targets = self._targets(articles, pages)
        self._check_communes([*self.sources, *(article.record for article in articles)])
        publications = [*self._entries(), *self._articles(articles)]
        publications.sort(key=lambda p: (p.card.moment, p.key), reverse=True)
        shown = tuple(Text(page.record, self._resolve(page.html, page.record.path)) for page in pages
                      if page.record.status is not Status.DRAFT)  # fmt: skip
        problems = [*self.problems, *self.reader.problems, *self.files.problems]
        return Hub(
            settings=self.settings,
            site=self._site(shown),
            sources=self.sources,
            territory=self.territory,
            publications=publications,
            pages=shown,
            descriptions={
                slug: self._resolve(html, f"content/sources/{slug}.md") for slug, html in descriptions.items()
            },
            logos={source.slug: logo for source in self.sources if (logo := self._logo(source))},
            files=self.files,
            problems=list(dict.fromkeys(problems)),
        )

    def _site(self, pages: Iterable[Text[HubPage]]) -> Site:
        menu = tuple((page.record.title, f"/{page.record.slug}/") for page in pages
                     if page.record.status is Status.PUBLISHED)  # fmt: skip
        return msgspec.structs.replace(
            self.settings.site,
            assets=f"/{self.assets}",
            menu=menu,
            territory=self.territory.name,
            direction=text.direction(self.settings.site.language),
        )

    def _targets(self, articles: Iterable[Text[Article]], pages: Iterable[Text[HubPage]]) -> dict[str, str]:
        root = self.settings.site.root
        found = {article.record.path: f"{root}/articles/{article.record.slug}/" for article in articles
                 if not self._is_hidden(article.record)}  # fmt: skip
        found |= {page.record.path: f"{root}/{page.record.slug}/" for page in pages}
        return found | {source.path: f"{root}/medias/{source.slug}/" for source in self.sources}

    def _check_communes(self, records: Iterable[Source | Article]) -> None:
        for record in records:
            if record.commune and self.communes and record.commune not in self.communes:
                message = _(
                    "the commune {code} is not in content/territory.yml: mend the code, or add the commune there"
                )
                self.problems.append(Problem(path=record.path, message=message.format(code=record.commune)))

    def _is_hidden(self, article: Article) -> bool:
        return article.status is Status.DRAFT or article.date > self.settings.now

    def _resolve(self, html: str, path: str) -> str:
        clean, problems = resolve_links(html, path, lambda what, target: self._lookup(what, target, path))
        self.problems += problems
        return clean

    def _lookup(self, what: str, target: str, path: str) -> str | None:
        """Return the address that a link of ``path`` means."""
        root = self.settings.site.root
        if what == "filename" and target in self.targets:
            return self.targets[target]
        if what in {"filename", "static", "attach"}:
            served = self.files.served(target, path) if target.startswith("content/") else None
            return root + served if served else None
        kinds = {"tag": f"/mots-cles/{tag_slug(target)}/", "author": f"/auteurs/{tag_slug(target)}/"}
        return root + kinds.get(what, "/")

    def _logo(self, source: Source) -> Image | None:
        picture = Picture(url=source.logo) if source.logo else None
        return self._image(picture, source.path)

    def _image(self, picture: Picture | None, path: str) -> Image | None:
        """Return a picture of the hub's own folder; a picture elsewhere isn't shown, no page calls another host."""
        if picture is None or "://" in picture.url:
            return None
        sizes = self.files.picture(picture.url, path)
        if not sizes:
            return None
        return Image(
            sizes=tuple((size.address, size.width) for size in sizes),
            alt=picture.alt,
            caption=picture.caption,
            credit=picture.credit,
            licence=picture.licence,
            width=sizes[-1].width,
            height=sizes[-1].height,
        )

    def _commune(self, code: str) -> Link | None:
        commune: Commune | None = self.communes.get(code)
        if commune is None:
            return None
        return Link(name=commune.name, address=f"/communes/{commune.department}/{commune.slug}/")

    def _tags(self, names: Iterable[str]) -> tuple[Link, ...]:
        links = {tag_slug(name): name for name in names if tag_slug(name)}
        return tuple(Link(name=name, address=f"/mots-cles/{slug}/") for slug, name in links.items())

    @staticmethod
    def _authors(names: Iterable[str], besides: str = "") -> tuple[Link, ...]:
        """Return the authors, save one who only repeats the source's name."""
        links = {tag_slug(name): name for name in names if name != besides and tag_slug(name)}
        return tuple(Link(name=name, address=f"/auteurs/{slug}/") for slug, name in links.items())

    def _entries(self) -> Iterable[Publication]:
        sources = {source.slug: source for source in self.sources}
        archive, problems = read_archive(self.settings.root / "archive", list(sources))
        self.problems += problems
        for slug, entries in archive.items():
            for stored in entries:
                if stored.entry.moment <= self.settings.now:
                    yield self._entry(stored, sources[slug])

    def _entry(self, stored: StoredEntry, source: Source) -> Publication:
        entry = allowed(stored.entry, source.agreement.scope)
        code = next((code for code in entry.communes if code in self.communes), source.commune)
        summary = entry.summary if len(entry.summary) <= _EXCERPT else text.excerpt(entry.summary)
        tongue = self._tongue(entry.language or source.language)
        card = Card(
            address=f"/medias/{source.slug}/{stored.year}/{entry.slug}/",
            title=entry.title or text.excerpt(summary, 80) or self.untitled,
            untitled=not entry.title,
            moment=entry.moment,
            format=entry.format,
            language=tongue,
            direction=text.direction(tongue) if tongue else "",
            summary=summary,
            source=Link(name=source.name, address=f"/medias/{source.slug}/"),
            authors=self._authors(entry.authors, besides=source.name),
            commune=self._commune(code),
            duration=next((e.duration for e in entry.enclosures if e.duration), None),
            image=self._image(entry.image, source.path),
        )
        return Publication(
            card=card,
            local=entry.moment.astimezone(self.settings.zone),
            key=f"{source.slug}\0{entry.id}",
            tags=self._tags(entry.tags),
            commune=code,
            html=entry.content,
            source=source,
            entry=entry,
        )

    def _articles(self, texts: Iterable[Text[Article]]) -> Iterable[Publication]:
        for item in texts:
            if not self._is_hidden(item.record):
                yield self._article(item.record, self._resolve(item.html, item.record.path))

    def _article(self, article: Article, html: str) -> Publication:
        tongue = self._tongue(article.language)
        card = Card(
            address=f"/articles/{article.slug}/",
            title=article.title,
            moment=article.date,
            format=Format.TEXT,
            article=True,
            featured=article.featured,
            language=tongue,
            direction=text.direction(tongue) if tongue else "",
            summary=article.summary or text.excerpt(text.plain_text(html[:4000])),
            authors=self._authors(article.authors),
            commune=self._commune(article.commune),
            image=self._image(article.image, article.path),
        )
        return Publication(
            card=card,
            local=article.date.astimezone(self.settings.zone),
            key=f"article\0{article.slug}",
            tags=self._tags(article.tags),
            commune=article.commune,
            html=html,
            article=article,
        )

    def _tongue(self, language: str) -> str:
        """Return a text's language where it isn't the hub's own."""
        own = self.settings.site.language
        return "" if language.split("-", maxsplit=1)[0] == own.split("-")[0] else language


def allowed(entry: Entry, scope: Scope) -> Entry:
    """Hold an entry to its source's agreement, whatever the archive still has of it."""
    if scope is Scope.FULL:
        return entry
    summary = text.excerpt(entry.summary) if scope is Scope.EXCERPT else ""
    if not entry.content and entry.summary == summary:
        return entry
    return msgspec.structs.replace(entry, summary=summary, content="")
