"""What a text marks up: its links, pictures, headings and raw HTML, each with its place. Pure.

A scanner of lines rather than a parser: Python-Markdown, which the site uses, takes 10 ms for a text, and places
get lost in it. ``tests/contribute/test_check_marks.py`` holds the two together on the texts of the demonstration.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from kiosque.markup import attributes

_FENCE = re.compile(r"(`{3,}|~{3,})")
_ITEM = re.compile(r" {0,3}(?:[*+-]|\d+\.)[ \t]")
_CODE = re.compile(r"(?<![\\`])(`+)(?!`)(.{1,2000}?)(?<!`)\1(?!`)", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_WORDS = r"((?:[^\[\]\n]|\n(?!\s*\n)|\\[\[\]]|\[(?:[^\[\]\n]|\n(?!\s*\n)){0,500}\](?:\([^()\n]{0,500}\))?)*+)"
_TARGET = r"(<[^<>\n]*>|[^\s()<>]*(?:\([^\s()]*\)[^\s()]*)*)"
_INLINE = re.compile(rf"(!?)\[{_WORDS}\]\(\s*{_TARGET}(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)")
_DEFINED = re.compile(r" {0,3}\[([^\]^\n][^\]\n]*)\]:[ \t]*<?([^\s>]+)>?", re.MULTILINE)
_REFERRED = re.compile(rf"(!?)\[{_WORDS}\](?: ?\[([^\]\n]*)\])?")
_BARE = re.compile(r"<((?:https?|mailto|ftp):[^\s<>]+|[\w.+-]+@[\w-]+\.[\w.-]+)>", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)((?:\s(?:[^>\"']|\"[^\"]*\"|'[^']*')*+)?/?)>")
_HEADING = re.compile(r"(?:> ?)*(#{1,6})[ \t]*(.*?)[ \t]*#*[ \t]*")
_UNDER = re.compile(r"(=+|-+)[ \t]*")
_ID = re.compile(r"\{[^{}]*#([A-Za-z][\w-]*)[^{}]*\}\s*$")

_RST_LINK = re.compile(r"`([^`<]*)<([^<>`\s]+)>`__?")
_RST_TARGET = re.compile(r"^\.\. _[^:\n]+:[ \t]*(\S+)[ \t]*$", re.MULTILINE)
_RST_DIRECTIVE = re.compile(r"^([ \t]*)\.\. (?:\|[^|\n]+\| )?([\w-]+)::[ \t]*(.*)$", re.MULTILINE)
_RST_OPTION = re.compile(r"\s+:(\w+):[ \t]*(.*)")
_RST_UNDER = re.compile(r"([!-/:-@\[-`{-~])\1{2,}[ \t]*")


class Link(NamedTuple):
    """A link, or a picture: where it leads, its words or description, and where its target stands in the file."""

    target: str
    words: str
    line: int
    column: int
    is_picture: bool = False


class Heading(NamedTuple):
    """A heading with its level, from 1, its words, and the id that its author gave it."""

    level: int
    words: str
    line: int
    id: str = ""


class Tag(NamedTuple):
    """A tag of raw HTML that opens, its attributes as written; for reStructuredText, a directive."""

    name: str
    attributes: str
    line: int
    column: int


@dataclass(slots=True)
class Marks:
    """All that a text marks up, in its order. ``prose`` is the text with its code blanked out, line for line."""

    links: list[Link] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    prose: str = ""
    ids: set[str] = field(default_factory=set)


class _Places:
    """From a place in a text to its line and column; the text begins on ``first_line``."""

    def __init__(self, text: str, first_line: int) -> None:
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self._first = first_line

    def of(self, place: int) -> tuple[int, int]:
        line = bisect_right(self._starts, place) - 1
        return line + self._first, place - self._starts[line] + 1


def markdown(text: str, first_line: int = 1) -> Marks:
    """Return what a Markdown text marks up; it begins on ``first_line`` of its file."""
    if not any(sign in text for sign in "`~[<#=-\t") and "    " not in text:
        return Marks(prose=text)
    places = _Places(text, first_line)
    prose = _without_code(text)
    marks = Marks(prose=prose, headings=list(_headings(prose, first_line)))
    found = [*_inline(prose, places), *_by_reference(prose, places), *_bare(prose, places)]
    marks.tags = list(_tags(prose, places))
    for tag in marks.tags:
        found += _of_tag(tag, marks)
    marks.links = sorted(set(found), key=lambda link: (link.line, link.column))
    marks.ids |= {heading.id for heading in marks.headings if heading.id}
    return marks


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])


def _without_code(text: str) -> str:
    """Return a text of the same shape with its blocks and spans of code, and its comments, blank."""
    lines = text.split("\n")
    number, in_list, after_blank = 0, False, True
    while number < len(lines):
        line = lines[number]
        if (fence := _FENCE.match(line)) and (end := _end_of_fence(lines, number, fence[1])):
            lines[number : end + 1] = [""] * (end + 1 - number)
            number, after_blank = end + 1, True
            continue
        if _ITEM.match(line):
            in_list = True
        elif line.strip() and after_blank and not line[0].isspace():
            in_list = False
        indented = line.startswith(("    ", "\t")) if not in_list else line.startswith(("        ", "\t\t"))
        if indented and after_blank:
            lines[number] = ""
        else:
            after_blank = not line.strip()
        number += 1
    return _COMMENT.sub(_blank, _CODE.sub(_blank, "\n".join(lines)))


def _end_of_fence(lines: list[str], start: int, fence: str) -> int | None:
    for number in range(start + 1, len(lines)):
        if lines[number].startswith(fence) and not lines[number].strip(fence[0] + " \t"):
            return number
    return None


def _headings(prose: str, first_line: int) -> Iterator[Heading]:
    before = ""
    for number, line in enumerate(prose.split("\n"), start=first_line):
        if found := _HEADING.fullmatch(line):
            yield _heading(len(found[1]), found[2], number)
        elif (under := _UNDER.fullmatch(line)) and before.strip() and not _ITEM.match(before):
            yield _heading(1 if under[1][0] == "=" else 2, before, number - 1)
        before = line


def _heading(level: int, words: str, line: int) -> Heading:
    given = _ID.search(words)
    return Heading(
        level, (words[: given.start()] if given else words).strip(), line, given[1] if given else ""
    )


def _inline(prose: str, places: _Places) -> Iterator[Link]:
    place = 0
    while found := _INLINE.search(prose, place):
        # What stands between the brackets may be a picture.
        place = found.start(2)
        if not _is_escaped(prose, found.start()):
            yield _link(found[3], found[2], found.start(3), places, is_picture=bool(found[1]))


def _link(written: str, words: str, place: int, places: _Places, *, is_picture: bool) -> Link:
    bare = written[1:-1] if written.startswith("<") else written
    line, column = places.of(place + (1 if written.startswith("<") else 0))
    return Link(bare, " ".join(words.split()), line, column, is_picture)


def _is_escaped(prose: str, place: int) -> bool:
    return prose[place - 1 : place] == "\\"


def _by_reference(prose: str, places: _Places) -> Iterator[Link]:
    defined = {_name(found[1]): found for found in _DEFINED.finditer(prose)}
    if not defined:
        return
    for found in _REFERRED.finditer(prose):
        target = defined.get(_name(found[3] or found[2]))
        if target and target.start() <= found.start() < target.end():
            continue
        if target and not _is_escaped(prose, found.start()) and prose[found.end() : found.end() + 1] != "(":
            yield _link(target[2], found[2], target.start(2), places, is_picture=bool(found[1]))


def _name(reference: str) -> str:
    return " ".join(reference.lower().split())


def _bare(prose: str, places: _Places) -> Iterator[Link]:
    for found in _BARE.finditer(prose):
        line, column = places.of(found.start(1))
        target = found[1] if ":" in found[1] else f"mailto:{found[1]}"
        yield Link(target, found[1], line, column)


def _tags(prose: str, places: _Places) -> Iterator[Tag]:
    for found in _TAG.finditer(prose):
        if not found[1] and not _is_escaped(prose, found.start()):
            yield Tag(found[2].lower(), found[3], *places.of(found.start()))


def _of_tag(tag: Tag, marks: Marks) -> Iterator[Link]:
    """Yield the link that a tag is; note the id or heading that it makes."""
    given = attributes(tag.attributes)
    if given.get("id"):
        marks.ids.add(given["id"])
    if tag.name == "a" and "href" in given:
        yield Link(given["href"], "", tag.line, tag.column)
    elif tag.name == "img":
        # A picture that adorns may say so by an empty description; one without any says nothing.
        yield Link(given.get("src", ""), given.get("alt", "") or ("-" if "alt" in given else ""),
                   tag.line, tag.column, is_picture=True)  # fmt: skip


def rst(text: str, first_line: int = 1) -> Marks:
    """Return what a reStructuredText marks up; it begins on ``first_line`` of its file."""
    places = _Places(text, first_line)
    marks = Marks(prose=text, headings=list(_rst_headings(text, first_line)))
    for found in _RST_LINK.finditer(text):
        marks.links.append(Link(found[2], found[1].strip(), *places.of(found.start(2))))
    for found in _RST_TARGET.finditer(text):
        marks.links.append(Link(found[1], "", *places.of(found.start(1))))
    for found in _RST_DIRECTIVE.finditer(text):
        name, argument = found[2].lower(), found[3].strip()
        if name in {"image", "figure"}:
            alt = _options(text[found.end() :]).get("alt", "")
            marks.links.append(Link(argument, alt, *places.of(found.start(3)), is_picture=True))
        else:
            marks.tags.append(Tag(name, argument, *places.of(found.start(2))))
    marks.links.sort(key=lambda link: (link.line, link.column))
    return marks


def _options(after: str) -> dict[str, str]:
    options = {}
    for line in after.split("\n")[1:]:
        found = _RST_OPTION.fullmatch(line)
        if not found:
            break
        options[found[1]] = found[2].strip()
    return options


def _rst_headings(text: str, first_line: int) -> Iterator[Heading]:
    """Yield headings; the signs under them get their levels in the order in which they come, below the title's."""
    levels: dict[str, int] = {}
    lines = text.split("\n")
    for number in range(1, len(lines)):
        words, under = lines[number - 1].rstrip(), lines[number].rstrip()
        is_line = _RST_UNDER.fullmatch(under) and len(under) >= len(words)
        if words and is_line and not words[0].isspace() and not _RST_UNDER.fullmatch(words):
            level = levels.setdefault(under[0], len(levels) + 2)
            yield Heading(level, words, number - 1 + first_line)
