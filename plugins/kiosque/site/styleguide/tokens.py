"""The design tokens of a theme: the names of its colours, sizes and fonts, read from its style sheets."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from pathlib import Path

import msgspec

from kiosque.model import Record

logger = logging.getLogger(__name__)

_PROPERTY = re.compile(r"(--[\w-]+)\s*:\s*([^;{}]+)")
_COLOUR = re.compile(r"#|(?:rgb|hsl|hwb|lab|lch|oklab|oklch|color|color-mix|light-dark)a?\(")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


class Tokens(Record, frozen=True):
    """The names of the custom properties of a theme, such as ``--accent``, in their order.

    ``light`` has the values of the colours for light screens, as CSS writes them. ``faces`` are fonts.
    """

    colours: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    faces: tuple[str, ...] = ()
    light: dict[str, str] = msgspec.field(default_factory=dict)


def load_tokens(themes: Sequence[Path]) -> Tokens:
    """Return the tokens of a theme; ``themes`` are its folders, the hub's own first."""
    files: dict[str, Path] = {}
    for theme in reversed(themes):
        files |= {path.name: path for path in sorted((theme / "static" / "css" / "tokens").glob("*.css"))}
    tokens: dict[str, str] = {}
    for path in files.values():
        tokens |= _read(path.read_text(encoding="utf-8", errors="replace"))
    logger.debug("%d tokens in %s", len(tokens), sorted(files))
    light = {name: value for name, value in tokens.items() if _COLOUR.match(value)}
    return Tokens(
        colours=tuple(light),
        sizes=tuple(name for name in tokens if name.startswith("--step-") or name == "--small"),
        faces=tuple(name for name in tokens if name.startswith("--font")),
        light=light,
    )


def _read(style: str) -> dict[str, str]:
    """Return the tokens of a style sheet with their first values; later values are for dark screens."""
    tokens: dict[str, str] = {}
    for name, value in _PROPERTY.findall(_COMMENT.sub("", style)):
        tokens.setdefault(name, value.strip())
    return tokens
