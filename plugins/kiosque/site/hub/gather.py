"""From what lies in ``content/`` and ``archive/`` to one ``Hub``: everything is read before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from kiosque import curation, languages, takedowns, text
from kiosque.archive.entries import FeedState, allowed, read_archive, read_state
from kiosque.content.records import load_sources, load_territory
from kiosque.content.visibility import is_shown
from kiosque.html import plain_text
from kiosque.i18n import _, translations
from kiosque.model import (
    ArchiveError,
    Article,
    Entry,
    Format,
    HubPage,
    Picture,
    Problem,
    Source,
    Status,
    StoredEntry,
)
from kiosque.pictures import feeds_picture
from kiosque.settings.pelicanconf import HubSettings, Site
from kiosque.site.hub.curation import UNCHOSEN, chosen_of, visible, visible_works
from kiosque.site.hub.files import LocalFiles
from kiosque.site.hub.health import gather_health
from kiosque.site.hub.links import Links
from kiosque.site.hub.records import Card, Hub, Image, Publication
from kiosque.site.hub.related import Related
from kiosque.site.hub.takedowns import public_list, standing
from kiosque.site.hub.texts import Text, TextReader, resolve_links
from kiosque.site.hub.works import ORDINARY, Archive, Place, places, without_dead_links
from kiosque.site.output.wanted import tag_slug
from kiosque.site.styleguide.components import load_components
from kiosque.site.styleguide.tokens import load_tokens
from kiosque.works import group, load_decisions, unmatched

_EXCERPT = 300


def _has_logo(settings: HubSettings) -> bool:
    return any((theme / "static" / "logo.svg").is_file() for theme in settings.themes)


def gather(settings: HubSettings, assets: str) -> Hub:
    """Read everything that a build needs; ``assets`` is the address of style and scripts."""
    return _Gathering(settings, assets).hub()


class _Gathering:
    """The steps of gathering one hub, with what they share."""

    def __init__(self, settings: HubSettings, assets: str) -> None:
        self.settings = settings
        self.problems: list[Problem] = []
        sources, wrong = load_sources(settings.root, settings.zone)
        self.problems += wrong
        self.takedowns, wrong = takedowns.load(settings.root, settings.zone, settings.site.url)
        self.problems += wrong
        self.sources = tuple(one for one in sources if not self.takedowns.covers_source(one.slug))
        self.taken_down = public_list(self.takedowns, sources)
        self.territory, wrong = load_territory(settings.root)
        self.problems += wrong
        cache_file = settings.cache / "texts.msgpack"
        self.reader = TextReader(settings.root, settings.zone, settings.markdown, cache_file)
        self.files = LocalFiles(settings.root)
        themes, wrong = curation.load_themes(settings.root, settings.zone)
        self.problems += wrong
        self.links = Links(self.territory, self.sources, themes, settings.site.name)
        self.assets = assets
        # The hub's language, not that of whoever builds it.
        _ = translations(settings.site.language, settings.themes).gettext
        self.untitled = _("Untitled")

    def hub(self) -> Hub:
        """Gather everything."""
        articles, pages = self.reader.articles(), self.reader.pages()
        descriptions = {source.slug: self.reader.html(source.description) for source in self.sources}
        self.reader.save()
        self._check_communes([*self.sources, *(article.record for article in articles)])
        archived, wrong = read_archive(
            self.settings.root / "archive", [source.slug for source in self.sources]
        )
        self.problems += wrong
        archive = standing(archived, self.takedowns)
        self.chosen = self._chosen(archive, articles)
        self.targets = self._targets(articles, pages)
        self.states = {source.slug: self._state(source.slug) for source in self.sources}
        health = gather_health(self.settings, self.sources, archive, self.states)
        publications = [*self._entries(archive), *self._articles(articles)]
        publications.sort(key=lambda p: (p.card.moment, p.key), reverse=True)
        publications = without_dead_links(publications)
        shown = tuple(Text(page.record, self._resolve(page.html, page.record.path)) for page in pages
                      if page.record.status is not Status.DRAFT)  # fmt: skip
        logos = {source.slug: logo for source in self.sources if (logo := self._logo(source))}
        components, wrong = load_components(self.settings.themes, f"/{self.assets}")
        self.problems += wrong
        problems = [*self.problems, *self.reader.problems, *self.files.problems]
        return Hub(
            settings=self.settings,
            site=self._site(shown),
            sources=self.sources,
            territory=self.territory,
            everything=publications,
            pages=shown,
            descriptions={
                slug: self._resolve(html, f"content/sources/{slug}.md") for slug, html in descriptions.items()
            },
            logos=logos,
            files=self.files,
            health=health,
            takedowns=self.taken_down,
            themes=self.links.themes,
            related=Related(publications, self.settings.cache),
            components=components,
            tokens=load_tokens(self.settings.themes),
            problems=list(dict.fromkeys(problems)),
        )

    def _site(self, pages: Iterable[Text[HubPage]]) -> Site:
        menu = tuple((page.record.title, f"/{page.record.slug}/") for page in pages
                     if page.record.status is Status.PUBLISHED)  # fmt: skip
        return msgspec.structs.replace(
            self.settings.site,
            assets=f"/{self.assets}",
            logo=f"/{self.assets}/logo.svg" if _has_logo(self.settings) else "",
            menu=menu,
            territory=self.territory.name,
            direction=languages.direction(self.settings.site.language),
        )

    def _chosen(
        self, archive: Archive, articles: Iterable[Text[Article]]
    ) -> Mapping[curation.Key, curation.Chosen]:
        """Return what people of the hub chose, by publication."""
        choices, wrong = curation.load(self.settings.root, self.settings.zone)
        texts = {text.record.slug: text.record for text in articles}
        chosen, unmatched = chosen_of(choices, archive, texts, self.links.communes, self.settings)
        self.problems += [*wrong, *unmatched]
        return chosen

    def _targets(self, articles: Iterable[Text[Article]], pages: Iterable[Text[HubPage]]) -> dict[str, str]:
        root = self.settings.site.root
        found = {article.record.path: f"{root}/articles/{article.record.slug}/" for article in articles
                 if not self._is_hidden(article.record)}  # fmt: skip
        found |= {page.record.path: f"{root}/{page.record.slug}/" for page in pages}
        return found | {source.path: f"{root}/medias/{source.slug}/" for source in self.sources}

    def _check_communes(self, records: Iterable[Source | Article]) -> None:
        for record in records:
            if record.commune and self.links.communes and record.commune not in self.links.communes:
                message = _(
                    "the commune {code} is not in content/territory.yml: mend the code, or add the commune there"
                )
                self.problems.append(Problem(path=record.path, message=message.format(code=record.commune)))

    def _is_hidden(self, article: Article) -> bool:
        is_hidden = self.chosen.get(("", article.slug), UNCHOSEN).hidden
        return is_hidden or not is_shown(article, self.settings.now)

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
        address = source.logo or feeds_picture(source, self.states[source.slug])
        return self._image(Picture(url=address), source.path) if address else None

    def _state(self, slug: str) -> Mapping[str, FeedState]:
        """Return what lasts of a source's feeds, which tells less where it can't be read."""
        try:
            return read_state(self.settings.root / "archive", slug)
        except ArchiveError as error:
            self.problems.append(Problem(path=f"archive/{slug}/state.json", message=str(error)))
            return {}

    def _image(self, picture: Picture | None, path: str) -> Image | None:
        """Return a picture of the hub's own folder, or what was kept of one elsewhere: no page calls another host."""
        if picture is None:
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

    def _places(self, archive: Archive, shown: Archive) -> Mapping[tuple[str, str], Place]:
        """Return where entries stand that aren't the only ones of their work, as people have said or as they show.

        ``shown`` is the archive without what is hidden: of a work, that gives its place to what isn't.
        """
        said, problems = load_decisions(self.settings.root)
        works = group([stored for entries in archive.values() for stored in entries], said)
        self.problems += [*problems, *unmatched(works.unknown)]
        groups = visible_works(works.groups, self.chosen)
        return places(shown, groups, self.links.sources, self.settings.now)

    def _entries(self, archive: Archive) -> Iterable[Publication]:
        sources = {source.slug: source for source in self.sources}
        shown = visible(archive, self.chosen)
        places = self._places(archive, shown)
        for slug, entries in shown.items():
            for stored in entries:
                if stored.entry.moment <= self.settings.now:
                    key = slug, stored.entry.id
                    chosen = self.chosen.get(key, UNCHOSEN)
                    yield self._entry(stored, sources[slug], places.get(key, ORDINARY), chosen)

    def _entry(
        self, stored: StoredEntry, source: Source, place: Place, chosen: curation.Chosen
    ) -> Publication:
        entry = allowed(stored.entry, source.agreement.scope)
        code = chosen.commune or self._commune(entry, source)
        summary = entry.summary if len(entry.summary) <= _EXCERPT else text.excerpt(entry.summary)
        tongue = self._tongue(entry.language or source.language)
        tags, themes = self.links.subjects(chosen.tagged(entry.tags), source.slug)
        card = Card(
            address=f"/medias/{source.slug}/{stored.year}/{entry.slug}/",
            title=entry.title or text.excerpt(summary, 80) or self.untitled,
            untitled=not entry.title,
            featured=bool(chosen.featured),
            moment=entry.moment,
            format=entry.format,
            language=tongue,
            direction=languages.direction(tongue) if tongue else "",
            summary=summary,
            source=self.links.sources[source.slug],
            authors=self.links.authors(entry.authors, besides=source.name),
            commune=self.links.communes.get(code),
            duration=next((e.duration for e in entry.enclosures if e.duration), None),
            image=self._image(entry.image, source.path),
            others=place.others,
        )
        return Publication(
            card=card,
            local=entry.moment.astimezone(self.settings.zone),
            changed=max(entry.moment, entry.updated or entry.moment),
            key=f"{source.slug}\0{entry.id}",
            tags=tags,
            themes=themes,
            commune=code,
            html=entry.content,
            source=source,
            entry=entry,
            featured_on=chosen.featured_on,
            is_listed=place.is_listed,
        )

    def _commune(self, entry: Entry, source: Source) -> str:
        return next((code for code in entry.communes if code in self.links.communes), source.commune)

    def _articles(self, texts: Iterable[Text[Article]]) -> Iterable[Publication]:
        for item in texts:
            if not self._is_hidden(item.record):
                yield self._article(item.record, self._resolve(item.html, item.record.path), item.reading)

    def _article(self, article: Article, html: str, reading: float) -> Publication:
        tongue = self._tongue(article.language)
        chosen = self.chosen.get(("", article.slug), UNCHOSEN)
        code = chosen.commune or article.commune
        tags, themes = self.links.subjects(chosen.tagged(article.tags))
        card = Card(
            address=f"/articles/{article.slug}/",
            title=article.title,
            moment=article.date,
            format=Format.TEXT,
            article=True,
            featured=article.featured if chosen.featured is None else chosen.featured,
            language=tongue,
            direction=languages.direction(tongue) if tongue else "",
            summary=article.summary or text.excerpt(plain_text.plain_text(html[:4000])),
            authors=self.links.authors(article.authors),
            commune=self.links.communes.get(code),
            reading=reading,
            image=self._image(article.image, article.path),
        )
        return Publication(
            card=card,
            local=article.date.astimezone(self.settings.zone),
            changed=max(article.date, article.updated or article.date),
            key=f"article\0{article.slug}",
            tags=tags,
            themes=themes,
            commune=code,
            html=html,
            article=article,
            is_listed=article.status is Status.PUBLISHED,
            featured_on=chosen.featured_on,
        )

    def _tongue(self, language: str) -> str:
        """Return a text's language where it isn't the hub's own."""
        own = self.settings.site.language
        return "" if language.split("-", maxsplit=1)[0] == own.split("-")[0] else language
