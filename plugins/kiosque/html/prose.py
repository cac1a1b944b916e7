"""A text made ready for its page: sections to jump to, notes, pictures in several widths, players. Pure.

What comes in is clean HTML as ``text.clean_html`` writes it, so that tags can be found by their form.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from kiosque import text, urls
from kiosque.html import plain_text
from kiosque.html.players import player_page
from kiosque.model import Record

WORDS_A_MINUTE = 200
_LONG = 600
_SECTIONS = 3
# What the pages around a text call their own places.
_TAKEN = re.compile(
    r"contenu|direct|ecouter|notes|past|player|player-more|related|report|sommaire|(?:son|video)-\d+|fn.*"
)
_HEADING = re.compile(r'<h([23])(?: id="([^"]*)")?((?: [a-z]+="[^"]*")*)>(.*?)</h\1>', re.DOTALL)
_LONELY_PICTURE = re.compile(r"<p>\s*(<img [^<]*>)\s*</p>")
_PICTURE = re.compile(r'<img (?:[a-z]+="[^"]*" ?)+>')
_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
_NOTE_MARK = re.compile(r'(<sup id="fnref[^"]*">)<a href="#fn([^"]*)"[^>]*>([^<]*)</a>')
_NOTE_BACK = re.compile(r'<a href="#fnref([^"]*)"[^>]*>[^<]*</a>')
_NOTES = re.compile(r'<div>\s*<hr>\s*(<ol>\s*<li id="fn.*?</ol>)\s*</div>(?!.*<li id="fn)', re.DOTALL)
# Cleaning writes ``href`` first and ``title``, ``rel`` after it.
_LONELY_LINK = re.compile(r'<p>\s*<a href="([^"]*)"[^>]*>([^<]*)</a>\s*</p>')
_TYPES = {
    ".aac": "audio/aac", ".flac": "audio/flac", ".m4a": "audio/mp4", ".mp3": "audio/mpeg", ".mp4": "video/mp4",
    ".oga": "audio/ogg", ".ogg": "audio/ogg", ".ogv": "video/ogg", ".opus": "audio/ogg", ".wav": "audio/wav",
    ".webm": "video/webm",
}  # fmt: skip


class Section(Record, frozen=True):
    """A heading of a text, where it is, and the headings below it."""

    id: str
    title: str
    parts: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class Media:
    """A sound or video in a text: the address of its file or, where ``type`` is ``text/html``, of its page."""

    url: str
    type: str
    title: str


def seconds_to_read(clean: str) -> float:
    """Return how long a text takes to read, in seconds, at 200 words a minute; nobody counts less than a minute."""
    return max(60.0, words(clean) * 60 / WORDS_A_MINUTE)


def words(clean: str) -> int:
    """Return how many words a text has."""
    return len(plain_text.plain_text(clean).split())


def with_sections(clean: str) -> tuple[str, tuple[Section, ...]]:
    """Give each heading of the second and third level an id, and return the contents of a text that is long.

    An id that someone wrote stays, unless the page calls another place so. A text is long with more than 600 words
    and at least three such headings.
    """
    sections: list[Section] = []
    ids: set[str] = set()

    def mark(found: re.Match[str]) -> str:
        level, given, others, inner = found.groups()
        title = plain_text.plain_text(inner)
        name = _free(given or text.slug(title, "section"), ids)
        ids.add(name)
        _add(sections, int(level), Section(id=name, title=title))
        return f'<h{level} id="{name}"{others}>{inner}</h{level}>'

    marked = _HEADING.sub(mark, clean)
    is_long = len(ids) >= _SECTIONS and words(clean) > _LONG
    return marked, tuple(sections) if is_long else ()


def _free(wanted: str, taken: set[str]) -> str:
    name, number = wanted, 2
    while name in taken or _TAKEN.fullmatch(name):
        name, number = f"{wanted}-{number}", number + 1
    return name


def _add(sections: list[Section], level: int, section: Section) -> None:
    if level == 3 and sections:
        last = sections[-1]
        sections[-1] = Section(id=last.id, title=last.title, parts=(*last.parts, section))
    else:
        sections.append(section)


def with_notes(clean: str, mark: str, back: str, heading: str) -> str:
    """Say what footnotes and their links are, to those who don't see them too.

    ``mark`` and ``back`` name the links to a note and back (``{number}``), ``heading`` all the notes.
    """
    if '"#fn' not in clean:
        return clean
    numbers: dict[str, str] = {}

    def named_mark(found: re.Match[str]) -> str:
        before, note, number = found.groups()
        numbers[note] = number
        name = html.escape(mark.format(number=number))
        return f'{before}<a class="footnote-ref" href="#fn{note}" role="doc-noteref" aria-label="{name}">{number}</a>'

    def named_back(found: re.Match[str]) -> str:
        # A note that is named again has marks ``fnref2:1``, ``fnref3:1``… of the note ``:1``.
        number = numbers.get(re.sub(r"^\d+(?=[:-])", "", found[1]), "")
        name = html.escape(back.format(number=number))
        return f'<a href="#fnref{found[1]}" role="doc-backlink" aria-label="{name}">↩</a>'

    marked = _NOTE_BACK.sub(named_back, _NOTE_MARK.sub(named_mark, clean))
    title = html.escape(heading)
    return _NOTES.sub(
        rf'<section class="footnote" role="doc-endnotes" aria-label="{title}"><hr>\1</section>', marked
    )


def with_pictures(clean: str, pictures: Mapping[str, Sequence[tuple[str, int, int]]], sizes: str) -> str:
    """Show the hub's own pictures in several widths; one that stands alone, with its title as a caption.

    ``pictures`` are address, width and height of each width, narrowest first, by the address that the text names;
    ``sizes`` says how wide they are shown, as in HTML.
    """
    if "<img" not in clean:
        return clean

    def shown(tag: str) -> str:
        given = dict(_ATTRIBUTE.findall(tag))
        widths = pictures.get(html.unescape(given.get("src", "")))
        if not widths:
            return tag.replace("<img ", '<img loading="lazy" decoding="async" ', 1)
        _address, width, height = widths[-1]
        srcset = ", ".join(f"{html.escape(address)} {wide}w" for address, wide, _high in widths)
        return (
            f'<img src="{html.escape(widths[0][0])}" srcset="{srcset}" sizes="{sizes}" width="{width}" '
            f'height="{height}" alt="{given.get("alt", "")}" loading="lazy" decoding="async">'
        )

    def framed(found: re.Match[str]) -> str:
        caption = dict(_ATTRIBUTE.findall(found[1])).get("title", "")
        # Attributes are escaped as texts are, save for these.
        words = caption.replace("<", "&lt;").replace(">", "&gt;")
        picture = found[1].replace(f' title="{caption}"', "") if caption else found[1]
        return f"<figure>{picture}{f'<figcaption>{words}</figcaption>' if words else ''}</figure>"

    return _PICTURE.sub(lambda found: shown(found[0]), _LONELY_PICTURE.sub(framed, clean))


def with_media(clean: str, is_ours: Callable[[str], bool]) -> list[str | Media]:
    """Part a text at each sound or video: a link that is a paragraph of its own to a file, or to a known player's page.

    ``is_ours`` tells the addresses of the hub's own files from what is of no host.
    """
    pieces: list[str | Media] = []
    place = 0
    for found in _LONELY_LINK.finditer(clean):
        url, title = html.unescape(found[1]), html.unescape(found[2]).strip()
        if media := _media(url, title, is_ours):
            pieces += [clean[place : found.start()], media]
            place = found.end()
    return [*pieces, clean[place:]]


def _media(url: str, title: str, is_ours: Callable[[str], bool]) -> Media | None:
    if page := player_page(url):
        return Media(page, "text/html", title)
    kind = _TYPES.get(PurePosixPath(unquote(urlsplit(url).path)).suffix.lower(), "")
    return Media(url, kind, title) if kind and (urls.web_url(url) or is_ours(url)) else None
