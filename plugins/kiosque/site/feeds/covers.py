"""The artwork of a podcast as an output of the build: its address, and what it is drawn from.

The picture is drawn only where it is missing. Its address holds a key of all that it is made of: Apple never
fetches an address twice, so changed artwork needs another one.
"""

from __future__ import annotations

import hashlib
import logging
import re
import unicodedata
from functools import partial
from pathlib import Path
from typing import Literal

import msgspec

from kiosque.site.feeds.palette import Palette
from kiosque.site.hub.hub import Hub
from kiosque.site.output.wanted import Generated
from kiosque.text import slug

logger = logging.getLogger(__name__)

# A part of each key: count it up when the drawing changes, so that each picture gets a new address.
_DRAWING_VERSION = "1"
_ARTICLES = frozenset({"a", "an", "l", "la", "las", "le", "les", "lo", "los", "the", "un", "une"})
_WORD = re.compile(r"[^\W_]+")
_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}){1,2}")

# The list that a podcast belongs to: all publications of the hub, or those of a source, a theme or a commune.
ListType = Literal["hub", "source", "theme", "commune"]
# The design tokens of background and letters for each type of list. Themes keep these pairs legible.
_PAIRS: dict[ListType, tuple[str, str]] = {
    "hub": ("--band", "--band-ink"),
    "source": ("--ink", "--paper"),
    "theme": ("--accent", "--accent-ink"),
    "commune": ("--paper", "--band"),
}
# The values for tokens that a hub's own theme leaves out, or writes in another form than ``#rrggbb``.
_COLOURS = {
    "--paper": "#fbf8f1", "--ink": "#221e19", "--accent": "#9a3a17", "--accent-ink": "#fffdf8",
    "--band": "#1d4a3d", "--band-ink": "#fffaf0", "--awning": "#d9972f",
}  # fmt: skip


def cover(hub: Hub, list_type: ListType, name: str, logo: str, list_address: str) -> Generated:
    """Return the artwork of a list's podcast; ``logo`` is the address of a picture, or empty."""
    tokens = hub.tokens.light
    colours = {token: _colour(tokens.get(token, ""), default) for token, default in _COLOURS.items()}
    ground, ink = _PAIRS[list_type]
    palette = Palette(
        ground=colours[ground],
        ink=colours[ink],
        stripe=colours["--awning"],
        light=colours["--band-ink"],
        dark=colours["--band"],
    )
    letters = initials(name)
    file = hub.files.origins.get(logo)
    ingredients = (_DRAWING_VERSION, letters, file.name if file else "", palette)
    key = hashlib.blake2b(msgspec.msgpack.encode(ingredients), digest_size=6).hexdigest()
    return Generated(f"{list_address}podcast-{key}.jpg"[1:], key, partial(_draw, palette, letters, file))


def _colour(value: str, default: str) -> str:
    return value if _COLOUR.fullmatch(value) else default


def _draw(palette: Palette, letters: str, logo: Path | None) -> bytes:
    # Pillow loads slowly, and most builds draw nothing.
    from kiosque.site.feeds.artwork import draw  # noqa: PLC0415

    logger.debug("drawing artwork: letters %r, logo %s", letters, logo.name if logo else "none")
    return draw(palette, letters, logo)


def initials(name: str) -> str:
    """Return the initials of a name, three at most; none for a name in another script than Latin.

    They come from words of four letters or more and from words with a capital. An article at the beginning
    doesn't count: KD for *Le Kiosque de la Drôme*, TT for *Terre et table*.
    """
    words = _WORD.findall(name)
    if len(words) > 1 and words[0].lower() in _ARTICLES:
        words = words[1:]
    chosen = [word for word in words if len(word) > 3 or not word[0].islower()] or words[:1]
    return "".join(_plain(word[0]) for word in chosen)[:3]


def _plain(letter: str) -> str:
    """Return a letter without its accent, O for Œ; empty for a letter of another script than Latin."""
    is_latin = letter.isascii() or unicodedata.name(letter, "").startswith("LATIN")
    return slug(letter, "")[:1].upper() if is_latin else ""
