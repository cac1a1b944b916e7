"""HTML turned into plain text. Pure functions."""

from __future__ import annotations

import html

from kiosque.html.unseen import shown_text
from kiosque.text import line_text


def plain_text(source: str) -> str:
    """Return the text of HTML that browsers show, on one line.

    Entities are decoded, and a space separates blocks.
    """
    if "<" not in source:
        return line_text(html.unescape(source))
    return line_text(html.unescape(shown_text(source)))
