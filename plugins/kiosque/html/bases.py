"""The base that an element of a text states for the addresses in it (``xml:base``). Pure functions."""

from __future__ import annotations

import html
import re
from urllib.parse import urljoin

from kiosque.html.tokenizer import VOID, Token, attributes, tokens

_STATED = "xml:base"
_ADDRESS = re.compile(r"(\b(?:href|src|cite|poster)\s*+=\s*+)(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
# The number of open elements that are followed.
_DEEPEST = 100


def with_stated_bases(source: str, base: str) -> str:
    """Return HTML with absolute addresses in each element that states a base, up to its end.

    Such a base starts from that of the elements around it, at last from ``base``.
    """
    if _STATED not in source:
        return source
    pieces: list[str] = []
    # The names and bases of open elements, from the outermost one that states a base.
    open_bases: list[tuple[str, str]] = []
    place = 0
    for token in tokens(source):
        pieces.append(source[place : token.start])
        place = token.stop
        tag = source[token.start : token.stop]
        if token.is_end:
            _close(open_bases, token.name)
        elif token.name and (own := _base_of(token, open_bases, base)):
            tag = _ADDRESS.sub(lambda match, own=own: _absolute(match, own), tag)  # type: ignore[misc]
            if token.name not in VOID and not token.is_self_closed and len(open_bases) < _DEEPEST:
                open_bases.append((token.name, own))
        pieces.append(tag)
    return "".join(pieces)


def stated_base(tag: str, base: str) -> str:
    """Return the base that a tag states; empty if it states none. A relative one starts from ``base``."""
    stated = attributes(tag).get(_STATED, "") if _STATED in tag else ""
    return _joined(base, html.unescape(stated)) if stated else ""


def _base_of(token: Token, open_bases: list[tuple[str, str]], base: str) -> str:
    """Return the base in an element; empty if neither it nor one around it states any."""
    around = open_bases[-1][1] if open_bases else ""
    return stated_base(token.attributes, around or base) or around


def _close(open_bases: list[tuple[str, str]], name: str) -> None:
    place = next((i for i in reversed(range(len(open_bases))) if open_bases[i][0] == name), None)
    if place is not None:
        del open_bases[place:]


def _absolute(match: re.Match[str], base: str) -> str:
    address = match[2] if match[2] is not None else match[3]
    is_whole = not address or address.startswith("#")
    return match[0] if is_whole else f'{match[1]}"{html.escape(_joined(base, html.unescape(address)))}"'


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:
        return address
