"""What HTML may stand in what: clean HTML, which a browser shows somehow, as the standard allows it.

What goes in is clean already, as nh3 writes it: well nested, and "<" and ">" only bound tags. Words are never lost;
a tag that may not stand where it is becomes another that may, or is left out. The rules are the content models of
https://html.spec.whatwg.org/multipage/ as the Nu checker tests them.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from kiosque.html.layout import with_headings_in_order
from kiosque.languages import language_tag
from kiosque.site.render.table_spans import Cell, mended_spans
from kiosque.urls import standard_url

_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)([^>]*)>")
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = _HEADINGS | {"blockquote", "details", "div", "dl", "figure", "hr", "ol", "p", "pre", "table", "ul"}
_TRANSPARENT = frozenset({"", "a", "del", "ins"})
# These hold words, and nothing that starts a line of its own.
_PHRASING = _HEADINGS | {
    "abbr", "b", "cite", "code", "dfn", "em", "i", "kbd", "mark", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "small",
    "span", "strong", "sub", "summary", "sup", "time", "u", "var",
}  # fmt: skip
_VOID = frozenset({"br", "col", "hr", "img"})
_LISTS = frozenset({"ol", "ul"})
# Without style and width they say nothing, and would promise columns that a table may not have.
_IDLE = frozenset({"col", "colgroup"})
_PARENTS = {
    "li": _LISTS, "dt": {"dl"}, "dd": {"dl"}, "summary": {"details"}, "figcaption": {"figure"}, "rt": {"ruby"}, "rp": {"ruby"},
}  # fmt: skip
_ONCE = frozenset({"figcaption", "summary"})
_NOT_IN_ITSELF = frozenset({"a", "dfn"})
_MOMENT = re.compile(
    r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,3})?)?"
    r"(Z|[+-]([01]\d|2[0-3]):?[0-5]\d)?)?)?)?|([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?",
    re.ASCII,
)
_CHOICES = {"dir": {"auto", "ltr", "rtl"}, "scope": {"col", "colgroup", "row", "rowgroup"}}
_ADDRESSES = frozenset({"cite", "href", "src"})
_INTEGER = re.compile(r"-?\d{1,9}", re.ASCII)


def valid(clean: str) -> str:
    """Return clean HTML in which everything stands where the standard lets it stand."""
    return with_headings_in_order(_Writer().written(clean)) if "<" in clean else clean


@dataclass(slots=True, eq=False)
class _Element:
    """An element as it is written: ``tag`` is what it was, ``name`` what it has become, empty where it is left out."""

    tag: str
    name: str
    attributes: str = ""
    start: int = -1
    end: int = -1
    is_made: bool = False
    has_words: bool = False
    children: list[_Element] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)


class _Writer:
    """Writes HTML again, tag by tag; a tag that was written may still be changed by what comes after it."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._open = [_Element("div", "div")]
        self._ids: set[str] = set()

    def written(self, clean: str) -> str:
        place = 0
        for found in _TAG.finditer(clean):
            self._text(clean[place : found.start()])
            if found[1]:
                self._close(found[2])
            else:
                self._start(found[2], found[3])
            place = found.end()
        self._text(clean[place:])
        return "".join(self._pieces)

    def _text(self, text: str) -> None:
        if text and not text.isspace():
            self._make_room("")
            self._open[-1].has_words = True
        self._pieces.append(text)

    def _start(self, tag: str, attributes: str) -> None:
        if tag == "li" and self._open[-1].is_made:
            self._finish()
        self._make_room(tag)
        given = self._attributes(tag, attributes) if attributes else {}
        name = self._loosened(self._fitting(tag, given))
        if name != tag:
            given = {key: given[key] for key in ("id", "lang", "dir") if key in given}
        if name == "pre" and all(one.name != "a" for one in self._open):
            # Long lines are moved sideways, by keyboard too (WCAG 2.1.1); in a link they are reached with it.
            given["tabindex"] = "0"
        element = _Element(tag, name, "".join(f' {key}="{value}"' for key, value in given.items()))
        self._open[-1].children.append(element)
        self._open[-1].kinds.add(tag)
        element.start = self._put(f"<{name}{element.attributes}>" if name else "")
        if tag not in _VOID:
            self._open.append(element)

    def _make_room(self, tag: str) -> None:
        """Let what comes next stand in the innermost element: in a list by an item, else as what it is."""
        parent = self._open[-1]
        if parent.name in _LISTS and tag != "li":
            item = _Element("li", "li", start=self._put("<li>"), is_made=True)
            parent.children.append(item)
            self._open.append(item)
        elif parent.name == "details" and tag != "summary" and not parent.children:
            self._rename(parent, "div")

    def _fitting(self, tag: str, given: dict[str, str]) -> str:
        """Return what an element is called where it stands."""
        parent = self._open[-1]
        if tag in _IDLE or (tag == "time" and not _MOMENT.fullmatch(given.get("datetime", ""))):
            return ""
        if parent.name in {"", "rp"} and self._is_within({"rp"}):
            return ""
        if tag in _PARENTS:
            is_second = tag in _ONCE and tag in parent.kinds
            if parent.name not in _PARENTS[tag] or is_second:
                return "" if parent.name in _PHRASING else "div"
        if tag in _NOT_IN_ITSELF and self._is_within({tag}):
            return ""
        if tag in _HEADINGS and self._is_within({"dt", "th"}):
            return ""
        return "div" if tag == "details" and self._is_within({"a"}) else tag

    def _is_within(self, names: set[str]) -> bool:
        return any(element.name in names for element in self._open)

    def _loosened(self, name: str) -> str:
        """Take away what may hold words only from around a block; or the block, where it is but a paragraph."""
        if name not in _BLOCKS:
            return name
        around = []
        for element in reversed(self._open):
            if element.name in _PHRASING:
                around.append(element)
            elif element.name not in _TRANSPARENT:
                break
        for element in around:
            if name in {"div", "p"} and element.name in _HEADINGS | {"pre", "summary"}:
                self._put("\n" if element.name == "pre" else " ")
                return ""
        for element in around:
            if element.name == "summary":
                self._rename(self._open[self._open.index(element) - 1], "div")
            kept = "div" if element.name in _HEADINGS | {"p", "pre", "span", "summary"} else ""
            self._rename(element, kept, "" if element.name == "ruby" else None)
        return name

    def _close(self, tag: str) -> None:
        while self._open[-1].is_made:
            self._finish()
        if self._open[-1].tag == tag and len(self._open) > 1:
            self._finish()

    def _finish(self) -> None:
        element = self._open.pop()
        element.end = self._put(f"</{element.name}>" if element.name else "")
        if element.name == "details" and not element.children:
            self._rename(element, "div")
        elif element.name == "dl" and not _is_list_of_terms(element):
            self._rename(element, "div", "div")
        elif element.name == "ruby" and not _is_read_aloud(element):
            self._rename(element, "", "")
        elif element.name == "figure":
            for child in element.children[1:-1]:
                if child.name == "figcaption":
                    self._rename(child, "div")
        elif element.name == "table":
            self._mend_table(element)
            self._move_captions(element)

    def _mend_table(self, table: _Element) -> None:
        """Write the spans of cells so that no cell reaches out of its table, and every row and column has its own."""
        groups = [[row for row in group.children if row.name == "tr"] for group in table.children]
        cells = {id(cell): _spans(cell) for rows in groups for row in rows for cell in row.children}
        mended_spans([[[cells[id(cell)] for cell in row.children] for row in rows] for rows in groups])
        for rows in groups:
            for row in rows:
                if not row.children:
                    self._rename(row, "")
                for cell in row.children:
                    cell.attributes = _with_spans(cell.attributes, cells[id(cell)])
                    self._rename(cell, cell.name)

    def _move_captions(self, table: _Element) -> None:
        """Put what is a caption only by its name before the table: a caption comes first, and is the only one."""
        for caption in table.children[1:]:
            if caption.name == "caption":
                self._rename(caption, "div")
                moved = slice(caption.start, caption.end + 1)
                self._pieces[table.start] = "".join(self._pieces[moved]) + self._pieces[table.start]
                self._pieces[moved] = [""] * (caption.end + 1 - caption.start)

    def _rename(self, element: _Element, name: str, children: str | None = None) -> None:
        """Give an element that was written another name, or none; and so the terms or readings in it."""
        element.name = name
        if element.tag == "pre" != name:
            element.attributes = element.attributes.removesuffix(' tabindex="0"')
        self._pieces[element.start] = f"<{name}{element.attributes}>" if name else ""
        if element.end >= 0:
            self._pieces[element.end] = f"</{name}>" if name else ""
        for child in element.children if children is not None else ():
            if child.tag in _PARENTS:
                self._rename(child, children or "")

    def _put(self, piece: str) -> int:
        self._pieces.append(piece)
        return len(self._pieces) - 1

    def _attributes(self, tag: str, written: str) -> dict[str, str]:
        """Return the attributes whose values the standard knows."""
        given = {}
        for name, value in _ATTRIBUTE.findall(written):
            if (mended := _value(name, value)) is not None:
                given[name] = mended
        if given.get("id") in self._ids:
            del given["id"]
        self._ids |= {given["id"]} if "id" in given else set()
        if tag == "a" and "href" not in given:
            given = {name: value for name, value in given.items() if name not in {"hreflang", "rel"}}
        if tag == "img":
            given.setdefault("alt", "")
        return given


def _value(name: str, value: str) -> str | None:
    """Return the value of an attribute, still escaped; nothing where the standard has no such value."""
    if name in _ADDRESSES:
        address = standard_url(html.unescape(value))
        return html.escape(address) if address else None
    if name in {"hreflang", "lang"}:
        return language_tag(value) or None
    if name in _CHOICES:
        return value.lower() if value.lower() in _CHOICES[name] else None
    if name == "start":
        return value if _INTEGER.fullmatch(value) else None
    return value


def _is_list_of_terms(element: _Element) -> bool:
    """Whether a list holds groups of terms, each with what is said of them, and nothing else."""
    kinds = "".join({"dt": "t", "dd": "d"}.get(child.name, "x") for child in element.children)
    return not element.has_words and re.fullmatch("(?:t+d+)*", kinds) is not None


def _is_read_aloud(element: _Element) -> bool:
    """Whether each piece of a text is followed by how it is read, with brackets around it or without."""
    kinds = "".join({"rp": "(", "rt": "r"}.get(child.name, "x") for child in element.children)
    return re.fullmatch(r"(?:x*(?:r|\((?:r\()+))+", kinds) is not None


def _spans(cell: _Element) -> Cell:
    given = dict(_ATTRIBUTE.findall(cell.attributes))
    return Cell(rows=int(given.get("rowspan", "1")), columns=int(given.get("colspan", "1")))


def _with_spans(attributes: str, cell: Cell) -> str:
    kept = re.sub(r' (?:row|col)span="\d*"', "", attributes)
    return "".join([
        kept,
        f' rowspan="{cell.rows}"' if cell.rows > 1 else "",
        f' colspan="{cell.columns}"' if cell.columns > 1 else "",
    ])  # fmt: skip
