"""Fills fields that a head lacks: the title from the first heading, the date from the file's name. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import PurePosixPath

from kiosque.content.frontmatter import FrontMatter, Located
from kiosque.content.other_tools.keys import understood
from kiosque.content.schema import Kind
from kiosque.content.schema.fields import fields_by_key, plain_key
from kiosque.text import line_text

# A day at the start of a name, as Jekyll, Eleventy and Pelican's FILENAME_METADATA have it.
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?!\d)")
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t](.*)")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_BLOCK = re.compile(r" {0,3}(?:[-*+>|]|\d{1,9}[.)])|    |\t")
# In characters: expressions of brackets search to the end of a title for each that is open.
_LONGEST_TITLE = 500
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")
_ID = re.compile(r"\{[^{}]*\}[ \t]*$")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_EMPHASIS = re.compile(
    r"(?<![\\*])\*{1,3}(?=[^\s*])|(?<=[^\s\\*])\*{1,3}|(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w)|`"
)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def completed(kind: Kind, head: FrontMatter, path: str) -> FrontMatter:
    """Return a head as its kind reads it, with what the text and the name of the file ``path`` tell."""
    head = understood(kind, head, path)
    if head.problems and not head.values:
        return head
    own = fields_by_key(kind.fields)
    # A key without a value says nothing.
    names = {own[plain].name for key, located in head.values.items()
             if (plain := plain_key(key)) in own and located.value not in (None, "")}  # fmt: skip
    if "title" in own and kind.title == "title" and not path.endswith(".rst"):
        head = _with_title(head, has_title="title" in names)
    if kind.date == "date" and "date" not in names and (day := day_in_name(path)):
        head = _with(head, "date", Located(day, 1))
    return head


def _with(head: FrontMatter, name: str, located: Located) -> FrontMatter:
    """Return a head with a field, in place of its empty key if it has one."""
    values = {key: value for key, value in head.values.items() if plain_key(key) != name}
    return replace(head, values={**values, name: located})


def day_in_name(path: str) -> date | None:
    """Return the day at the start of a file's name, or of its folder's for ``index.md``; None without one.

    >>> day_in_name("content/articles/2024-03-12-fete/index.md")
    datetime.date(2024, 3, 12)
    """
    pure = PurePosixPath(path)
    found = _DAY.match(pure.parent.name if pure.stem == "index" else pure.name)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _with_title(head: FrontMatter, *, has_title: bool) -> FrontMatter:
    """Return a head whose title isn't the first heading of its text too."""
    lines = head.body.split("\n")
    found = next(_headings(lines), None)
    if found is None:
        return head
    start, end, level, words = found
    is_first = not any(line.strip() for line in lines[:start])
    title = plain_words(words)
    if not title or not (is_first or level == 1):
        return head
    if has_title:
        written = next(
            value.value for key, value in head.values.items() if plain_key(key) in {"title", "titre"}
        )
        if not (is_first and level == 1 and line_text(str(written)) == title):
            return head
    else:
        line = head.first_line + start
        head = _with(head, "title", Located(title, line, 1))
    # The lines of the heading stay as empty lines: those below keep their numbers.
    return replace(head, body="\n".join([*lines[:start], *[""] * (end - start), *lines[end:]]))


def _headings(lines: list[str]) -> Iterator[tuple[int, int, int, str]]:
    """Yield the headings outside of code: first line, line behind it, level, words."""
    fence = ""
    for number, line in enumerate(lines):
        if found := _FENCE.match(line):
            if not fence:
                fence = found[1]
            elif found[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
        elif fence:
            continue
        elif heading := _HEADING.fullmatch(line):
            yield number, number + 1, len(heading[1]), heading[2]
        elif (underline := _UNDERLINE.fullmatch(line)) and _is_alone(lines, number - 1):
            yield number - 1, number + 1, 1 if underline[1][0] == "=" else 2, lines[number - 1]


def _is_alone(lines: list[str], number: int) -> bool:
    """Whether a line is a paragraph of its own, which a line of ``=`` or ``-`` below makes a heading."""
    if number < 0 or not lines[number].strip() or _BLOCK.match(lines[number]):
        return False
    return number == 0 or not lines[number - 1].strip()


def plain_words(markdown: str) -> str:
    """Return the words of a heading in Markdown, without its markup.

    >>> plain_words("Le *lavoir* de [Die](https://die.example/) ##")
    'Le lavoir de Die'
    """
    words = markdown[:_LONGEST_TITLE].strip()
    words = _ID.sub("", words).rstrip("#").strip()
    words = _TAG.sub("", _LINK.sub(r"\1", words))
    return line_text(html.unescape(_ESCAPED.sub(r"\1", _EMPHASIS.sub("", words))))
