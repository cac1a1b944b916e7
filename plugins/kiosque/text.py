"""Plain text: put on one line, cut, compared, made into part of an address. Pure functions."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from slugify import slugify

# In characters.
EXCERPT = 300
# Characters that text may have, in ranges: no controls, no halves of characters, and none of the 66 that
# Unicode gives no meaning. Beyond U+FFFF, these are the last two of each plane.
_BEYOND = "".join(f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 17))
_BEFORE, _BETWEEN, _AFTER = (
    r"\t\n\r -~\xa0-\u2029",
    r"\u202f-\u2065",
    rf"\u206a-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd{_BEYOND}",
)
CONTROLS = re.compile(rf"[^{_BEFORE}\u202a-\u202e{_BETWEEN}\u2066-\u2069{_AFTER}]")
# Control characters, and marks that change the direction of writing. In a title, these marks would turn the
# rest of the page.
_UNSEEN = re.compile(f"[^{_BEFORE}{_BETWEEN}{_AFTER}]")
_BREAKS = "\t\r\n\u2028\u2029"


def line_text(text: str) -> str:
    """Return text on one line, with single spaces.

    Control characters and marks that change the direction of writing are removed.
    """
    if text.isprintable() and "  " not in text:
        # Most texts are such: all characters are visible, and the only white space is single spaces.
        return text.strip()
    text = _UNSEEN.sub("", text)
    # One kind after the other: a regular expression for all kinds takes five times as long.
    for white_space in _BREAKS:
        text = text.replace(white_space, " ")
    while "  " in text:
        text = text.replace("  ", " ")
    return text.strip()


def excerpt(text: str, limit: int = EXCERPT) -> str:
    """Return at most ``limit`` characters of plain text, cut after a word, with an ellipsis if it was cut."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > limit // 2 else cut).rstrip(" ,;:.–—-«(\u00a0\u202f") + "…"


@lru_cache(maxsize=100_000)
def slug(text: str, fallback: str = "") -> str:
    """Return a text as part of an address: ASCII, at most 60 characters; ``fallback`` if it is empty."""
    # Transliteration takes time in proportion to the length, and only the beginning is needed.
    # An apostrophe separates two words, whichever of its characters is used.
    text = text[:500].replace("’", "'")
    return (
        slugify(text, max_length=60, word_boundary=True, replacements=(("œ", "oe"), ("Œ", "oe"))) or fallback
    )


def folded(text: str) -> str:
    """Return text in a form for comparisons: without case and accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
