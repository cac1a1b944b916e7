"""Long lists of names, grouped by first letters so that readers can jump to a letter."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Sequence

from kiosque import text
from kiosque.model import Record
from kiosque.site.hub.records import Link

# A list with fewer names isn't grouped: readers see it at a glance.
_LEAST = 40
_DIGITS = "0–9"


class Letter(Record, frozen=True):
    """The names that begin with a letter; ``name`` is empty where the list is too short to be grouped."""

    links: tuple[Link, ...]
    name: str = ""
    id: str = ""


def by_letter(links: Sequence[Link]) -> list[Letter]:
    """Return sorted names grouped by first letters, without regard to accents."""
    if len(links) < _LEAST:
        return [Letter(links=tuple(links))] if links else []
    groups: defaultdict[str, list[Link]] = defaultdict(list)
    for link in links:
        groups[_group_name(link.name)].append(link)
    return [Letter(links=tuple(group), name=name, id=_id(name)) for name, group in groups.items()]


def _group_name(name: str) -> str:
    """Return the group of a name: ``E`` for ``É``, ``O`` for ``Œ``, ``0–9`` for digits."""
    letter = next((sign for sign in unicodedata.normalize("NFD", name) if sign.isalnum()), "")
    if letter.isdigit() or not letter:
        return _DIGITS
    is_latin = unicodedata.name(letter, "").startswith("LATIN")
    return (text.slug(letter)[:1] or letter).upper() if is_latin else letter


def _id(name: str) -> str:
    return f"lettre-{name.lower()}" if name.isascii() else f"lettre-{ord(name[0]):x}"
