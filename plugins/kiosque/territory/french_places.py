"""Names of places in French sentences: *de* as it is said before each name."""

from __future__ import annotations

import re

from kiosque.text import folded

# An article that belongs to the name: *le Diois*, *Les Vans*. *La* and *L’* stay as they are after *de*.
_ARTICLE = re.compile(r"(le|les)\s+(\S.*)", re.IGNORECASE | re.DOTALL)
_FEMININE = re.compile(r"la\s|l[’']", re.IGNORECASE)
# Names that are said with an h before which nothing is elided. Most place names with h elide: d’Hostun.
_ASPIRATED = re.compile(
    r"hauts?\b|hautes?\b|havre\b|hague|hainaut|ham\b|hambourg|hanovre|harfleur|hem\b|hollande|honfleur|hongrie|houdan|"
    r"houilles|huelgoat"
)
_VOWEL = re.compile(r"[aeiou]|œ|y[^aeiouy]|h")


def of_place(place: str) -> str:
    """Return *de* and a place as French joins them: *du Diois*, *des Baronnies*, *de la Drôme*, *d’Alès*."""
    if article := _ARTICLE.fullmatch(place):
        return f"{'du' if article[1].lower() == 'le' else 'des'} {article[2]}"
    start = folded(place)
    elides = _VOWEL.match(start) and not _ASPIRATED.match(start) and not _FEMININE.match(place)
    return f"d’{place}" if elides else f"de {place}"
