"""The XML parser that feedparser is given: expat, which hands text over in whole runs instead of line by line.

A text of HTML in XML is full of entities, at each of which expat would hand over a piece of its own: feedparser then
spends a quarter of its time on pieces of one character. It finds a parser by the name of a module with
``create_parser`` (``xml.sax.make_parser``).
"""

from __future__ import annotations

from typing import Any
from xml.sax.expatreader import ExpatParser

_RUN = 65_536


class _Parser(ExpatParser):
    """Expat with a buffer for text."""

    def reset(self) -> None:
        """Start anew."""
        super().reset()
        expat: Any = getattr(self, "_parser")  # noqa: B009 - typeshed doesn't know it
        expat.buffer_text = True
        expat.buffer_size = _RUN


def create_parser() -> _Parser:
    """Return a new parser."""
    return _Parser()
