"""Splits HTML of any quality into tags and the text between them, in time that grows with its length only."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import msgspec

# Elements whose content readers never see, or whose content browsers parse by other rules than those of HTML.
NEVER_SHOWN = frozenset({
    "applet", "button", "form", "head", "iframe", "math", "noembed", "noscript", "object", "script", "select",
    "style", "svg", "template", "textarea", "title", "xmp",
})  # fmt: skip
BLOCKS = frozenset({
    "article", "aside", "blockquote", "br", "dd", "details", "div", "dl", "dt", "figcaption", "figure",
    "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section",
    "summary", "table", "td", "th", "tr", "ul",
})  # fmt: skip
_TOKEN = re.compile(
    r"<!--(?:.*?-->|.*)"  # a comment without an end hides the rest, as in a browser
    r"|<(/?)([A-Za-z][^\s/><]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*+)>?"
    r"|<[!?/][^>]*+>?",
    re.DOTALL,
)
_TAG = re.compile(r"</?([A-Za-z][^\s/><]*)(?:[^>\"']|\"[^\"]*\"|'[^']*')*+>?")
# A tag of HTML that the sanitiser has cleaned.
CLEAN_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*+)([^<>]*+)>")
# Most tags are one of these few names. A pattern that excludes them first is faster than one that compares
# each tag with a long list of rare names.
NO_COMMON = "(?!/?(?:a|b|br|div|em|i|li|p|span|strong|td|tr|ul)[ >])"
# HTML whose text isn't simply what stands between its tags: elements that hide their content, comments, and
# characters that only look like a tag.
_INTRICATE = re.compile(
    rf"<{NO_COMMON}(?:[!?]|/[^A-Za-z]|/\Z|(?:{'|'.join(sorted(NEVER_SHOWN))})(?=[\s/><]|\Z))",
    re.IGNORECASE | re.ASCII,
)
_ATTRIBUTE = re.compile(r"([^\s\"'=<>/]+)(?:\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")


class Token(msgspec.Struct, frozen=True, gc=False):
    """A tag, and the text before it. The last token holds the text after the last tag, and has an empty name.

    ``attributes`` is the source text of the attributes. ``source[start:stop]`` is the tag as it stands in the
    source, with its content if the element hides it.
    """

    text: str
    name: str
    is_end: bool
    attributes: str
    start: int
    stop: int


def tokens(source: str, hidden: frozenset[str] = NEVER_SHOWN) -> Iterator[Token]:
    """Yield the tags of HTML, each with the text before it, without the content of ``hidden`` elements."""
    position = 0
    while match := _TOKEN.search(source, position):
        slash, name, attributes_source = match.groups("")
        name = name.lower()
        start, stop = match.span()
        if name in hidden and not slash:
            closing = re.compile(rf"</{name}\b[^>]*>?", re.IGNORECASE).search(source, stop)
            stop = closing.end() if closing else len(source)
        yield Token(source[position:start], name, bool(slash), attributes_source, start, stop)
        position = stop
    yield Token(source[position:], "", is_end=False, attributes="", start=len(source), stop=len(source))


def walk(clean: str, on_text: Callable[[str], None], on_tag: Callable[[re.Match[str]], None]) -> None:
    """Call a function for each text and each tag of clean HTML, in order.

    A text is empty where tags touch. The match of a tag has the groups of ``CLEAN_TAG``: slash, name and
    attributes.
    """
    position = 0
    for tag in CLEAN_TAG.finditer(clean):
        on_text(clean[position : tag.start()])
        on_tag(tag)
        position = tag.end()
    on_text(clean[position:])


def text_between_tags(source: str) -> str:
    """Return the text of HTML with a space where a block starts or ends; entities such as ``&amp;`` stay."""
    if _INTRICATE.search(source):
        return "".join(token.text + (" " if token.name in BLOCKS else "") for token in tokens(source))
    pieces = _TAG.split(source)
    pieces[1::2] = [" " if name.lower() in BLOCKS else "" for name in pieces[1::2]]
    return "".join(pieces)


def attributes(source: str) -> dict[str, str]:
    """Return the values of a tag's attributes, by their names in lower case; entities such as ``&amp;`` stay.

    If a name stands there twice, the first value counts, as in a browser.
    """
    values: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(source):
        values.setdefault(name.lower(), double or single or bare)
    return values
