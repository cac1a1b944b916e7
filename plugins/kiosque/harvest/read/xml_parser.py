"""The XML parser for feedparser: expat, set up to call feedparser's handlers as rarely as possible.

- Text is buffered. HTML inside XML is full of entities, and expat would hand over a new piece at each of
  them. feedparser would spend a quarter of its time on pieces of one character.
- Elements that Kiosque never reads from feedparser's result are skipped. ``podcast.py`` reads those of the
  podcast namespace and Podlove's chapters; nothing reads the counts of comments.
- Each name is split once, and attributes only have the methods that feedparser calls.

feedparser takes the name of a module that has ``create_parser`` (``xml.sax.make_parser``).
"""

from __future__ import annotations

from collections.abc import ItemsView, KeysView, Mapping
from functools import lru_cache
from typing import Any
from xml.parsers import expat
from xml.sax.expatreader import ExpatParser

# In bytes.
_TEXT_BUFFER = 65_536
_ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
# In lower case, as feedparser compares them.
_UNREAD_NAMESPACES = frozenset({
    "http://fireside.fm/modules/rss/fireside",
    "http://news.yandex.ru",
    "http://podlove.org/simple-chapters",
    "http://purl.org/rss/1.0/modules/slash/",
    "http://rssnamespace.org/feedburner/ext/1.0",
    "http://wellformedweb.org/commentapi/",
    "https://github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md",
    "https://podcastindex.org/namespace/1.0",
})  # fmt: skip
_UNREAD = frozenset({
    ("", "comments"),
    *((_ITUNES, name) for name in ("block", "episodetype", "explicit", "subtitle")),
})  # fmt: skip

# The addresses behind those by which FeedBurner counts. Nothing else of its namespace is read.
_FEEDBURNER = "http://rssnamespace.org/feedburner/ext/1.0"
_ORIGINAL_ADDRESSES = frozenset({(_FEEDBURNER, "origlink"), (_FEEDBURNER, "origenclosurelink")})

Name = tuple[str | None, str]


class _Attributes:
    """The attributes of an element, with the methods of ``AttributesNS`` (xml.sax) that feedparser calls."""

    def __init__(self, attributes: Mapping[str, str]) -> None:
        self._named = {_split_name(name)[0]: value for name, value in attributes.items()}
        self._qualified = {_split_name(name)[1]: value for name, value in attributes.items()}
        self.getValueByQName = self._qualified.__getitem__

    def items(self) -> ItemsView[Name, str]:
        return self._named.items()

    def getQNames(self) -> KeysView[str]:  # noqa: N802 - SAX defines this name
        return self._qualified.keys()


_NO_ATTRIBUTES = _Attributes({})


class HandlerError(Exception):
    """feedparser failed at an element. ``position`` is its place in the feed, in bytes."""

    def __init__(self, position: int) -> None:
        """Note the place of the element."""
        super().__init__()
        self.position = position


class _Parser(ExpatParser):
    """Expat with a text buffer, which skips the elements that are never read."""

    # Typeshed knows neither attribute.
    _parser: Any
    _cont_handler: Any

    def reset(self) -> None:
        """Prepare for a new document."""
        super().reset()
        self._parser.buffer_text = True
        self._parser.buffer_size = _TEXT_BUFFER

    def start_element_ns(self, name: str, attrs: Mapping[str, str]) -> None:
        """Pass an element on to feedparser, or skip it with all its content."""
        pair, _qualified, is_read = _split_name(name)
        if not is_read:
            self._skip_element()
            return
        try:
            self._cont_handler.startElementNS(pair, None, _Attributes(attrs) if attrs else _NO_ATTRIBUTES)
        except Exception as error:
            raise HandlerError(self._parser.CurrentByteIndex) from error

    def end_element_ns(self, name: str) -> None:
        """Pass the end of an element on to feedparser."""
        try:
            self._cont_handler.endElementNS(_split_name(name)[0], None)
        except Exception as error:
            raise HandlerError(self._parser.CurrentByteIndex) from error

    def _skip_element(self) -> None:
        """Pass nothing on until the element that has just started ends."""
        depth = 1
        parser = self._parser

        def start(_name: str, _attributes: Mapping[str, str]) -> None:
            nonlocal depth
            depth += 1

        def end(_name: str) -> None:
            nonlocal depth
            depth -= 1
            if not depth:
                parser.StartElementHandler = self.start_element_ns
                parser.EndElementHandler = self.end_element_ns
                parser.CharacterDataHandler = self._cont_handler.characters

        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.CharacterDataHandler = None


@lru_cache(maxsize=4096)
def _split_name(qualified: str) -> tuple[Name, str, bool]:
    """Split a name as expat gives it: ``namespace local prefix``, with spaces between.

    Return the pair of namespace and local name, the name as the feed writes it, and whether such elements are
    read.
    """
    parts = qualified.split()
    if len(parts) == 1:
        return (None, qualified), qualified, ("", qualified.lower()) not in _UNREAD
    namespace, local, *prefix = parts
    name = namespace.lower(), local.lower()
    is_unread = name[0] in _UNREAD_NAMESPACES and name not in _ORIGINAL_ADDRESSES
    return (
        (namespace, local),
        f"{prefix[0]}:{local}" if prefix else local,
        not is_unread and name not in _UNREAD,
    )


def is_well_formed(data: bytes) -> bool:
    """Whether XML in UTF-8 is well-formed. This takes a hundredth of feedparser's time for it."""
    return first_error(data) is None


def first_error(data: bytes) -> expat.ExpatError | None:
    """Return the first error of XML in UTF-8, if it isn't well-formed."""
    try:
        expat.ParserCreate("utf-8", " ").Parse(data, True)  # noqa: FBT003 - expat accepts no keyword here
    except expat.ExpatError as error:
        return error
    return None


def create_parser() -> _Parser:
    """Return a new parser, as ``xml.sax.make_parser`` asks for it."""
    return _Parser()
