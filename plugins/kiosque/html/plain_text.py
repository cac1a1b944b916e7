"""The words of HTML, without its markup. Pure."""

from __future__ import annotations

import html

from kiosque.html.tokenizer import words
from kiosque.text import line_text


def plain_text(source: str) -> str:
    """Return the words of HTML on one line: entities decoded, blocks parted by spaces."""
    if "<" not in source:
        return line_text(html.unescape(source))
    return line_text(html.unescape(words(source)))
