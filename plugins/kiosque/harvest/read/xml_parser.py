"""The XML parser that feedparser is given: expat, which hands over as little as can be.

- Text comes in whole runs. A text of HTML in XML is full of entities, at each of which expat would hand over a piece of
  its own: feedparser then spends a quarter of its time on pieces of one character.
- Elements that are never read from feedparser's results don't come at all: those of the podcast namespace and of
  Podlove's chapters are read elsewhere (``podcast.py``), those that count comments by no one.
- What a name means is taken apart once, and attributes only as far as feedparser looks at them.

feedparser finds a parser by the name of a module with ``create_parser`` (``xml.sax.make_parser``).
"""

from __future__ import annotations

from collections.abc import ItemsView, KeysView, Mapping
from functools import lru_cache
from typing import Any
from xml.parsers import expat
from xml.sax.expatreader import ExpatParser

_RUN = 65_536
_ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
# In small letters, as feedparser compares them.
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

Name = tuple[str | None, str]


class _Attributes:
    """The attributes of an element, as far as feedparser asks for them (``AttributesNS`` of ``xml.sax``)."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._named = {_parted(name)[0]: value for name, value in given.items()}
        self._qualified = {_parted(name)[1]: value for name, value in given.items()}
        self.getValueByQName = self._qualified.__getitem__

    def items(self) -> ItemsView[Name, str]:
        return self._named.items()

    def getQNames(self) -> KeysView[str]:  # noqa: N802 - the name that SAX has for it
        return self._qualified.keys()


_NO_ATTRIBUTES = _Attributes({})


class _Parser(ExpatParser):
    """Expat with a buffer for text, which leaves out what is never read."""

    # Typeshed knows neither.
    _parser: Any
    _cont_handler: Any

    def reset(self) -> None:
        """Start anew."""
        super().reset()
        self._parser.buffer_text = True
        self._parser.buffer_size = _RUN

    def start_element_ns(self, name: str, attrs: Mapping[str, str]) -> None:
        """Hand an element over, or leave it out with all that it holds."""
        pair, _qualified, is_read = _parted(name)
        if is_read:
            self._cont_handler.startElementNS(pair, None, _Attributes(attrs) if attrs else _NO_ATTRIBUTES)
        else:
            self._leave_out()

    def end_element_ns(self, name: str) -> None:
        """Hand the end of an element over."""
        self._cont_handler.endElementNS(_parted(name)[0], None)

    def _leave_out(self) -> None:
        """Hand nothing over until the element ends that has just started."""
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
def _parted(name: str) -> tuple[Name, str, bool]:
    """Return the namespace and name that expat writes as one, the name as it is written, and whether it is read."""
    parts = name.split()
    if len(parts) == 1:
        return (None, name), name, ("", name.lower()) not in _UNREAD
    space, local, *prefix = parts
    lower = space.lower()
    is_read = lower not in _UNREAD_NAMESPACES and (lower, local.lower()) not in _UNREAD
    return (space, local), f"{prefix[0]}:{local}" if prefix else local, is_read


def is_sound(data: bytes) -> bool:
    """Whether XML in UTF-8 is well-formed: known in a hundredth of the time that reading it takes."""
    try:
        expat.ParserCreate("utf-8", " ").Parse(data, True)  # noqa: FBT003 - it takes no keyword
    except expat.ExpatError:
        return False
    return True


def create_parser() -> _Parser:
    """Return a new parser."""
    return _Parser()
