"""Valid HTML from clean HTML: elements that aren't allowed at their place are replaced or left out.

The input comes from nh3: its tags are well nested, and "<" and ">" appear only around tags. Words are never
lost. The rules are the content models of https://html.spec.whatwg.org/multipage/ as the Nu checker tests
them.
"""

from __future__ import annotations

import html
import re
from calendar import monthrange
from dataclasses import dataclass, field

from kiosque.html.layout import with_headings_in_order
from kiosque.html.tokenizer import walk
from kiosque.languages import language_tag
from kiosque.site.render.table_spans import Cell, mended_spans
from kiosque.urls import standard_url

_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = _HEADINGS | {"blockquote", "details", "div", "dl", "figure", "hr", "ol", "p", "pre", "table", "ul"}
_TRANSPARENT = frozenset({"", "a", "del", "ins"})
# Elements that may hold phrasing content only: text and inline elements.
_PHRASING = _HEADINGS | {
    "abbr", "b", "cite", "code", "dfn", "em", "i", "kbd", "mark", "p", "pre", "q", "rp", "rt", "ruby", "s",
    "samp", "small", "span", "strong", "sub", "summary", "sup", "time", "u", "var",
}  # fmt: skip
_VOID = frozenset({"br", "col", "hr", "img"})
_LISTS = frozenset({"ol", "ul"})
# The tags of deeper elements are left out; their words stay. The work for a tag grows with its depth.
_DEEPEST = 100
# Left out: without style and width they have no effect, and they could announce columns that a table doesn't
# have.
_WITHOUT_EFFECT = frozenset({"col", "colgroup"})
_PARENTS = {
    "li": _LISTS, "dt": {"dl"}, "dd": {"dl"}, "summary": {"details"}, "figcaption": {"figure"},
    "rt": {"ruby"}, "rp": {"ruby"},
}  # fmt: skip
_ONCE_IN_PARENT = frozenset({"figcaption", "summary"})
_NOT_IN_ITSELF = frozenset({"a", "dfn"})
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?!:)", re.ASCII)
_DATETIME = re.compile(
    r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,3})?)?"
    r"(Z|[+-]([01]\d|2[0-3]):?[0-5]\d)?)?)?)?|([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?",
    re.ASCII,
)
_ALLOWED_VALUES = {"dir": {"auto", "ltr", "rtl"}, "scope": {"col", "colgroup", "row", "rowgroup"}}
_ADDRESS_ATTRIBUTES = frozenset({"cite", "href", "src"})
_INTEGER = re.compile(r"-?\d{1,9}", re.ASCII)


def valid(clean: str) -> str:
    """Return clean HTML as valid HTML, with its headings in order."""
    return with_headings_in_order(_Writer().rewritten(clean)) if "<" in clean else clean


@dataclass(slots=True, eq=False)
class _Element:
    """An element of the output.

    ``tag`` is its name in the input, ``name`` that in the output: empty where its tags are left out.
    ``start`` and ``end`` are the positions of its tags among the pieces of the output. ``is_added`` marks an
    element that the input doesn't have. ``child_tags`` are the input names of its children.
    """

    tag: str
    name: str
    attributes: str = ""
    start: int = -1
    end: int = -1
    is_added: bool = False
    has_text: bool = False
    children: list[_Element] = field(default_factory=list)
    child_tags: set[str] = field(default_factory=set)


class _Writer:
    """Writes HTML anew, tag by tag. Later tags may change the tags that are written already."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._open = [_Element("div", "div")]
        self._ids: set[str] = set()
        self._too_deep = 0

    def rewritten(self, clean: str) -> str:
        walk(clean, self._text, self._tag)
        return "".join(self._pieces)

    def _tag(self, tag: re.Match[str]) -> None:
        is_end, name = bool(tag[1]), tag[2]
        if name not in _VOID and (self._too_deep or (not is_end and len(self._open) > _DEEPEST)):
            self._too_deep += -1 if is_end else 1
        elif is_end:
            self._close(name)
        else:
            self._start(name, tag[3])

    def _text(self, text: str) -> None:
        if text and not text.isspace():
            self._prepare_parent("")
            self._open[-1].has_text = True
        self._pieces.append(text)

    def _start(self, tag: str, written_attributes: str) -> None:
        if tag == "li" and self._open[-1].is_added:
            self._finish()
        self._prepare_parent(tag)
        attributes = self._attributes(tag, written_attributes) if written_attributes else {}
        name = self._unwrapped(self._allowed_name(tag, attributes))
        if name != tag:
            attributes = {key: attributes[key] for key in ("id", "lang", "dir") if key in attributes}
        if name == "pre" and all(element.name != "a" for element in self._open):
            # Long lines have to be scrollable by keyboard (WCAG 2.1.1). Inside of a link, the link takes the
            # focus.
            attributes["tabindex"] = "0"
        element = _Element(tag, name, "".join(f' {key}="{value}"' for key, value in attributes.items()))
        self._open[-1].children.append(element)
        self._open[-1].child_tags.add(tag)
        element.start = self._put(f"<{name}{element.attributes}>" if name else "")
        if tag not in _VOID:
            self._open.append(element)

    def _prepare_parent(self, tag: str) -> None:
        """Prepare the innermost element for a child; ``tag`` is empty for a text.

        A list gets an item around the child. A ``details`` without summary is renamed.
        """
        parent = self._open[-1]
        if parent.name in _LISTS and tag != "li":
            item = _Element("li", "li", start=self._put("<li>"), is_added=True)
            parent.children.append(item)
            self._open.append(item)
        elif parent.name == "details" and tag != "summary" and not parent.children:
            self._rename(parent, "div")

    def _allowed_name(self, tag: str, attributes: dict[str, str]) -> str:
        """Return the name that an element may have at this place; empty where its tags are left out."""
        parent = self._open[-1]
        is_invalid_time = tag == "time" and not _is_moment(attributes.get("datetime", ""))
        if tag in _WITHOUT_EFFECT or is_invalid_time:
            return ""
        if parent.name in {"", "rp"} and self._is_within({"rp"}):
            return ""
        if tag in _PARENTS:
            is_second = tag in _ONCE_IN_PARENT and tag in parent.child_tags
            if parent.name not in _PARENTS[tag] or is_second:
                return "" if parent.name in _PHRASING else "div"
        if tag in _NOT_IN_ITSELF and self._is_within({tag}):
            return ""
        if tag in _HEADINGS and self._is_within({"dt", "th"}):
            return ""
        return "div" if tag == "details" and self._is_within({"a"}) else tag

    def _is_within(self, names: set[str]) -> bool:
        return any(element.name in names for element in self._open)

    def _unwrapped(self, name: str) -> str:
        """Rename the elements around a block that mustn't hold blocks, or leave the block's own tags out.

        Return the name of the block. A ``div`` or ``p`` is left out inside of a heading, ``pre`` or
        ``summary``.
        """
        if name not in _BLOCKS:
            return name
        phrasing_parents = []
        for element in reversed(self._open):
            if element.name in _PHRASING:
                phrasing_parents.append(element)
            elif element.name not in _TRANSPARENT:
                break
        for element in phrasing_parents:
            if name in {"div", "p"} and element.name in _HEADINGS | {"pre", "summary"}:
                self._put("\n" if element.name == "pre" else " ")
                return ""
        for element in phrasing_parents:
            if element.name == "summary":
                self._rename(self._open[self._open.index(element) - 1], "div")
            new_name = "div" if element.name in _HEADINGS | {"p", "pre", "span", "summary"} else ""
            self._rename(element, new_name, "" if element.name == "ruby" else None)
        return name

    def _close(self, tag: str) -> None:
        while self._open[-1].is_added:
            self._finish()
        if self._open[-1].tag == tag and len(self._open) > 1:
            self._finish()

    def _finish(self) -> None:
        element = self._open.pop()
        element.end = self._put(f"</{element.name}>" if element.name else "")
        if element.name == "details" and not element.children:
            self._rename(element, "div")
        elif element.name == "dl" and not _is_valid_dl(element):
            self._rename(element, "div", "div")
        elif element.name == "ruby" and not _is_valid_ruby(element):
            self._rename(element, "", "")
        elif element.name == "figure":
            for child in element.children[1:-1]:
                if child.name == "figcaption":
                    self._rename(child, "div")
        elif element.name == "table":
            self._correct_spans(element)
            self._move_captions(element)

    def _correct_spans(self, table: _Element) -> None:
        """Correct the spans of a table's cells, and leave out rows without cells."""
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
        """Move all captions but a first child before the table, as ``div``: only a first child may be one."""
        moved: list[str] = []
        for caption in table.children[1:]:
            if caption.name == "caption":
                self._rename(caption, "div")
                pieces = slice(caption.start, caption.end + 1)
                moved.append("".join(self._pieces[pieces]))
                self._pieces[pieces] = [""] * (caption.end + 1 - caption.start)
        self._pieces[table.start] = "".join((*reversed(moved), self._pieces[table.start]))

    def _rename(self, element: _Element, name: str, children: str | None = None) -> None:
        """Change the tags of an element that is already written; an empty ``name`` removes them.

        With ``children``, those children that may only be inside of such an element get this name.
        """
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
        """Return the attributes with valid values, each ``id`` once in the whole text."""
        attributes = {}
        for name, value in _ATTRIBUTE.findall(written):
            if (valid_value := _valid_value(name, value)) is not None:
                attributes[name] = valid_value
        if attributes.get("id") in self._ids:
            del attributes["id"]
        self._ids |= {attributes["id"]} if "id" in attributes else set()
        if tag == "a" and "href" not in attributes:
            attributes = {
                name: value for name, value in attributes.items() if name not in {"hreflang", "rel"}
            }
        if tag == "img":
            attributes.setdefault("alt", "")
        return attributes


def _valid_value(name: str, value: str) -> str | None:
    """Return a valid value of an attribute, still escaped; ``None`` where the value is invalid."""
    if name in _ADDRESS_ATTRIBUTES:
        address = standard_url(html.unescape(value))
        return html.escape(address) if address else None
    if name in {"hreflang", "lang"}:
        return language_tag(value) or None
    if name in _ALLOWED_VALUES:
        return value.lower() if value.lower() in _ALLOWED_VALUES[name] else None
    if name == "start":
        return value if _INTEGER.fullmatch(value) else None
    return value


def _is_moment(value: str) -> bool:
    """Whether the value of ``datetime`` is a date or time, on a day that there is."""
    if not _DATETIME.fullmatch(value):
        return False
    if match := _DATE.match(value):
        year, month, day = (int(part or 1) for part in match.groups())
        return year > 0 and day <= monthrange(year, month)[1]
    return True


def _is_valid_dl(element: _Element) -> bool:
    """Whether a ``dl`` holds only groups of terms followed by their descriptions."""
    order = "".join({"dt": "t", "dd": "d"}.get(child.name, "x") for child in element.children)
    return not element.has_text and re.fullmatch("(?:t+d+)*", order) is not None


def _is_valid_ruby(element: _Element) -> bool:
    """Whether each base text in a ``ruby`` is followed by its reading: ``rt``, or ``rp rt rp``."""
    order = "".join({"rp": "(", "rt": "r"}.get(child.name, "x") for child in element.children)
    return re.fullmatch(r"(?:x*(?:r|\((?:r\()+))+", order) is not None


def _spans(cell: _Element) -> Cell:
    attributes = dict(_ATTRIBUTE.findall(cell.attributes))
    return Cell(rows=int(attributes.get("rowspan", "1")), columns=int(attributes.get("colspan", "1")))


def _with_spans(attributes: str, cell: Cell) -> str:
    others = re.sub(r' (?:row|col)span="\d*"', "", attributes)
    return "".join([
        others,
        f' rowspan="{cell.rows}"' if cell.rows > 1 else "",
        f' colspan="{cell.columns}"' if cell.columns > 1 else "",
    ])  # fmt: skip
