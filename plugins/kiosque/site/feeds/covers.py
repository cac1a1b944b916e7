"""What the artwork of a podcast is made of: colours, letters, logo; drawn where it isn't there yet.

Apple asks for another address where artwork changes, since what it has fetched it doesn't fetch again.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import partial
from pathlib import Path
from typing import Literal

import msgspec

from kiosque.model import Record
from kiosque.site.hub.hub import Hub
from kiosque.site.output.wanted import Made
from kiosque.text import slug

# Part of each key: another way of drawing gives other pictures.
_RECIPE = "1"
_ARTICLES = frozenset({"a", "an", "l", "la", "las", "le", "les", "lo", "los", "the", "un", "une"})
_WORD = re.compile(r"[^\W_]+")
_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}){1,2}")

Kind = Literal["hub", "source", "theme", "commune"]
# Of each kind the ground of its artwork and what is written there, as tokens: pairs that the theme keeps legible.
_PAIRS: dict[Kind, tuple[str, str]] = {
    "hub": ("--band", "--band-ink"),
    "source": ("--ink", "--paper"),
    "theme": ("--accent", "--accent-ink"),
    "commune": ("--paper", "--band"),
}
# Stands for tokens that a hub's own theme leaves out, or writes otherwise.
_COLOURS = {
    "--paper": "#fbf8f1", "--ink": "#221e19", "--accent": "#9a3a17", "--accent-ink": "#fffdf8", "--band": "#1d4a3d",
    "--band-ink": "#fffaf0", "--awning": "#d9972f",
}  # fmt: skip


class Look(Record, frozen=True):
    """The colours of a picture, as CSS writes them: its ground, what is written on it, and the stripes of its awning.

    ``dark`` stands for ``light`` between the stripes where that wouldn't be seen on the ground.
    """

    ground: str
    ink: str
    stripe: str
    light: str
    dark: str


def cover(hub: Hub, kind: Kind, name: str, logo: str, list_address: str) -> Made:
    """Return the artwork of a list's podcast; ``logo`` is the address of a picture, or empty."""
    given = hub.tokens.light
    colours = {token: _known(given.get(token, ""), default) for token, default in _COLOURS.items()}
    ground, ink = _PAIRS[kind]
    look = Look(
        ground=colours[ground],
        ink=colours[ink],
        stripe=colours["--awning"],
        light=colours["--band-ink"],
        dark=colours["--band"],
    )
    letters = initials(name)
    file = hub.files.origin(logo) if logo else None
    made_of = (_RECIPE, letters, file.name if file else "", look)
    key = hashlib.blake2b(msgspec.msgpack.encode(made_of), digest_size=6).hexdigest()
    return Made(f"{list_address}podcast-{key}.jpg"[1:], key, partial(_draw, look, letters, file))


def _known(written: str, default: str) -> str:
    return written if _COLOUR.fullmatch(written) else default


def _draw(look: Look, letters: str, logo: Path | None) -> bytes:
    from kiosque.site.feeds.artwork import draw  # noqa: PLC0415 - most builds find all artwork made, and Pillow loads slowly

    return draw(look, letters, logo)


def initials(name: str) -> str:
    """Return the letters that stand for a name, three at most; none for a name in another script than Latin.

    Those of the words that are long or have a capital, without an article at its beginning: KD for *Le Kiosque de la
    Drôme*, TT for *Terre et table*.
    """
    words = _WORD.findall(name)
    if len(words) > 1 and words[0].lower() in _ARTICLES:
        words = words[1:]
    chosen = [word for word in words if len(word) > 3 or not word[0].islower()] or words[:1]
    return "".join(_plain(word[0]) for word in chosen)[:3]


def _plain(letter: str) -> str:
    """Return a letter without its accent, O for Œ; nothing for one that isn't Latin."""
    is_known = letter.isascii() or unicodedata.name(letter, "").startswith("LATIN")
    return slug(letter, "")[:1].upper() if is_known else ""
