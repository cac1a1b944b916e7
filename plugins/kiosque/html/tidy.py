"""Rewrites HTML so that it is cheap to parse: its depth and its number of tags have limits. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

from kiosque.html.allow_list import ALLOWED, ATTRIBUTES, TAGS
from kiosque.html.frames import frame_address, is_hidden, linked_frame
from kiosque.html.tokenizer import NO_COMMON, PARTICULAR, PARTING, Token, attributes
from kiosque.html.unseen import may_hide, shown_tokens

# Elements that close by themselves or have no end tag: they don't make the tree deeper.
_FLAT = {
    "br", "caption", "col", "colgroup", "dd", "dt", "hr", "img", "li", "p", "tbody", "td",
    "tfoot", "th", "thead", "tr",
}  # fmt: skip
# Elements that a parser opens again in each paragraph until they are closed.
_REOPENED = {"a", "b", "code", "em", "i", "s", "small", "strong", "u"}
_MOST_REOPENED = 8
# HTML that must be rewritten tag by tag. Other HTML is fine as it is, unless it has many tags: then its depth
# must be limited.
_UNTIDY = re.compile(
    rf"<{NO_COMMON}(?:"
    r"[!?]|/[^A-Za-z]|/\Z"  # comments, and what only looks like a tag
    rf"|/?(?:{'|'.join(sorted(PARTICULAR))})(?=[\s/><]|\Z)"
    r"|img\b(?P<picture>[^>]*+)"
    r")",
    re.IGNORECASE | re.ASCII,
)
# Pictures that may be hidden: by an attribute of their own, or by what stands after the start of a style.
_DOT = re.compile(r"[\s\"'](?:width|height)\s*+=\s*+[\"']?\s*+[01](?!\d)", re.IGNORECASE | re.ASCII)
_STYLE = re.compile(r"[\s\"']style\s*+=", re.IGNORECASE | re.ASCII)
_HIDING = re.compile(
    r":\s*+(?:none|hidden)|(?<!-)(?:width|height)\s*+:\s*+[01](?:px)?\s*+[;!\"']", re.IGNORECASE | re.ASCII
)
_BROKEN_REFERENCE = re.compile(r"&#[0-9A-Za-z]*<")
_FEW_TAGS = 2000
_DEEPEST = 60
_MOST_TAGS = 50_000
_ANY_TAG = re.compile(r"<[^<>]*>")


def is_tidy(source: str) -> bool:
    """Whether HTML is cheap to parse as it is: few tags, none hidden, and no text that looks like a tag."""
    if has_many_tags(source) or _BROKEN_REFERENCE.search(source) or may_hide(source):
        return False
    return all(match.lastgroup and not _may_be_hidden(match["picture"]) for match in _UNTIDY.finditer(source))


def _may_be_hidden(attributes_source: str) -> bool:
    """Whether a picture may be hidden, to judge by the source text of its attributes.

    The steps are patterns of their own: a single one would try each style with each end, in cubic time.
    """
    if _DOT.search(attributes_source):
        return True
    style = _STYLE.search(attributes_source)
    return bool(style and _HIDING.search(attributes_source, style.end()))


def has_many_tags(source: str) -> bool:
    """Whether HTML has so many tags that its depth must be limited before a parser reads it."""
    return source.count("<") > _FEW_TAGS


def tidied(source: str) -> str:
    """Return HTML rewritten so that it is cheap to parse, whoever wrote it.

    A parser's work grows with the depth of the tree times the number of tags. A hostile feed of 500 kB would
    keep it busy for half a minute. Elements that are too deep and tags beyond the limit are removed; their
    text stays.
    """
    pieces: list[str] = []
    open_elements = _OpenElements()
    for count, token in enumerate(shown_tokens(source)):
        pieces.append(token.text.replace("<", "&lt;"))
        if count < _MOST_TAGS:
            pieces.append(_tag(token, open_elements))
        pieces.append(token.content)
    return "".join(pieces)


@dataclass(slots=True)
class _OpenElements:
    """Counts the elements that are open: by name, in total, and those that a parser opens again.

    ``shown`` has the addresses of pictures and frames so far. Scripts that load these late repeat them inside
    of ``<noscript>``.
    """

    by_name: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    depth: int = 0
    reopened: int = 0
    is_noscript: bool = False
    shown: set[str] = field(default_factory=set)

    def count_noscript(self, tag: Token) -> None:
        """Count the start or end of ``<noscript>``."""
        if tag.name == "noscript":
            self.is_noscript = not tag.is_end

    def is_repeated(self, address: str) -> bool:
        """Whether a ``<noscript>`` shows a picture or frame that the text shows as well; count it."""
        is_repeated = self.is_noscript and address in self.shown
        self.shown.add(address)
        return is_repeated

    def has_room(self, name: str) -> bool:
        """Whether one more element of this name may open."""
        return self.depth < _DEEPEST and (name not in _REOPENED or self.reopened < _MOST_REOPENED)

    def count(self, name: str, change: int) -> None:
        """Count an element that opens (``change`` is 1) or ends (-1)."""
        self.by_name[name] += change
        self.depth += change
        if name in _REOPENED:
            self.reopened += change


def _tag(token: Token, open_elements: _OpenElements) -> str:
    """Return a tag as the parser should read it; empty if the element isn't allowed."""
    if token.name in PARTING:
        open_elements.count_noscript(token)
        return " "
    if token.is_end:
        return _end_tag(token.name, open_elements)
    if token.name == "iframe":
        return _frame_link(token.attributes, open_elements)
    return _start_tag(token.name, token.attributes, open_elements) if token.name in TAGS else ""


def _end_tag(name: str, open_elements: _OpenElements) -> str:
    if name not in _FLAT:
        if not open_elements.by_name[name]:
            return ""
        open_elements.count(name, -1)
    return f"</{name}>"


def _start_tag(name: str, attributes_source: str, open_elements: _OpenElements) -> str:
    if name not in _FLAT:
        if not open_elements.has_room(name):
            return ""
        open_elements.count(name, 1)
    if "=" not in attributes_source:
        return f"<{name}>" if name != "img" else ""
    allowed = ALLOWED.get(name, ATTRIBUTES["*"])
    values = attributes(attributes_source)
    if name == "img" and (not (address := values.get("src", "").strip()) or is_hidden(values)):
        return ""
    if name == "img" and open_elements.is_repeated(address):
        return ""
    allowed_values = ((key, value) for key, value in values.items() if key in allowed)
    return f"<{name}{''.join(_attribute(key, value) for key, value in allowed_values)}>"


def _frame_link(attributes_source: str, open_elements: _OpenElements) -> str:
    """Return a link to the page that a frame shows; only the words of the link if the tree is too deep."""
    values = attributes(attributes_source)
    address = frame_address(values)
    link = "" if open_elements.is_repeated(address) else linked_frame(values, address)
    if open_elements.has_room("a"):
        return link
    return _ANY_TAG.sub("", link)


def _attribute(name: str, value: str) -> str:
    value = value.replace('"', "&quot;").replace("<", "&lt;")
    return f' {name}="{value}"'
