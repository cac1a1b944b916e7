"""What search knows of a publication, a page or a medium: a lean document, not the page that shows it.

Pagefind parts words at white space, knows only the straight apostrophe, and takes no ligature apart. So the copy that
is indexed is folded, and ``search.js`` folds what is asked in the same way: the two belong together.
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
from kiosque.site.hub.companion_files import Beside
from kiosque.site.hub.hub import Hub
from kiosque.site.hub.playable import players
from kiosque.site.hub.records import Item, Publication

# ``l' émission``: the word stands apart, to be found and marked without its article.
_ELISION = re.compile(r"\b([cdjlmnst]|(?:jus|lors|puis|quoi)?qu)'(?=\w)", re.IGNORECASE)
_LETTERS = str.maketrans({"’": "'", "ʼ": "'", "œ": "oe", "Œ": "Oe", "æ": "ae", "Æ": "Ae"})
# Later than any date in Pagefind's order: what has none comes last, and isn't left out.
_UNDATED = "000000000000"


class Document(Record, frozen=True):
    """Something to be found.

    ``format`` is that of a publication, ``page``, ``media`` or the name of another kind; ``kind`` names the kind of
    whatever is no entry. ``moment`` is its local date and time as digits,
    ``202603140900``. ``html`` is its text, where it may be shown in full, else there is a ``summary``. ``beside`` are
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
    beside: tuple[Any, ...] = ()


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
        beside=tuple(_words(hub, publication)),
    )


def of_hub(hub: Hub) -> Iterator[Document]:
    """Yield the documents of the hub's own pages and of its media."""
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


def _words(hub: Hub, publication: Publication) -> Iterator[object]:
    """Yield where the words of an entry's sounds are; few have any, so that the others cost nothing."""
    entry, source = publication.entry, publication.source
    if entry and source and any(enclosure.transcripts for enclosure in entry.enclosures):
        yield from (player.words for player in players(hub, source, entry) if player.words)


def digest_of(documents: Iterable[Document]) -> Iterator[bytes]:
    """Yield the bytes that differ where a document does."""
    yield from map(msgspec.msgpack.Encoder().encode, documents)


def lean_html(document: Document, language: str, said: Callable[[Any], Iterable[Any]]) -> str:
    """Return the page that Pagefind reads; ``said`` gives the paragraphs of words beside a sound.

    What the interface shows besides lies in the ``id`` of an anchor, as JSON: Pagefind would search in metadata. The
    anchor stands where the text begins, behind title and names.
    """
    beside = (cue.text for words in document.beside for cue in said(words))
    body = " ".join([plain_text.plain_text(document.html) if document.html else document.summary, *beside])
    about = " · ".join(
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
            f"<h1>{_folded(document.title)}</h1><p>{_folded(about)}</p>",
            f'<i id="{html.escape(msgspec.json.encode(facts).decode())}"></i><p>{_folded(body)}</p></body></html>',
        ]
    )


def _attribute(kind: str, name: str, value: str) -> str:
    return f'<meta data-pagefind-{kind}="{name}[content]" content="{html.escape(value)}">'


def _folded(written: str) -> str:
    return html.escape(fold(written), quote=False)


def fold(written: str) -> str:
    """Return a text as it is indexed: apostrophes straight, ligatures taken apart, elided words apart from their noun."""
    return _ELISION.sub(r"\1' ", written.translate(_LETTERS))


__all__ = ["Beside", "Document", "digest_of", "fold", "lean_html", "of_hub", "of_publication"]
