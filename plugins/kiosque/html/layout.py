"""The shape of a text within the page that shows it: its tables, its headings, its empty blocks.

What goes in here is clean already, as nh3 writes it: well nested, and "<" and ">" only bound tags.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from kiosque.html.tokenizer import BLOCKS

_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)([^>]*)>")
_HEADING = re.compile(r"<(/?)h([1-6])\b")
_IN_TABLES = frozenset({"caption", "col", "colgroup", "table", "tbody", "td", "tfoot", "th", "thead", "tr"})
_CELLS = frozenset({"caption", "td", "th"})
_PARTS = BLOCKS - {"br"}
# A link with an ``id`` may be where a note comes back to. Most links are known by the first letter of their words.
_EMPTY = re.compile(
    r"<(?:(?P<block>blockquote|div|fig(?:caption|ure)|h[1-6]|p)|a(?=[^>]*+>[\s&<])(?![^>]* id=))(?: [^>]*+)?>"
    r"(?P<blank>(?:\s|&nbsp;|<br>)*+)</(?(block)(?P=block)>\s*|a>)"
)


def with_headings_in_order(clean: str) -> str:
    """Rename headings so that the outermost are ``h2``, as the page has an ``h1``, and no level is left out.

    A heading belongs to the last one before it of a higher level, and comes one level below that; ``h6`` is the last.
    """
    above: list[int] = []
    is_open: list[int] = []

    def renamed(found: re.Match[str]) -> str:
        if found[1]:
            return f"</h{is_open.pop()}" if is_open else found[0]
        level = int(found[2])
        while above and above[-1] >= level:
            above.pop()
        above.append(level)
        is_open.append(min(len(above) + 1, 6))
        return f"<h{is_open[-1]}"

    return _HEADING.sub(renamed, clean) if "</h" in clean else clean


def nests_headings(clean: str) -> bool:
    """Whether a heading starts within another, which a parser lets pass at first and takes apart the next time."""
    is_open = False
    for found in _HEADING.finditer(clean) if "</h" in clean else ():
        if is_open and not found[1]:
            return True
        is_open = not found[1]
    return False


def without_empty(clean: str) -> str:
    """Leave out blocks that hold nothing, and links without words, until none is left."""
    found = 1
    while found:
        clean, found = _EMPTY.subn(_blank, clean)
    return clean


def _blank(found: re.Match[str]) -> str:
    return "\n" if found["block"] else found["blank"]


def without_layout_tables(clean: str) -> str:
    """Turn the cells of tables that only place things into paragraphs, or blocks where they hold blocks.

    Such a table says so (``role``), holds another table, or has one row or one column and no headings.
    """
    if "<table" not in clean:
        return clean
    is_layout = [table.is_layout for table in _tables(clean)]
    return _Flat(iter(is_layout)).written_from(clean) if any(is_layout) else clean


@dataclass(slots=True)
class _Table:
    says_so: bool
    holds_table: bool = False
    has_headings: bool = False
    rows: int = 0
    columns: int = 0
    cells: int = 0

    @property
    def is_layout(self) -> bool:
        """Whether the table only places what it holds."""
        is_line = self.rows <= 1 or self.columns <= 1
        return self.says_so or self.holds_table or (is_line and not self.has_headings)

    def count(self, name: str) -> None:
        """Take note of a tag that opens directly within the table."""
        if name == "tr":
            self.rows += 1
            self.cells = 0
        elif name in _CELLS:
            self.has_headings |= name != "td"
            self.cells += 1
            self.columns = max(self.columns, self.cells)


def _tables(clean: str) -> list[_Table]:
    """Return the tables in the order in which they open."""
    tables: list[_Table] = []
    is_open: list[_Table] = []
    for end, name, attributes in _TAG.findall(clean):
        if name == "table" and end:
            is_open.pop()
        elif name == "table":
            if is_open:
                is_open[-1].holds_table = True
            is_open.append(_Table(says_so=" role=" in attributes))
            tables.append(is_open[-1])
        elif is_open and not end:
            is_open[-1].count(name)
    return tables


@dataclass(slots=True)
class _Cell:
    place: int
    attributes: str
    has_blocks: bool = False
    has_words: bool = False


@dataclass(slots=True)
class _Flat:
    """Writes HTML again without its layout tables; ``verdicts`` says for each table in turn whether it is one."""

    verdicts: Iterator[bool]
    pieces: list[str] = field(default_factory=list)
    tables: list[bool] = field(default_factory=list)
    cells: list[_Cell] = field(default_factory=list)

    def written_from(self, clean: str) -> str:
        place = 0
        for found in _TAG.finditer(clean):
            self._text(clean[place : found.start()])
            self._tag(found)
            place = found.end()
        self._text(clean[place:])
        return "".join(self.pieces)

    def _text(self, text: str) -> None:
        self.pieces.append(text)
        if self.cells and not self.cells[-1].has_words:
            self.cells[-1].has_words = bool(text.replace("&nbsp;", " ").strip())

    def _tag(self, found: re.Match[str]) -> None:
        end, name, attributes = found.groups()
        if name == "table" and not end:
            self.tables.append(next(self.verdicts))
        if name not in _IN_TABLES or not self.tables[-1]:
            self._keep(found[0], name)
        elif name in _CELLS and end:
            self._close()
        elif name in _CELLS:
            self.cells.append(_Cell(len(self.pieces), attributes))
            self.pieces.append("")
        if name == "table" and end:
            self.tables.pop()

    def _keep(self, tag: str, name: str) -> None:
        self.pieces.append(tag)
        if self.cells:
            self.cells[-1].has_words |= name in {"hr", "img"}
            self.cells[-1].has_blocks |= name in _PARTS

    def _close(self) -> None:
        cell = self.cells.pop()
        if not cell.has_words:
            del self.pieces[cell.place :]
            return
        name = "div" if cell.has_blocks else "p"
        # What only a cell may say, the next cleaning takes away.
        self.pieces[cell.place] = f"<{name}{cell.attributes}>"
        self.pieces.append(f"</{name}>")
        if self.cells:
            self.cells[-1].has_words = self.cells[-1].has_blocks = True
