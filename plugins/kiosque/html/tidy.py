"""HTML written again so that parsing it costs little: its depth and the number of its tags have limits. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

from kiosque.html.allow_list import ALLOWED, ATTRIBUTES, TAGS
from kiosque.html.frames import frame_address, is_hidden, linked_frame
from kiosque.html.tokenizer import NEVER_SHOWN, NO_COMMON, Token, attributes, tokens

# These close by themselves or have no end: they don't deepen a tree.
_FLAT = {
    "br", "caption", "col", "colgroup", "dd", "dt", "hr", "img", "li", "p", "rp", "rt", "tbody", "td", "tfoot", "th",
    "thead", "tr",
}  # fmt: skip
# A parser opens these again in each paragraph for as long as they are not closed.
_REOPENED = {"a", "b", "code", "em", "i", "s", "small", "strong", "u"}
_MOST_REOPENED = 8
# What only rewriting the tags one by one takes care of. Few tags need no limit to their depth either.
_UNTIDY = re.compile(
    rf"<{NO_COMMON}(?:"
    r"[!?]|/[^A-Za-z]|/\Z"  # comments, and what only looks like a tag
    rf"|/?(?:{'|'.join(sorted(NEVER_SHOWN))})(?=[\s/><]|\Z)"
    r"|img\b[^>]*[\s\"'](?:"  # pictures that may not be meant to be seen
    r"style\s*=[^>]*?(?::\s*(?:none|hidden)|(?<!-)(?:width|height)\s*:\s*[01](?:px)?\s*[;!\"'])"
    r"|(?:width|height)\s*=\s*[\"']?\s*[01](?!\d)"
    r"))",
    re.IGNORECASE | re.ASCII,
)
_BROKEN_REFERENCE = re.compile(r"&#[0-9A-Za-z]*<")
_FEW_TAGS = 2000
_DEEPEST = 60
_MOST_TAGS = 50_000
_ANY_TAG = re.compile(r"<[^>]*>")


def is_tidy(source: str) -> bool:
    """Whether HTML costs a parser little as it is: few tags, none of them hidden, nothing that only looks like one."""
    return not (source.count("<") > _FEW_TAGS or _UNTIDY.search(source) or _BROKEN_REFERENCE.search(source))


def tidied(source: str) -> str:
    """Write HTML again so that parsing it costs little, whoever wrote it.

    A parser's work grows with the depth of the tree times the number of tags: a hostile feed of 500 kB keeps it
    busy for half a minute. What is too deep or too much loses its tags, and keeps its words.
    """
    written: list[str] = []
    is_open = _Open()
    for count, token in enumerate(tokens(source)):
        written.append(token.text.replace("<", "&lt;"))
        if count < _MOST_TAGS:
            written.append(_rewritten(token, is_open))
    return "".join(written)


@dataclass(slots=True)
class _Open:
    """The elements that are open: how many of each name, in all, and of those that a parser opens again."""

    named: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    depth: int = 0
    reopened: int = 0

    def has_room(self, name: str) -> bool:
        """Whether one more may open."""
        return self.depth < _DEEPEST and (name not in _REOPENED or self.reopened < _MOST_REOPENED)

    def count(self, name: str, change: int) -> None:
        """Take note that one opens, or ends."""
        self.named[name] += change
        self.depth += change
        if name in _REOPENED:
            self.reopened += change


def _rewritten(token: Token, is_open: _Open) -> str:
    """Return a tag as the parser shall read it; nothing for one that is not allowed."""
    if token.is_end:
        return _end(token.name, is_open)
    if token.name == "iframe":
        return _framed(token.attributes, is_open)
    return _start(token.name, token.attributes, is_open) if token.name in TAGS else ""


def _end(name: str, is_open: _Open) -> str:
    if name not in _FLAT:
        if not is_open.named[name]:
            return ""
        is_open.count(name, -1)
    return f"</{name}>"


def _start(name: str, written: str, is_open: _Open) -> str:
    if name not in _FLAT:
        if not is_open.has_room(name):
            return ""
        is_open.count(name, 1)
    if "=" not in written:
        return f"<{name}>" if name != "img" else ""
    allowed = ALLOWED.get(name, ATTRIBUTES["*"])
    given = attributes(written)
    if name == "img" and (not given.get("src", "").strip() or is_hidden(given)):
        return ""
    kept = ((key, value) for key, value in given.items() if key in allowed)
    return f"<{name}{''.join(_quoted(key, value) for key, value in kept)}>"


def _framed(written: str, is_open: _Open) -> str:
    """Return a link to what a frame would have shown; only its words where the tree is too deep for a link."""
    given = attributes(written)
    link = linked_frame(given, frame_address(given))
    if is_open.has_room("a"):
        return link
    return _ANY_TAG.sub("", link)


def _quoted(name: str, value: str) -> str:
    value = value.replace('"', "&quot;").replace("<", "&lt;")
    return f' {name}="{value}"'
