"""A stage of gathering: makes items from content files and entries, by the description of their kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kiosque import curation, languages, text
from kiosque.archive.entries import allowed
from kiosque.content.addresses import page_address
from kiosque.content.kinds import Kind
from kiosque.content.schema.kind import Order
from kiosque.content.visibility import is_shown
from kiosque.html import plain_text
from kiosque.model import ContentItem, Entry, Format, Picture, Source, Status, StoredEntry
from kiosque.settings.pelicanconf import HubSettings
from kiosque.site.gather.curation import UNCHOSEN, visible, visible_works
from kiosque.site.gather.link_targets import LinkResolver
from kiosque.site.gather.links import Links
from kiosque.site.gather.works import ORDINARY, Archive, Place, places
from kiosque.site.hub.files import FileFinder
from kiosque.site.hub.records import ENTRY, Card, Image, Item, ItemCard, Publication, Text
from kiosque.works import Work

_EXCERPT = 300
# An excerpt needs only so many characters from the beginning of a text.
_BEGINNING = 4000
Choices = Mapping[curation.Key, curation.Chosen]


@dataclass(frozen=True, slots=True)
class ItemMaker:
    """Makes the items of a hub; ``untitled`` is the title of an entry that has neither title nor text."""

    settings: HubSettings
    links: Links
    files: FileFinder
    resolver: LinkResolver
    choices: Choices
    untitled: str

    def entries(
        self, archive: Archive, works: Sequence[Work], sources: Mapping[str, Source]
    ) -> Iterator[Publication]:
        """Yield the publications of all entries, without those that are hidden or dated in the future."""
        shown = visible(archive, self.choices)
        shown_works = visible_works(works, self.choices)
        by_entry = places(shown, shown_works, self.links.sources, self.settings.now)
        for slug, entries in shown.items():
            for stored in entries:
                if stored.entry.moment <= self.settings.now:
                    key = slug, stored.entry.id
                    chosen = self.choices.get(key, UNCHOSEN)
                    yield self._entry(stored, sources[slug], by_entry.get(key, ORDINARY), chosen)

    def _entry(
        self, stored: StoredEntry, source: Source, place: Place, chosen: curation.Chosen
    ) -> Publication:
        entry = allowed(stored.entry, source.agreement.scope)
        code = chosen.commune or self._commune(entry, source)
        summary = entry.summary if len(entry.summary) <= _EXCERPT else text.excerpt(entry.summary)
        # Somebody may have edited the archive by hand.
        language = self._language(languages.language_tag(entry.language) or source.language)
        tags, themes = self.links.subjects(chosen.tagged(entry.tags), source.slug)
        self.files.enclosures(entry, source.path)
        card = Card(
            address=page_address(source.slug, stored.year, entry.slug),
            kind=ENTRY,
            title=entry.title or text.excerpt(summary, 80) or self.untitled,
            untitled=not entry.title,
            featured=bool(chosen.featured),
            moment=entry.moment,
            format=entry.format,
            language=language,
            direction=languages.direction(language) if language else "",
            summary=summary,
            source=self.links.sources[source.slug],
            authors=self.links.authors(entry.authors, besides=source.name),
            commune=self.links.communes.get(code),
            duration=next((e.duration for e in entry.enclosures if e.duration), None),
            image=self.image(entry.image, source.path),
            others=place.others,
        )
        return Publication(
            kind=ENTRY,
            card=card,
            record=entry,
            local=entry.moment.astimezone(self.settings.zone),
            changed=max(entry.moment, entry.updated or entry.moment),
            key=f"{source.slug}\0{entry.id}",
            tags=tags,
            themes=themes,
            commune=code,
            html=entry.content,
            source=source,
            featured_on=chosen.featured_on,
            is_listed=place.is_listed,
        )

    def _commune(self, entry: Entry, source: Source) -> str:
        return next((code for code in entry.communes if code in self.links.communes), source.commune)

    def of_kind(self, kind: Kind, texts: Iterable[Text[Any]]) -> list[Item]:
        """Return the items of a kind that have a page, in the order of its list."""
        items = [
            self._item(kind, text_)
            for text_ in texts
            if is_visible(self.settings, self.choices, kind, text_.record)
        ]
        if kind.order is Order.NEWEST:
            return sorted(items, key=lambda item: (_moment(item), item.key), reverse=True)
        return sorted(items, key=lambda item: (text.folded(item.card.title), item.key))

    def _item(self, kind: Kind, text_: Text[Any]) -> Item:
        record: ContentItem = text_.record
        chosen = self.choices.get(curation.key_of_file(kind, record.slug), UNCHOSEN)
        code = chosen.commune or record.commune
        html = self.resolver.resolve(text_.html, record.path)
        tags, themes = self.links.subjects(chosen.tagged(record.tags))
        moment = kind.moment(record)
        card: dict[str, Any] = {
            "address": kind.page(record.slug),
            "kind": kind.name,
            "title": getattr(record, kind.title),
            **self._in_language(record.language),
            "summary": record.summary or text.excerpt(plain_text.plain_text(html[:_BEGINNING])),
            "commune": self.links.communes.get(code),
            "image": self.image(record.image, record.path),
        }
        common: dict[str, Any] = {
            "kind": kind.name,
            "record": record,
            "key": f"{kind.name}\0{record.slug}",
            "tags": tags,
            "themes": themes,
            "commune": code,
            "html": html,
            "is_listed": record.status is Status.PUBLISHED,
        }
        if moment is None:
            return Item(card=ItemCard(**card), changed=record.updated, **common)
        featured_in_file = getattr(record, "featured", False)
        dated = Card(
            **card,
            moment=moment,
            format=Format.TEXT,
            featured=featured_in_file if chosen.featured is None else chosen.featured,
            authors=self.links.authors(record.authors),
            reading=text_.reading,
        )
        return Publication(
            card=dated,
            local=moment.astimezone(self.settings.zone),
            changed=max(moment, record.updated or moment),
            featured_on=chosen.featured_on,
            **common,
        )

    def image(self, picture: Picture | None, path: str) -> Image | None:
        """Return a picture of the hub's folder, or the stored copy of a picture of another host.

        None if there is no such picture. Pages never load pictures from other hosts. ``path`` is the file
        that names the picture.
        """
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

    def _in_language(self, stated: str) -> dict[str, str]:
        """Return the fields ``language`` and ``direction`` of a card."""
        language = self._language(stated)
        return {"language": language, "direction": languages.direction(language) if language else ""}

    def _language(self, language: str) -> str:
        """Return the language of a text; empty if it is that of the hub."""
        own = self.settings.site.language
        return "" if language.split("-", maxsplit=1)[0] == own.split("-")[0] else language


def is_visible(settings: HubSettings, choices: Choices, kind: Kind, record: ContentItem) -> bool:
    """Whether a content file has a page: it is shown at this moment, and the hub's editors don't hide it."""
    if not is_shown(kind, record, settings.now):
        return False
    return not choices.get(curation.key_of_file(kind, record.slug), UNCHOSEN).hidden


def _moment(item: Item) -> datetime:
    assert isinstance(item, Publication)
    return item.card.moment
