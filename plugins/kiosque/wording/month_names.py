"""The months by their names and abbreviations, as CLDR has them (https://cldr.unicode.org/)."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache

# The first language counts where a word means two months.
_LANGUAGES = ("fr", "en", "oc", "br", "ca", "es", "it", "pt", "de")


def month_of(word: str) -> int | None:
    """Return the number of the month that a word names, with or without accents; None if it names none.

    >>> [month_of(word) for word in ("Février", "aout", "sept.", "March", "lundi")]
    [2, 8, 9, 3, None]
    """
    return _months().get(_folded(word))


@cache
def _months() -> Mapping[str, int]:
    # Babel takes a while to import, and few dates have words.
    from babel import Locale  # noqa: PLC0415

    months: dict[str, int] = {}
    for language in _LANGUAGES:
        for width in ("wide", "abbreviated") if language in {"fr", "en"} else ("wide",):
            for number, name in Locale.parse(language).months["format"][width].items():
                # Some languages have a preposition there: “de març”, “d’abril”.
                months.setdefault(_folded(name).split(" ")[-1].split("’")[-1].split("'")[-1], number)
    return months


def _folded(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).strip(". ")
