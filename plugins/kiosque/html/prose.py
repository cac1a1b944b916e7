"""Prepares a text for its page: section links, footnotes, pictures in several widths, players. Pure.

All functions take HTML as ``sanitizer.clean_html`` writes it, so that regular expressions can find its tags.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from kiosque import text, urls
from kiosque.html import plain_text
from kiosque.html.players import player_page
from kiosque.model import Record

WORDS_A_MINUTE = 200
# A text with more words and at least as many headings has contents.
_LONG = 600
_SECTIONS = 3
# Ids that the pages around a text use themselves.
_TAKEN = re.compile(
    r"contenu|direct|ecouter|notes|past|player|player-more|related|report|sommaire|(?:son|video)-\d+|fn.*"
)
_HEADING = re.compile(
    r'<h([23])(?: id="([^"<>]*)")?((?: [a-z]+="[^"<>]*")*+)>((?:[^<]++|<(?!/?h[1-6]\b))*+)</h\1>'
)
_LONELY_PICTURE = re.compile(r"<p>\s*(<img [^<]*>)\s*</p>")
_PICTURE = re.compile(r'<img (?:[a-z]+="[^"]*" ?)+>')
_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
_NOTE_MARK = re.compile(r'(<sup id="fnref[^"]*">)<a href="#fn([^"]*)"[^>]*>([^<]*)</a>')
_NOTE_BACK = re.compile(r'<a href="#fnref([^"<>]*)"[^<>]*+>[^<]*</a>')
_NOTE = '<li id="fn'
_NOTES_START = re.compile(rf"<div>\s*+<hr>\s*+(?=<ol>\s*+{_NOTE})")
_NOTES_END = re.compile(r"(?<=</ol>)\s*+</div>")
# The sanitizer writes ``href`` first, then ``title`` and ``rel``.
_LONELY_LINK = re.compile(r'<p>\s*<a href="([^"]*)"[^>]*>([^<]*)</a>\s*</p>')
_TYPES = {
    ".aac": "audio/aac", ".flac": "audio/flac", ".m4a": "audio/mp4", ".mp3": "audio/mpeg",
    ".mp4": "video/mp4", ".oga": "audio/ogg", ".ogg": "audio/ogg", ".ogv": "video/ogg", ".opus": "audio/ogg",
    ".wav": "audio/wav", ".webm": "video/webm",
}  # fmt: skip


class Section(Record, frozen=True):
    """A heading of a text: its id, its words, and the headings one level below it."""

    id: str
    title: str
    parts: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class Media:
    """A sound or video in a text. ``url`` is its file, or its page if ``type`` is ``text/html``."""

    url: str
    type: str
    title: str


def seconds_to_read(clean: str) -> float:
    """Return how long it takes to read a text at 200 words a minute: in seconds, at least 60."""
    return max(60.0, words(clean) * 60 / WORDS_A_MINUTE)


def words(clean: str) -> int:
    """Return the number of words of a text."""
    return len(plain_text.plain_text(clean).split())


def with_sections(clean: str) -> tuple[str, tuple[Section, ...]]:
    """Return a text with an id on each ``h2`` and ``h3``, and its contents, which are empty for a short text.

    An id that the author wrote stays, unless the page uses it for another place. A text is long if it has
    more than 600 words and at least three such headings.
    """
    headings: list[tuple[int, Section]] = []
    ids: dict[str, int] = {}

    def with_id(heading: re.Match[str]) -> str:
        level, author_id, attributes, inner = heading.groups()
        title = plain_text.plain_text(inner)
        own_id = _free_id(author_id or text.slug(title, "section"), ids)
        headings.append((int(level), Section(id=own_id, title=title)))
        return f'<h{level} id="{own_id}"{attributes}>{inner}</h{level}>'

    marked = _HEADING.sub(with_id, clean)
    is_long = len(headings) >= _SECTIONS and words(clean) > _LONG
    return marked, _sections(headings) if is_long else ()


def _free_id(wanted: str, taken: dict[str, int]) -> str:
    """Return ``wanted``, with a number if the text or its page uses it, and add it to ``taken``.

    ``taken`` maps each id to the number to try next for the same words: a text may repeat a heading ten
    thousand times.
    """
    free, number = wanted, taken.get(wanted, 2)
    while free in taken or _TAKEN.fullmatch(free):
        free, number = f"{wanted}-{number}", number + 1
    taken[wanted] = number
    taken.setdefault(free, 2)
    return free


def _sections(headings: Iterable[tuple[int, Section]]) -> tuple[Section, ...]:
    """Return the sections of the second level, each with those of the third that follow it."""
    groups: list[tuple[Section, list[Section]]] = []
    for level, section in headings:
        if level == 3 and groups:
            groups[-1][1].append(section)
        else:
            groups.append((section, []))
    return tuple(Section(id=first.id, title=first.title, parts=tuple(parts)) for first, parts in groups)


def with_notes(clean: str, mark: str, back: str, heading: str) -> str:
    """Return a text whose footnotes and their links have roles and names for screen readers.

    ``mark`` and ``back`` are the names of a link to a note and of the link back, each with ``{number}``.
    ``heading`` is the name of the section of notes.
    """
    if '"#fn' not in clean:
        return clean
    numbers: dict[str, str] = {}

    def named_mark(link: re.Match[str]) -> str:
        before, note, number = link.groups()
        numbers[note] = number
        name = html.escape(mark.format(number=number))
        link_start = f'<a class="footnote-ref" href="#fn{note}" role="doc-noteref" aria-label="{name}">'
        return f"{before}{link_start}{number}</a>"

    def named_back(link: re.Match[str]) -> str:
        # If a text refers to the note ``:1`` several times, the later marks are ``fnref2:1``, ``fnref3:1``…
        number = numbers.get(re.sub(r"^\d+(?=[:-])", "", link[1]), "")
        name = html.escape(back.format(number=number))
        return f'<a href="#fnref{link[1]}" role="doc-backlink" aria-label="{name}">↩</a>'

    marked = _NOTE_BACK.sub(named_back, _NOTE_MARK.sub(named_mark, clean))
    return _with_section_of_notes(marked, html.escape(heading))


def _with_section_of_notes(clean: str, title: str) -> str:
    """Return a text whose notes, up to the last one, are a section for screen readers."""
    start = _NOTES_START.search(clean)
    end = _NOTES_END.search(clean, clean.rfind(_NOTE)) if start else None
    if not start or not end:
        return clean
    notes = clean[start.end() : end.start()]
    section = f'<section class="footnote" role="doc-endnotes" aria-label="{title}"><hr>{notes}</section>'
    return clean[: start.start()] + section + clean[end.end() :]


def with_pictures(clean: str, pictures: Mapping[str, Sequence[tuple[str, int, int]]], sizes: str) -> str:
    """Return a text whose pictures of the hub come in several widths, so that browsers choose one.

    A picture that is a paragraph of its own becomes a figure, with its title as the caption. ``pictures``
    maps the address of a picture in the text to the address, width and height of each file, narrowest first,
    in pixels. ``sizes`` is the attribute ``sizes`` of HTML: how wide the page shows the pictures.
    """
    if "<img" not in clean:
        return clean

    def with_widths(tag: str) -> str:
        attributes = dict(_ATTRIBUTE.findall(tag))
        files = pictures.get(html.unescape(attributes.get("src", "")))
        if not files:
            return tag.replace("<img ", '<img loading="lazy" decoding="async" ', 1)
        _address, width, height = files[-1]
        srcset = ", ".join(
            f"{html.escape(address)} {file_width}w" for address, file_width, _file_height in files
        )
        return (
            f'<img src="{html.escape(files[0][0])}" srcset="{srcset}" sizes="{sizes}" width="{width}" '
            f'height="{height}" alt="{attributes.get("alt", "")}" loading="lazy" decoding="async">'
        )

    def figure(paragraph: re.Match[str]) -> str:
        title = dict(_ATTRIBUTE.findall(paragraph[1])).get("title", "")
        # nh3 escapes attributes as it does text, except for these two characters.
        caption = title.replace("<", "&lt;").replace(">", "&gt;")
        picture = paragraph[1].replace(f' title="{title}"', "") if title else paragraph[1]
        return f"<figure>{picture}{f'<figcaption>{caption}</figcaption>' if caption else ''}</figure>"

    return _PICTURE.sub(lambda tag: with_widths(tag[0]), _LONELY_PICTURE.sub(figure, clean))


def with_media(clean: str, is_ours: Callable[[str], bool]) -> list[str | Media]:
    """Return the pieces of a text in their order: HTML, and the sounds and videos between.

    A sound or video is a link that is a paragraph of its own, to a file or to the page of a known player.
    ``is_ours`` tells whether an address without a host is that of one of the hub's files.
    """
    pieces: list[str | Media] = []
    position = 0
    for paragraph in _LONELY_LINK.finditer(clean):
        url, title = html.unescape(paragraph[1]), html.unescape(paragraph[2]).strip()
        if media := _media(url, title, is_ours):
            pieces += [clean[position : paragraph.start()], media]
            position = paragraph.end()
    return [*pieces, clean[position:]]


def _media(url: str, title: str, is_ours: Callable[[str], bool]) -> Media | None:
    if page := player_page(url):
        return Media(page, "text/html", title)
    media_type = _TYPES.get(PurePosixPath(unquote(urlsplit(url).path)).suffix.lower(), "")
    return Media(url, media_type, title) if media_type and (urls.web_url(url) or is_ours(url)) else None
