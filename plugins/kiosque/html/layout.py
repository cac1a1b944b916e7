"""Fits a text into the page that shows it: headings in order, no layout tables, no empty blocks. Pure.

All functions take HTML as nh3 writes it: well nested, with "<" and ">" only around tags.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from kiosque.html.tokenizer import BLOCKS, CLEAN_TAG, walk

_HEADING = re.compile(r"<(/?)h([1-6])\b")
_ITEM = re.compile(r"<(?P<end>/)?(?:(?P<item>li|dd|dt)|ul|ol|dl)\b")
_IN_TABLES = frozenset({"caption", "col", "colgroup", "table", "tbody", "td", "tfoot", "th", "thead", "tr"})
_CELLS = frozenset({"caption", "td", "th"})
_PARTS = BLOCKS - {"br"}
_VOID = frozenset({"br", "col", "hr", "img"})
_REMOVABLE = frozenset({
    "a", "blockquote", "div", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "p",
})  # fmt: skip
# Real texts nest fewer empty elements than this. For these a pattern that runs once a level is faster.
_FEW_LEVELS = 8
# A link with an ``id`` stays: a footnote may lead back to it. The first letter after the tag tells that most
# other links have words.
_EMPTY = re.compile(
    r"<(?:(?P<block>blockquote|div|fig(?:caption|ure)|h[1-6]|p)|a(?=[^<>]*+>[\s&<])(?![^<>]* id=))"
    r"(?: [^<>]*+)?>"
    r"(?P<blank>(?:\s|&nbsp;|<br>)*+)</(?(block)(?P=block)>\s*|a>)"
)


def with_headings_in_order(clean: str) -> str:
    """Return HTML whose highest headings are ``h2``, since the page has the ``h1``, and that skips no level.

    A heading comes one level below the last heading before it of a higher level. ``h6`` is the lowest level.
    """
    # The original levels of the headings above, and the new levels of the headings that are open.
    above: list[int] = []
    open_levels: list[int] = []

    def renamed(tag: re.Match[str]) -> str:
        if tag[1]:
            return f"</h{open_levels.pop()}" if open_levels else tag[0]
        level = int(tag[2])
        while above and above[-1] >= level:
            above.pop()
        above.append(level)
        open_levels.append(min(len(above) + 1, 6))
        return f"<h{open_levels[-1]}"

    return _HEADING.sub(renamed, clean) if "</h" in clean else clean


def nests_headings(clean: str) -> bool:
    """Whether a heading starts inside another one.

    A parser accepts that the first time, and takes the two apart the next time.
    """
    is_open = False
    for tag in _HEADING.finditer(clean) if "</h" in clean else ():
        is_start = not tag[1]
        if is_open and is_start:
            return True
        is_open = is_start
    return False


def nests_items(clean: str) -> bool:
    """Whether an item of a list starts inside another one, without a list between them.

    An element that isn't kept, such as ``<center>``, parted them for the parser. It is gone the next time.
    """
    opened: list[str] = []
    for tag in _ITEM.finditer(clean) if "</li" in clean or "</d" in clean else ():
        if tag["end"]:
            opened.pop()
        elif tag["item"] and opened and opened[-1]:
            return True
        else:
            opened.append(tag["item"] or "")
    return False


def without_empty(clean: str) -> str:
    """Return HTML without empty blocks and without links that have no words."""
    # A block may be empty once the empty blocks inside it are gone.
    for _depth in range(_FEW_LEVELS):
        clean, removed = _EMPTY.subn(_white_space, clean)
        if not removed:
            return clean
    return _EmptyRemover().rewrite(clean)


def _white_space(empty: re.Match[str]) -> str:
    return "\n" if empty["block"] else empty["blank"]


@dataclass(slots=True)
class _Open:
    """An element that is open: the number of its start tag's piece, and whether it holds no words so far."""

    piece: int
    is_removable: bool
    is_blank: bool = True


class _EmptyRemover:
    """Removes empty elements however deep they nest, in one pass.

    A pass a level would take quadratic time.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._open = [_Open(0, is_removable=False)]

    def rewrite(self, clean: str) -> str:
        """Return HTML without empty blocks and links."""
        walk(clean, self._text, self._tag)
        return "".join(self._pieces)

    def _text(self, text: str) -> None:
        self._pieces.append(text)
        if text.replace("&nbsp;", " ").strip():
            self._open[-1].is_blank = False

    def _tag(self, tag: re.Match[str]) -> None:
        slash, name, attributes = tag.groups()
        if slash and len(self._open) > 1:
            self._close(tag[0], is_block=name != "a")
            return
        self._pieces.append(tag[0])
        if name not in _VOID:
            is_removable = name in _REMOVABLE and not (name == "a" and " id=" in attributes)
            self._open.append(_Open(len(self._pieces) - 1, is_removable))
        elif name != "br":
            self._open[-1].is_blank = False

    def _close(self, end_tag: str, *, is_block: bool) -> None:
        element = self._open.pop()
        if not element.is_removable or not element.is_blank:
            self._pieces.append(end_tag)
            self._open[-1].is_blank = False
        elif is_block:
            self._pieces[element.piece :] = ["\n"]
        else:
            self._pieces[element.piece] = ""


def without_layout_tables(clean: str) -> str:
    """Return HTML whose layout tables are gone: each cell becomes a ``p``, or a ``div`` if it holds blocks.

    A layout table only places its content. It has a ``role``, holds another table, or has a single row or
    column and no headings.
    """
    if "<table" not in clean:
        return clean
    is_layout = [table.is_layout for table in _tables(clean)]
    return _TableRemover(iter(is_layout)).rewrite(clean) if any(is_layout) else clean


@dataclass(slots=True)
class _Table:
    has_role: bool
    holds_table: bool = False
    has_headings: bool = False
    rows: int = 0
    columns: int = 0
    cells: int = 0

    @property
    def is_layout(self) -> bool:
        """Whether the table only places its content."""
        is_line = self.rows <= 1 or self.columns <= 1
        return self.has_role or self.holds_table or (is_line and not self.has_headings)

    def count(self, name: str) -> None:
        """Count a tag that opens directly inside the table."""
        if name == "tr":
            self.rows += 1
            self.cells = 0
        elif name in _CELLS:
            self.has_headings |= name != "td"
            self.cells += 1
            self.columns = max(self.columns, self.cells)


def _tables(clean: str) -> list[_Table]:
    """Return the tables of a text, in the order of their start tags."""
    tables: list[_Table] = []
    open_tables: list[_Table] = []
    for slash, name, attributes in CLEAN_TAG.findall(clean):
        if name == "table" and slash:
            open_tables.pop()
        elif name == "table":
            if open_tables:
                open_tables[-1].holds_table = True
            open_tables.append(_Table(has_role=" role=" in attributes))
            tables.append(open_tables[-1])
        elif open_tables and not slash:
            open_tables[-1].count(name)
    return tables


@dataclass(slots=True)
class _Cell:
    """A cell that is open; ``piece`` is the number of the piece that becomes its start tag."""

    piece: int
    attributes: str
    has_blocks: bool = False
    has_words: bool = False


@dataclass(slots=True)
class _TableRemover:
    """Rewrites HTML without its layout tables.

    ``is_layout`` tells for each table in turn whether it is a layout table; ``tables`` holds these answers
    for the tables that are open, and ``cells`` the open cells of layout tables. ``pieces`` is the new HTML.
    """

    is_layout: Iterator[bool]
    pieces: list[str] = field(default_factory=list)
    tables: list[bool] = field(default_factory=list)
    cells: list[_Cell] = field(default_factory=list)

    def rewrite(self, clean: str) -> str:
        walk(clean, self._text, self._tag)
        return "".join(self.pieces)

    def _text(self, text: str) -> None:
        self.pieces.append(text)
        if self.cells and not self.cells[-1].has_words:
            self.cells[-1].has_words = bool(text.replace("&nbsp;", " ").strip())

    def _tag(self, tag: re.Match[str]) -> None:
        slash, name, attributes = tag.groups()
        if name == "table" and not slash:
            self.tables.append(next(self.is_layout))
        if name not in _IN_TABLES or not self.tables[-1]:
            self._keep(tag[0], name)
        elif name in _CELLS and slash:
            self._close_cell()
        elif name in _CELLS:
            self.cells.append(_Cell(len(self.pieces), attributes))
            self.pieces.append("")
        if name == "table" and slash:
            self.tables.pop()

    def _keep(self, tag: str, name: str) -> None:
        self.pieces.append(tag)
        if self.cells:
            self.cells[-1].has_words |= name in {"hr", "img"}
            self.cells[-1].has_blocks |= name in _PARTS

    def _close_cell(self) -> None:
        cell = self.cells.pop()
        if not cell.has_words:
            del self.pieces[cell.piece :]
            return
        name = "div" if cell.has_blocks else "p"
        # The next cleaning removes attributes that only a cell may have.
        self.pieces[cell.piece] = f"<{name}{cell.attributes}>"
        self.pieces.append(f"</{name}>")
        if self.cells:
            self.cells[-1].has_words = self.cells[-1].has_blocks = True
