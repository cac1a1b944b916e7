"""Detect the language of a text that declares none."""

from __future__ import annotations

import pycld2

from kiosque.languages import language_tag

# In characters. The detector guesses shorter texts wrong too often.
_SHORTEST = 25
# In characters. More text costs time and doesn't change the result.
_LONGEST = 4_000


def detected(words: str) -> str:
    """Return the language of plain text as a BCP 47 tag; empty if the detector isn't sure."""
    if len(words) < _SHORTEST:
        return ""
    try:
        is_reliable, _bytes, (best, *_others) = pycld2.detect(words[:_LONGEST], isPlainText=True)
    except pycld2.error:
        return ""
    return language_tag(best[1]) if is_reliable and best[1] != "un" else ""
