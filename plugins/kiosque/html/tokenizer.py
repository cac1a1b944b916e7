"""Splits HTML of any quality into tags and the text between them, in time that grows with its length only."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache

import msgspec

# Elements whose content browsers read as characters, whatever tags stand in it. They show that of the second
# kind only.
RAW_UNSEEN = frozenset({"iframe", "noembed", "noframes", "script", "style", "title"})
RAW_SHOWN = frozenset({"textarea", "xmp"})
# Elements with content of their own, which browsers don't show.
UNSEEN = frozenset({"annotation", "annotation-xml", "datalist", "dialog", "select", "svg", "template"})
BLOCKS = frozenset({
    "article", "aside", "blockquote", "br", "dd", "details", "div", "dl", "dt", "figcaption", "figure",
    "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section",
    "summary", "table", "td", "th", "tr", "ul",
})  # fmt: skip
# Elements without content and end tag.
VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
})  # fmt: skip
# Elements that the sanitiser doesn't keep, and that part the words in them from those around.
PARTING = frozenset({
    "address", "applet", "article", "aside", "button", "center", "dialog", "dir", "fieldset", "footer",
    "form", "header", "hgroup", "legend", "main", "menu", "mi", "mn", "mo", "ms", "mtext", "nav", "noscript",
    "object", "option", "search", "section", "select", "textarea", "xmp",
})  # fmt: skip
# Elements that browsers read by rules of their own, or that don't end as a feed's other elements do.
PARTICULAR = RAW_UNSEEN | RAW_SHOWN | UNSEEN | PARTING | {"math", "plaintext"}
RAW = RAW_UNSEEN | RAW_SHOWN
# Browsers take all that stands before the end tag of these for a program, be it a tag of the same name.
_PROGRAMS = frozenset({"script", "style"})
_TOKEN = re.compile(
    r"<!--(?:-?>)?"
    r"|<(/?)([A-Za-z][^\s/><]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*+)>?"
    r"|<[!?/][^>]*+>?",
    re.DOTALL,
)
_TAG = re.compile(r"</?([A-Za-z][^\s/><]*)(?:[^>\"']|\"[^\"]*\"|'[^']*')*+>?")
_SPACED = BLOCKS | PARTING
_COMMENT_END = re.compile(r"--!?>")
_BLOCK = re.compile(rf"</?(?:{'|'.join(sorted(BLOCKS | {'form'}))})(?=[\s/>])", re.IGNORECASE | re.ASCII)
# A tag of HTML that the sanitiser has cleaned.
CLEAN_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*+)([^<>]*+)>")
# Most tags are one of these few names. A pattern that excludes them first is faster than one that compares
# each tag with a long list of rare names.
NO_COMMON = "(?!/?(?:a|b|br|div|em|i|li|p|span|strong|td|tr|ul)[ >])"
# HTML whose text isn't simply what stands between its tags: elements that hide their content, comments, and
# characters that only look like a tag.
_INTRICATE = re.compile(
    rf"<{NO_COMMON}(?:[!?]|/[^A-Za-z]|/\Z|(?:{'|'.join(sorted(RAW | UNSEEN))})(?=[\s/><]|\Z))",
    re.IGNORECASE | re.ASCII,
)
_ATTRIBUTE = re.compile(r"([^\s\"'=<>/]+)(?:\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")


class Token(msgspec.Struct, frozen=True, gc=False):
    """A tag, and the text before it. The last token holds the text after the last tag, and has an empty name.

    ``attributes`` is the source text of the attributes. ``source[start:stop]`` is the tag as it stands in the
    source, with the content of an element whose content is no HTML. ``content`` is what browsers show of it,
    as HTML.
    """

    text: str
    name: str
    is_end: bool
    attributes: str
    start: int
    stop: int
    content: str = ""

    @property
    def is_self_closed(self) -> bool:
        """Whether the tag ends with a slash that belongs to no address: such an element has no content."""
        if not self.attributes.endswith("/"):
            return False
        last = self.attributes[-400:-1].rpartition(" ")[2]
        return "=" not in last or last[-1:] in {'"', "'", "\n", "\t", "\r", "\f"}


def tokens(source: str) -> Iterator[Token]:
    """Yield the tags of HTML, each with the text before it.

    Comments, and elements whose content is no HTML, are one token. They end where a browser ends them.
    Without an end they end at the next block: they never take the rest of a text along.
    """
    ends = _Ends(source)
    position = 0
    while match := _TOKEN.search(source, position):
        slash, name, attributes_source = match.groups("")
        start, stop = match.span()
        token = Token(source[position:start], name.lower(), bool(slash), attributes_source, start, stop)
        if match[0] == "<!--":
            token = msgspec.structs.replace(token, stop=ends.of_comment(stop))
        elif token.name in RAW and not slash:
            token = ends.with_content(token)
        yield token
        position = token.stop
    yield Token(source[position:], "", is_end=False, attributes="", start=len(source), stop=len(source))


class _Ends:
    """Finds the ends of comments and of elements whose content is no HTML.

    It remembers what comes next: however many tags ask for it, the source is looked through once for each
    kind of end.
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self._next: dict[str, re.Match[str] | None] = {}

    def of_comment(self, position: int) -> int:
        """Return where a comment ends whose content starts at a position."""
        end = self._following(_COMMENT_END, position)
        return end.end() if end else self._block(position)

    def with_content(self, token: Token) -> Token:
        """Return a start tag as one token with the content and the end tag of its element."""
        inner, stop = self._of_element(token)
        content = ""
        if token.name in RAW_SHOWN:
            content = self._source[token.stop : inner]
            content = content if token.name == "textarea" else content.replace("&", "&amp;")
            content = content.replace("<", "&lt;") + " "
        return msgspec.structs.replace(token, stop=stop, content=content)

    def _of_element(self, token: Token) -> tuple[int, int]:
        """Return where the content of an element ends, and where its end tag does."""
        end = self._following(_end_tag(token.name), token.stop)
        if not end:
            here = token.stop if token.is_self_closed else self._block(token.stop)
            return here, here
        if token.is_self_closed and self._block(token.stop) < end.start():
            return token.stop, token.stop
        again = None if token.name in _PROGRAMS else self._following(_start_tag(token.name), token.stop)
        if again and again.start() < end.start():
            here = min(self._block(token.stop), again.start())
            return here, here
        return end.span()

    def _block(self, position: int) -> int:
        block = self._following(_BLOCK, position)
        return block.start() if block else len(self._source)

    def _following(self, pattern: re.Pattern[str], position: int) -> re.Match[str] | None:
        known = self._next.get(pattern.pattern)
        if pattern.pattern not in self._next or (known and known.start() < position):
            known = self._next[pattern.pattern] = pattern.search(self._source, position)
        return known


@cache
def _end_tag(name: str) -> re.Pattern[str]:
    return re.compile(rf"</{name}\b[^>]*>?", re.IGNORECASE)


@cache
def _start_tag(name: str) -> re.Pattern[str]:
    return re.compile(rf"<{name}\b", re.IGNORECASE)


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


def has_own_text(source: str) -> bool:
    """Whether the text of HTML is simply what stands between its tags, to judge by their names."""
    return not _INTRICATE.search(source)


def text_between(found: Iterable[Token]) -> str:
    """Return the text of tokens, with a space where a block starts or ends."""
    return "".join(token.text + (" " if token.name in _SPACED else "") + token.content for token in found)


def text_between_tags(source: str) -> str:
    """Return all text between tags of HTML with a space where a block starts or ends.

    Entities such as ``&amp;`` stay.
    """
    pieces = _TAG.split(source)
    pieces[1::2] = [" " if name.lower() in _SPACED else "" for name in pieces[1::2]]
    return "".join(pieces)


def attributes(source: str) -> dict[str, str]:
    """Return the values of a tag's attributes, by their names in lower case; entities such as ``&amp;`` stay.

    If a name stands there twice, the first value counts, as in a browser.
    """
    values: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(source):
        values.setdefault(name.lower(), double or single or bare)
    return values
