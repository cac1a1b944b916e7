"""Scan a text for links, pictures, headings and raw HTML, each with its place. Pure.

This is a scanner of lines rather than a parser. The parser that the site uses takes longer and doesn't keep
the columns of links. ``tests/contribute/test_check_marks.py`` compares the two on the texts of the
demonstration.
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
_ITEM = re.compile(r" {0,3}(?:[*+-]|\d{1,9}[.)])[ \t]")
_CODE = re.compile(r"(?<![\\`])(`+)(?!`)(.{1,2000}?)(?<!`)\1(?!`)", re.DOTALL)
# Lengths are limited: a hostile text that opens many brackets and closes none must not be searched to its end
# for each.
_BRACKET = re.compile(r"\\.|(!?)\[|(\])|\n[ \t]*\n", re.DOTALL)
_TARGET = re.compile(
    r"\(\s{0,50}(?:<([^<>\n]{0,2000})>|([^\s()<>]{0,2000}(?:\([^\s()]{0,500}\)[^\s()]{0,500}){0,20}))"
    r"(?:\s{1,50}(?:\"[^\"]{0,2000}\"|'[^']{0,2000}'))?\s{0,50}\)"
)
# A text without these has no markup that matters here.
_SIGNS = (*"`~[<#=-\t", "    ", "://", "www.")
# In characters. Brackets within brackets would otherwise be copied as often as they are deep.
_MOST_WORDS = 2000
_REFERENCE = re.compile(r" ?\[([^\]\n]{0,200})\]")
_DEFINED = re.compile(r"^ {0,3}\[([^\]^\n][^\]\n]{0,200})\]:[ \t]*<?([^\s>]+)>?", re.MULTILINE)
_AUTOLINK = re.compile(
    r"<((?:https?|mailto|ftp):[^\s<>]{1,2000}|[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,200})>", re.IGNORECASE
)
_BARE = re.compile(r"(?<![^\s*_~(])(?<!\]\()(?:https?://|www\.)[\w-][^\s<>]{0,2000}")
_TAG = re.compile(
    r"<(/?)([A-Za-z][A-Za-z0-9-]{0,40})((?:\s(?:[^>\"']|\"[^\"]{0,2000}\"|'[^']{0,2000}'){0,1000}+)?/?)>"
)
_HEADING = re.compile(r"(?:> ?)* {0,3}(#{1,6})((?:[ \t].*)?)")
_UNDERLINE = re.compile(r"(=+|-+)[ \t]*")
_ID = re.compile(r"#([A-Za-z][\w-]*)")

_RST_LINK = re.compile(r"`([^`<]*)<([^<>`\s]+)>`__?")
_RST_TARGET = re.compile(r"^\.\. _[^:\n]+:[ \t]*(\S+)[ \t]*$", re.MULTILINE)
_RST_DIRECTIVE = re.compile(r"^([ \t]*)\.\. (?:\|[^|\n]+\| )?([\w-]+)::[ \t]*(.*)$", re.MULTILINE)
_RST_OPTION = re.compile(r"\s+:(\w+):[ \t]*(.*)")
_RST_UNDERLINE = re.compile(r"([!-/:-@\[-`{-~])\1+[ \t]*")


class Link(NamedTuple):
    """A link, or a picture.

    ``words`` are those of the link, or the description of the picture. ``line`` and ``column`` are the place
    of its target in the file.
    """

    target: str
    words: str
    line: int
    column: int
    is_picture: bool = False


class Heading(NamedTuple):
    """A heading: its level from 1, its words, and the id that its author chose."""

    level: int
    words: str
    line: int
    id: str = ""


class Tag(NamedTuple):
    """An opening tag of raw HTML, with the text of its attributes; in reStructuredText, a directive."""

    name: str
    attributes: str
    line: int
    column: int


@dataclass(slots=True)
class Marks:
    """The markup of a text, in its order. ``prose`` is the text with spaces in place of code."""

    links: list[Link] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    prose: str = ""
    ids: set[str] = field(default_factory=set)


class _Places:
    """Turns offsets in a text into lines and columns; the text begins on ``first_line``."""

    def __init__(self, text: str, first_line: int) -> None:
        self._line_starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._first_line = first_line

    def of(self, offset: int) -> tuple[int, int]:
        """Return the line and the column of an offset."""
        line = bisect_right(self._line_starts, offset) - 1
        return line + self._first_line, offset - self._line_starts[line] + 1


def markdown(text: str, first_line: int = 1) -> Marks:
    """Return the markup of a Markdown text, which begins on ``first_line`` of its file."""
    if not any(sign in text for sign in _SIGNS):
        return Marks(prose=text)
    prose = _without_code(text)
    places = _Places(prose, first_line)
    marks = Marks(prose=prose, headings=list(_headings(prose, first_line)))
    links = [*_bracketed(prose, places), *_autolinks(prose, places)]
    marks.tags = list(_tags(prose, places))
    for tag in marks.tags:
        links += _links_of_tag(tag, marks)
    marks.links = sorted(set(links), key=lambda link: (link.line, link.column))
    marks.ids |= {heading.id for heading in marks.headings if heading.id}
    return marks


def _blank(match: re.Match[str]) -> str:
    return _NOT_LINE_END.sub(" ", match[0])


def _without_code(text: str) -> str:
    """Return the text with spaces instead of code and comments; lines and columns stay the same."""
    lines = text.split("\n")
    number, in_list, after_blank = 0, False, True
    # The shortest fence of each character that nothing closes. Longer ones, and those below, aren't closed
    # either.
    unclosed: dict[str, int] = {}
    while number < len(lines):
        line = lines[number]
        indent = len(line) - len(line.lstrip(" "))
        is_fence = (in_list or indent < 4) and (fence := _FENCE.match(line, indent))
        if is_fence and fence and (end := _end_of_fence(lines, number, fence[1], unclosed)):
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
    parts, offset = [], 0
    while (start := prose.find("<!--", offset)) >= 0 and (end := prose.find("-->", start)) >= 0:
        parts += [prose[offset:start], _NOT_LINE_END.sub(" ", prose[start : end + 3])]
        offset = end + 3
    return "".join([*parts, prose[offset:]])


def _end_of_fence(lines: list[str], start: int, fence: str, unclosed: dict[str, int]) -> int | None:
    if len(fence) >= unclosed.get(fence[0], len(fence) + 1):
        return None
    for number in range(start + 1, len(lines)):
        line = lines[number].lstrip(" ")
        if line.startswith(fence) and not line.strip(fence[0] + " \t"):
            return number
    unclosed[fence[0]] = len(fence)
    return None


def _headings(prose: str, first_line: int) -> Iterator[Heading]:
    line_before = ""
    for number, line in enumerate(prose.split("\n"), start=first_line):
        if heading := _HEADING.fullmatch(line):
            # One expression for the spaces, the signs at the end and the spaces before them would take cubic
            # time.
            yield _heading(len(heading[1]), heading[2].strip(" \t").rstrip("#").rstrip(" \t"), number)
        elif (
            (underline := _UNDERLINE.fullmatch(line)) and line_before.strip() and not _ITEM.match(line_before)
        ):
            yield _heading(1 if underline[1][0] == "=" else 2, line_before, number - 1)
        line_before = line


def _heading(level: int, words: str, line: int) -> Heading:
    before, own_id = _without_id(words)
    return Heading(level, before.strip(), line, own_id)


def _without_id(words: str) -> tuple[str, str]:
    """Return the words of a heading without the braces at their end that hold an id, and the id."""
    start = words.rfind("{")
    inner = words[start + 1 :].rstrip()
    if start >= 0 and inner.endswith("}") and "}" not in inner[:-1] and (ids := _ID.findall(inner)):
        return words[:start], ids[-1]
    return words, ""


def _bracketed(prose: str, places: _Places) -> Iterator[Link]:
    """Yield the links and pictures in brackets, whose target is behind them or in a definition."""
    definitions = {_name(match[1]): match for match in _DEFINED.finditer(prose)}
    open_brackets: list[re.Match[str]] = []
    end = 0
    for bracket in _BRACKET.finditer(prose):
        if bracket[0].startswith("\n"):
            # A bracket that is open at the end of a paragraph is never closed.
            open_brackets.clear()
        elif bracket.start() < end or bracket[0].startswith("\\"):
            continue
        elif bracket[2] is None:
            open_brackets.append(bracket)
        elif open_brackets:
            opening = open_brackets.pop()
            words = prose[opening.end() : min(bracket.start(), opening.end() + _MOST_WORDS)]
            target, end = _target(prose, bracket.end(), words, definitions)
            if target:
                yield Link(target[0], " ".join(words.split()), *places.of(target[1]), bool(opening[1]))


def _target(
    prose: str, offset: int, words: str, definitions: Mapping[str, re.Match[str]]
) -> tuple[tuple[str, int] | None, int]:
    """Return the target of words in brackets with its offset, and the offset at which the link ends.

    ``offset`` is that behind the brackets. The target is None where the words are no link.
    """
    if inline := _TARGET.match(prose, offset):
        group = 1 if inline[1] is not None else 2
        return (inline[group], inline.start(group)), inline.end()
    if not definitions or prose.startswith(":", offset):
        return None, offset
    reference = _REFERENCE.match(prose, offset)
    if reference and (definition := definitions.get(_name(reference[1] or words))):
        return (definition[2], definition.start(2)), reference.end()
    definition = definitions.get(_name(words))
    return ((definition[2], definition.start(2)) if definition else None), offset


def _is_escaped(prose: str, offset: int) -> bool:
    return prose[offset - 1 : offset] == "\\"


def _name(reference: str) -> str:
    return " ".join(reference.lower().split())


def _autolinks(prose: str, places: _Places) -> Iterator[Link]:
    """Yield the addresses between angle brackets, and the bare ones."""
    for match in _AUTOLINK.finditer(prose):
        line, column = places.of(match.start(1))
        target = match[1] if ":" in match[1] else f"mailto:{match[1]}"
        yield Link(target, match[1], line, column)
    defined = {match.start(2) for match in _DEFINED.finditer(prose)}
    for match in _BARE.finditer(prose):
        if match.start() in defined:
            continue
        address = _without_end(match[0])
        target = f"http://{address}" if address.startswith("www.") else address
        yield Link(target, address, *places.of(match.start()))


def _without_end(address: str) -> str:
    """Return a bare address without the punctuation behind it (GitHub Flavored Markdown, 6.9)."""
    end = len(address)
    unclosed = address.count(")") - address.count("(")
    while end and (address[end - 1] in "?!.,:*_~'\"" or (address[end - 1] == ")" and unclosed > 0)):
        unclosed -= address[end - 1] == ")"
        end -= 1
    return address[:end]


def _tags(prose: str, places: _Places) -> Iterator[Tag]:
    for match in _TAG.finditer(prose):
        if not match[1] and not _is_escaped(prose, match.start()):
            yield Tag(match[2].lower(), match[3], *places.of(match.start()))


def _links_of_tag(tag: Tag, marks: Marks) -> Iterator[Link]:
    """Yield the link or picture of a tag; add its id to ``marks``."""
    values = attributes(tag.attributes)
    if values.get("id"):
        marks.ids.add(values["id"])
    if tag.name == "a" and "href" in values:
        yield Link(values["href"], "", tag.line, tag.column)
    elif tag.name == "img":
        # An empty description marks a decorative picture: it isn't a missing one.
        description = values.get("alt", "") or ("-" if "alt" in values else "")
        yield Link(values.get("src", ""), description, tag.line, tag.column, is_picture=True)


def rst(text: str, first_line: int = 1) -> Marks:
    """Return the markup of a reStructuredText, which begins on ``first_line`` of its file."""
    places = _Places(text, first_line)
    marks = Marks(prose=text, headings=list(_rst_headings(text, first_line)))
    for match in _RST_LINK.finditer(text):
        marks.links.append(Link(match[2], match[1].strip(), *places.of(match.start(2))))
    for match in _RST_TARGET.finditer(text):
        marks.links.append(Link(match[1], "", *places.of(match.start(1))))
    for match in _RST_DIRECTIVE.finditer(text):
        name, argument = match[2].lower(), match[3].strip()
        if name in {"image", "figure"}:
            alt = _options(text, match.end()).get("alt", "")
            marks.links.append(Link(argument, alt, *places.of(match.start(3)), is_picture=True))
        else:
            marks.tags.append(Tag(name, argument, *places.of(match.start(2))))
    marks.links.sort(key=lambda link: (link.line, link.column))
    return marks


def _options(text: str, offset: int) -> dict[str, str]:
    """Return the options of a directive, whose first line ends at ``offset``."""
    options = {}
    while 0 <= offset < len(text):
        end = text.find("\n", offset + 1)
        option = _RST_OPTION.fullmatch(text[offset + 1 : end if end >= 0 else len(text)])
        if not option:
            break
        options[option[1]] = option[2].strip()
        offset = end
    return options


def _rst_headings(text: str, first_line: int) -> Iterator[Heading]:
    """Yield headings. Each character that underlines headings gets the next level; the first gets 2."""
    levels: dict[str, int] = {}
    lines = text.split("\n")
    for number in range(1, len(lines)):
        words, underline = lines[number - 1].rstrip(), lines[number].rstrip()
        is_underlined = _RST_UNDERLINE.fullmatch(underline) and len(underline) >= len(words)
        if words and is_underlined and not words[0].isspace() and not _RST_UNDERLINE.fullmatch(words):
            level = levels.setdefault(underline[0], len(levels) + 2)
            yield Heading(level, words, number - 1 + first_line)
