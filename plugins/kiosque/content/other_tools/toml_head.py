"""Reads the head of a text in TOML, as Hugo and Zola write it (https://toml.io/en/v1.0.0). Pure functions."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import time

from kiosque.i18n import _

FENCE = re.compile(r"\+\+\+[ \t]*")
# In characters. A key of many dots takes tomllib a time that grows with the square of its length.
_LONGEST = 20_000
_MAX_DEPTH = 6
_KEY = re.compile(r"[ \t]{0,20}[\"']?([\w-]{1,100})[\"']?[ \t]{0,20}[=.]")
_FAULT = re.compile(r"\(at line (\d+), column (\d+)\)")


class TomlError(Exception):
    """A head can't be read. The message says why; ``line`` counts from 1 within the head."""

    def __init__(self, message: str, line: int = 1) -> None:
        """Keep the line of the fault."""
        super().__init__(message)
        self.line = line


def read_toml(text: str) -> Mapping[str, object]:
    """Return the values of a head as YAML would give them: numbers and times of day are text.

    Raises TomlError.
    """
    if len(text) > _LONGEST:
        raise TomlError(_("it is longer than any head"))
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _FAULT.search(str(error))
        raise TomlError(_("this line isn’t TOML"), int(place[1]) if place else 1) from None
    except (RecursionError, ValueError):
        raise TomlError(_("lists within lists go too deep, or a number is too long")) from None
    return {key: _plain(value, _MAX_DEPTH) for key, value in table.items()}


def _plain(value: object, depth: int) -> object:
    if depth == 0:
        raise TomlError(_("lists within lists go too deep, or a number is too long"))
    if isinstance(value, dict):
        return {str(key): _plain(item, depth - 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, depth - 1) for item in value]
    is_text = isinstance(value, int | float | time) and not isinstance(value, bool)
    return str(value) if is_text else value


def key_places(lines: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Return the line and column of each key and table of a head; both count from 1."""
    places: dict[str, tuple[int, int]] = {}
    for number, line in enumerate(lines, start=1):
        if key := _KEY.match(line):
            places.setdefault(key[1], (number, key.start(1) + 1))
        elif line.startswith("["):
            places.setdefault(line.strip(" \t[]").partition(".")[0], (number, 1))
    return places
