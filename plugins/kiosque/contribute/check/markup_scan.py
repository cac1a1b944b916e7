"""What a text marks up: its links, pictures, headings and raw HTML, each with its place. Pure.

A scanner of lines rather than a parser: Python-Markdown, which the site uses, takes six times as long, and
places get lost in it. ``tests/contribute/test_check_marks.py`` holds the two together on the texts of the demonstration.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from kiosque.html.tokenizer import attributes

_NOT_LINE_END = re.compile(r"[^\n]")
_FENCE = re.compile(r"(`{3,}|~{3,})")
_ITEM = re.compile(r" {0,3}(?:[*+-]|\d+\.)[ \t]")
_CODE = re.compile(r"(?<![\\`])(`+)(?!`)(.{1,2000}?)(?<!`)\1(?!`)", re.DOTALL)
# Lengths are bounded: what opens again and again and never closes must not be looked through each time.
_BRACKET = re.compile(r"\\.|(!?)\[|(\])|\n[ \t]*\n", re.DOTALL)
_TARGET = re.compile(
    r"\(\s{0,50}(?:<([^<>\n]{0,2000})>|([^\s()<>]{0,2000}(?:\([^\s()]{0,500}\)[^\s()]{0,500}){0,20}))"
    r"(?:\s{1,50}(?:\"[^\"]{0,2000}\"|'[^']{0,2000}'))?\s{0,50}\)"
)
_REFERENCE = re.compile(r" ?\[([^\]\n]{0,200})\]")
_DEFINED = re.compile(r"^ {0,3}\[([^\]^\n][^\]\n]{0,200})\]:[ \t]*<?([^\s>]+)>?", re.MULTILINE)
_BARE = re.compile(
    r"<((?:https?|mailto|ftp):[^\s<>]{1,2000}|[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,200})>", re.IGNORECASE
)
_TAG = re.compile(
    r"<(/?)([A-Za-z][A-Za-z0-9-]{0,40})((?:\s(?:[^>\"']|\"[^\"]{0,2000}\"|'[^']{0,2000}'){0,1000}+)?/?)>"
)
_HEADING = re.compile(r"(?:> ?)*(#{1,6})[ \t]*(.*?)[ \t]*#*[ \t]*")
_UNDER = re.compile(r"(=+|-+)[ \t]*")
_ID = re.compile(r"\{[^{}]*#([A-Za-z][\w-]*)[^{}]*\}\s*$")

_RST_LINK = re.compile(r"`([^`<]*)<([^<>`\s]+)>`__?")
_RST_TARGET = re.compile(r"^\.\. _[^:\n]+:[ \t]*(\S+)[ \t]*$", re.MULTILINE)
_RST_DIRECTIVE = re.compile(r"^([ \t]*)\.\. (?:\|[^|\n]+\| )?([\w-]+)::[ \t]*(.*)$", re.MULTILINE)
_RST_OPTION = re.compile(r"\s+:(\w+):[ \t]*(.*)")
_RST_UNDER = re.compile(r"([!-/:-@\[-`{-~])\1+[ \t]*")


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
    prose = _without_code(text)
    places = _Places(prose, first_line)
    marks = Marks(prose=prose, headings=list(_headings(prose, first_line)))
    found = [*_bracketed(prose, places), *_bare(prose, places)]
    marks.tags = list(_tags(prose, places))
    for tag in marks.tags:
        found += _of_tag(tag, marks)
    marks.links = sorted(set(found), key=lambda link: (link.line, link.column))
    marks.ids |= {heading.id for heading in marks.headings if heading.id}
    return marks


def _blank(found: re.Match[str]) -> str:
    return _NOT_LINE_END.sub(" ", found[0])


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
    return _without_comments(_CODE.sub(_blank, "\n".join(lines)))


def _without_comments(prose: str) -> str:
    kept, place = [], 0
    while (start := prose.find("<!--", place)) >= 0 and (end := prose.find("-->", start)) >= 0:
        kept += [prose[place:start], _NOT_LINE_END.sub(" ", prose[start : end + 3])]
        place = end + 3
    return "".join([*kept, prose[place:]])


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


def _bracketed(prose: str, places: _Places) -> Iterator[Link]:
    """Yield what stands in brackets and leads somewhere: by an address behind it, or by one that is defined elsewhere."""
    defined = {_name(found[1]): found for found in _DEFINED.finditer(prose)}
    is_open: list[re.Match[str]] = []
    end = 0
    for found in _BRACKET.finditer(prose):
        if found[0].startswith("\n"):
            # A paragraph ends what it begins.
            is_open.clear()
        elif found.start() < end or found[0].startswith("\\"):
            continue
        elif found[2] is None:
            is_open.append(found)
        elif is_open:
            opening = is_open.pop()
            words = prose[opening.end() : found.start()]
            target, end = _behind(prose, found.end(), words, defined)
            if target:
                yield Link(target[0], " ".join(words.split()), *places.of(target[1]), bool(opening[1]))


def _behind(
    prose: str, place: int, words: str, defined: Mapping[str, re.Match[str]]
) -> tuple[tuple[str, int] | None, int]:
    """Return what words in brackets lead to, and where that stands; and where what is behind them ends."""
    if found := _TARGET.match(prose, place):
        group = 1 if found[1] is not None else 2
        return (found[group], found.start(group)), found.end()
    if not defined or prose.startswith(":", place):
        return None, place
    reference = _REFERENCE.match(prose, place)
    if reference and (meant := defined.get(_name(reference[1] or words))):
        return (meant[2], meant.start(2)), reference.end()
    meant = defined.get(_name(words))
    return ((meant[2], meant.start(2)) if meant else None), place


def _is_escaped(prose: str, place: int) -> bool:
    return prose[place - 1 : place] == "\\"


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
