"""Long lists of names, cut by their first letters so that one can jump to them."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Sequence

from kiosque import text
from kiosque.model import Record
from kiosque.site.hub.records import Link

# Fewer names than that are seen at one glance.
_MANY = 40
_DIGITS = "0–9"


class Letter(Record, frozen=True):
    """The names that begin with one letter; ``name`` is empty where the list is too short to be cut."""

    links: tuple[Link, ...]
    name: str = ""
    id: str = ""


def by_letter(links: Sequence[Link]) -> list[Letter]:
    """Return sorted names by their first letters, whatever accents these bear."""
    if len(links) < _MANY:
        return [Letter(links=tuple(links))] if links else []
    groups: defaultdict[str, list[Link]] = defaultdict(list)
    for link in links:
        groups[_first(link.name)].append(link)
    return [Letter(links=tuple(group), name=name, id=_id(name)) for name, group in groups.items()]


def _first(name: str) -> str:
    """Return the letter that a name is filed under: ``É`` and ``Œ`` under ``E`` and ``O``, all digits together."""
    letter = next((one for one in unicodedata.normalize("NFD", name) if one.isalnum()), "")
    if letter.isdigit() or not letter:
        return _DIGITS
    is_latin = unicodedata.name(letter, "").startswith("LATIN")
    return (text.slug(letter)[:1] or letter).upper() if is_latin else letter


def _id(name: str) -> str:
    return f"lettre-{name.lower()}" if name.isascii() else f"lettre-{ord(name[0]):x}"
