"""HTML turned into plain text. Pure functions."""

from __future__ import annotations

import html

from kiosque.html.tokenizer import text_between_tags
from kiosque.text import line_text


def plain_text(source: str) -> str:
    """Return the text of HTML on one line: entities are decoded, and a space separates blocks."""
    if "<" not in source:
        return line_text(html.unescape(source))
    return line_text(html.unescape(text_between_tags(source)))
