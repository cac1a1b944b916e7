"""Words on a line: folded, cut, made into part of an address. Pure: text in, text out."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from slugify import slugify

EXCERPT = 300
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
# With the marks that turn the direction of what follows them: in a title they make the rest of the page read wrongly.
_UNSEEN = re.compile(CONTROLS.pattern[:-1] + r"\u202a-\u202e\u2066-\u2069]")
_BREAKS = "\t\r\n\u2028\u2029"


def line_text(text: str) -> str:
    """Return text on one line: white space folded, control and direction-changing characters gone."""
    if text.isprintable() and "  " not in text:
        # Most are: nothing in them is unseen, and their only white space is single spaces.
        return text.strip()
    text = _UNSEEN.sub("", text)
    # One kind after the other, which a search for all at once takes five times as long for.
    for one in _BREAKS:
        text = text.replace(one, " ")
    while "  " in text:
        text = text.replace("  ", " ")
    return text.strip()


def excerpt(text: str, limit: int = EXCERPT) -> str:
    """Return at most ``limit`` characters of plain text, cut at a word, with an ellipsis where it was cut."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > limit // 2 else cut).rstrip(" ,;:.–—-«(\u00a0\u202f") + "…"


@lru_cache(maxsize=100_000)
def slug(text: str, fallback: str = "") -> str:
    """Return a part of an address: ASCII, at most 60 characters; ``fallback`` where nothing is left of it."""
    # Transliterating costs time with the length, and what comes after is cut anyway.
    # An elision parts two words, whichever way its apostrophe is written.
    text = text[:500].replace("’", "'")
    return (
        slugify(text, max_length=60, word_boundary=True, replacements=(("œ", "oe"), ("Œ", "oe"))) or fallback
    )


def folded(text: str) -> str:
    """Return text for comparing: without case and accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
