"""The documents of the search index: lean copies of publications, pages and media.

Pagefind separates words at white space, knows only the straight apostrophe, and doesn't split ligatures. So
the text is folded before it is indexed. ``search.js`` folds the readers' questions in the same way: change
both together.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from kiosque.content.kinds.page import PAGE
from kiosque.content.kinds.source import SOURCE
from kiosque.html import plain_text
from kiosque.model import Record, Status
from kiosque.site.hub.hub import Hub
from kiosque.site.hub.playable import players
from kiosque.site.hub.records import Item, Publication

# An elided word such as ``l'`` gets a space: ``l' émission``. The noun is then found and marked without it.
_ELISION = re.compile(r"\b([cdjlmnst]|(?:jus|lors|puis|quoi)?qu)'(?=\w)", re.IGNORECASE)
_LETTERS = str.maketrans({"’": "'", "ʼ": "'", "œ": "oe", "Œ": "Oe", "æ": "ae", "Æ": "Ae"})
# Sorted after all dates. Pagefind would leave out a document without this value.
_UNDATED = "000000000000"


class Document(Record, frozen=True):
    """A document of the index.

    ``format`` is that of a publication, ``page``, ``media`` or the name of another kind. ``kind`` is that of
    a content file, empty for an entry. ``moment`` is the local date and time as digits, ``202603140900``.
    ``html`` is the full text where the hub may show it; otherwise there is a ``summary``. ``transcripts`` are
    files with the words of its sounds.
    """

    address: str
    title: str
    format: str
    kind: str = ""
    moment: str = ""
    source: str = ""
    commune: str = ""
    themes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    duration: float | None = None
    language: str = ""
    html: str = ""
    summary: str = ""
    transcripts: tuple[Any, ...] = ()


def of_publication(hub: Hub, publication: Publication) -> Document:
    """Return the document of an entry or an article."""
    card = publication.card
    return Document(
        address=card.address,
        title=card.title,
        format=card.format.value,
        kind="" if publication.entry else publication.kind,
        moment=f"{publication.local:%Y%m%d%H%M}",
        source=card.source.name if card.source else "",
        commune=card.commune.name if card.commune else "",
        themes=tuple(theme.name for theme in publication.themes),
        names=tuple(link.name for link in (*publication.tags, *card.authors)),
        duration=card.duration,
        language=card.language,
        html=publication.html,
        summary=card.summary,
        transcripts=tuple(_transcripts(hub, publication)),
    )


def of_hub(hub: Hub) -> Iterator[Document]:
    """Yield the documents of the hub's own pages and of its sources."""
    for page in hub.pages:
        if page.record.status is Status.PUBLISHED:
            yield Document(
                address=PAGE.page(page.record.slug),
                title=page.record.title,
                format=PAGE.name,
                kind=PAGE.name,
                language=page.record.language,
                html=page.html,
                summary=page.record.summary,
            )
    for items in hub.items.values():
        yield from (_of_item(item) for item in items if item.is_listed)
    for source in hub.sources:
        commune = hub.commune(source.commune)
        yield Document(
            address=SOURCE.page(source.slug),
            title=source.name,
            format="media",
            kind=SOURCE.name,
            commune=commune.name if commune else "",
            html=hub.descriptions.get(source.slug, ""),
        )


def _of_item(item: Item) -> Document:
    """Return the document of an item that is no publication: its format is its kind."""
    card = item.card
    return Document(
        address=card.address,
        title=card.title,
        format=item.kind,
        kind=item.kind,
        moment=f"{item.local:%Y%m%d%H%M}" if isinstance(item, Publication) else "",
        commune=card.commune.name if card.commune else "",
        themes=tuple(theme.name for theme in item.themes),
        names=tuple(tag.name for tag in item.tags),
        language=card.language,
        html=item.html,
        summary=card.summary,
    )


def _transcripts(hub: Hub, publication: Publication) -> Iterator[object]:
    """Yield the transcripts of an entry's sounds."""
    entry, source = publication.entry, publication.source
    # Few entries have transcripts: asking first saves the work of making players for all others.
    if entry and source and any(enclosure.transcripts for enclosure in entry.enclosures):
        yield from (player.words for player in players(hub, source, entry) if player.words)


def digest_of(documents: Iterable[Document]) -> Iterator[bytes]:
    """Yield bytes for a digest, which change with the documents."""
    yield from map(msgspec.msgpack.Encoder().encode, documents)


def lean_html(document: Document, language: str, paragraphs: Callable[[Any], Iterable[Any]]) -> str:
    """Return the page that Pagefind reads; ``paragraphs`` returns the paragraphs of a transcript.

    Other facts that search results show are in the ``id`` of an anchor, as JSON: Pagefind would search in
    metadata, but not there. The anchor marks the beginning of the text, after title and names.
    """
    spoken = (cue.text for transcript in document.transcripts for cue in paragraphs(transcript))
    body = " ".join([plain_text.plain_text(document.html) if document.html else document.summary, *spoken])
    names = " · ".join(
        name for name in (document.source, document.commune, *document.themes, *document.names) if name
    )
    facts = [document.address, document.moment[:8], document.duration or 0, document.language, document.kind]
    filters = [
        ("format", document.format),
        ("source", document.source),
        ("commune", document.commune),
        ("year", document.moment[:4]),
        *(("theme", theme) for theme in document.themes),
    ]
    return "".join(
        [
            f'<html lang="{language}"><body data-pagefind-body>',
            _attribute("meta", "title", document.title),
            _attribute("sort", "date", document.moment or _UNDATED),
            *(_attribute("filter", name, value) for name, value in filters if value),
            f"<h1>{_folded(document.title)}</h1><p>{_folded(names)}</p>",
            f'<i id="{html.escape(msgspec.json.encode(facts).decode())}"></i>',
            f"<p>{_folded(body)}</p></body></html>",
        ]
    )


def _attribute(kind: str, name: str, value: str) -> str:
    return f'<meta data-pagefind-{kind}="{name}[content]" content="{html.escape(value)}">'


def _folded(text: str) -> str:
    return html.escape(fold(text), quote=False)


def fold(text: str) -> str:
    """Return a text as it is indexed: straight apostrophes, split ligatures, a space after elided words."""
    return _ELISION.sub(r"\1' ", text.translate(_LETTERS))
