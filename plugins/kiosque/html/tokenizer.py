"""HTML as others write it: a row of tags with words between them, read in time that grows with its length only."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

# What a reader never sees, or what a browser reads by other rules than HTML's.
NEVER_SHOWN = frozenset({
    "applet", "button", "form", "head", "iframe", "math", "noembed", "noscript", "object", "script", "select", "style",
    "svg", "template", "textarea", "title", "xmp",
})  # fmt: skip
BLOCKS = frozenset({
    "article", "aside", "blockquote", "br", "dd", "details", "div", "dl", "dt", "figcaption", "figure", "footer", "h1",
    "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "summary", "table", "td",
    "th", "tr", "ul",
})  # fmt: skip
_TOKEN = re.compile(
    r"<!--(?:.*?-->|.*)"  # a comment without an end hides the rest, as it does in a browser
    r"|<(/?)([A-Za-z][^\s/><]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*+)>?"
    r"|<[!?/][^>]*+>?",
    re.DOTALL,
)
_TAG = re.compile(r"</?([A-Za-z][^\s/><]*)(?:[^>\"']|\"[^\"]*\"|'[^']*')*+>?")
# Most tags are one of these, which is known sooner than that they are none of the many that others look for.
NO_COMMON = "(?!/?(?:a|b|br|div|em|i|li|p|span|strong|td|tr|ul)[ >])"
# What takes more than leaving tags out: elements that hide what they hold, comments, and what only looks like a tag.
_INTRICATE = re.compile(
    rf"<{NO_COMMON}(?:[!?]|/[^A-Za-z]|/\Z|(?:{'|'.join(sorted(NEVER_SHOWN))})(?=[\s/><]|\Z))",
    re.IGNORECASE | re.ASCII,
)
_ATTRIBUTE = re.compile(r"([^\s\"'=<>/]+)(?:\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")


class Token(msgspec.Struct, frozen=True, gc=False):
    """A tag, and the text before it; the last token of a text has no name.

    ``source[start:stop]`` is the tag as it was written, with all that it hides.
    """

    text: str
    name: str
    is_end: bool
    attributes: str
    start: int
    stop: int


def tokens(source: str, hidden: frozenset[str] = NEVER_SHOWN) -> Iterator[Token]:
    """Cut HTML into tags and what lies between them; what ``hidden`` elements hold is left out."""
    place = 0
    while found := _TOKEN.search(source, place):
        end, name, given = found.groups("")
        name = name.lower()
        start, stop = found.span()
        if name in hidden and not end:
            closing = re.compile(rf"</{name}\b[^>]*>?", re.IGNORECASE).search(source, stop)
            stop = closing.end() if closing else len(source)
        yield Token(source[place:start], name, bool(end), given, start, stop)
        place = stop
    yield Token(source[place:], "", is_end=False, attributes="", start=len(source), stop=len(source))


def words(source: str) -> str:
    """Return what lies between the tags of HTML, entities as written, with a space where a block starts or ends."""
    if _INTRICATE.search(source):
        return "".join(token.text + (" " if token.name in BLOCKS else "") for token in tokens(source))
    pieces = _TAG.split(source)
    pieces[1::2] = [" " if name.lower() in BLOCKS else "" for name in pieces[1::2]]
    return "".join(pieces)


def attributes(written: str) -> dict[str, str]:
    """Return the attributes of a tag by their names in small letters, entities as written; the first of each counts."""
    given: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(written):
        given.setdefault(name.lower(), double or single or bare)
    return given
