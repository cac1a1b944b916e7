"""Decode JSON that isn't quite right, so that each fault costs one item at most."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from kiosque.i18n import N_, _
from kiosque.model import Problem

# A text, whole or cut by the end, or a comma that nothing follows. A text is matched whole: it may have
# commas.
_TOKEN = re.compile(r"\"(?:[^\"\\]|\\.)*+(?:\"|\\?\Z)|,(?=\s*+[}\]])", re.DOTALL)
# Pairs of halves are matched whole, as other escapes are (RFC 8259, section 7).
_ESCAPE = re.compile(
    r"\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}"
    r"|(?P<half>\\u[dD][89a-fA-F][\da-fA-F]{2})"
    r"|\\[\"\\/bfnrt]|\\u[\da-fA-F]{4}"
    r"|(?P<escape>\\)"
    r"|(?P<control>[\x00-\x1f])"
)
_ITEMS = re.compile(r"\"items\"\s*+:\s*+\[")
_BETWEEN = re.compile(r"[\s,]*+")
_FIRST_KEY = re.compile(r"\{\s*+(\"[^\"\\]{1,40}\")\s*+:")
_MOST_BAD_ITEMS = 50
_LONGEST_NUMBER = 300
# The value of an item that the end of the feed cuts.
_CUT = object()
_MESSAGES = {
    "comma": N_("a comma stands here that nothing follows: remove it"),
    "constant": N_("“{words}” is no value of JSON, and counts as none: write null, or leave the field out"),
    "control": N_("a line break or a control character stands in a text here: write “\\n” or the like"),
    "escape": N_("a “\\” stands here before a sign that needs none: write “\\\\”, or leave it out"),
    "half": N_("“{words}” is half a character, and is shown as “�”: write the character itself"),
}


def decoded(data: bytes, path: str) -> tuple[Any, tuple[Problem, ...]]:
    """Return what JSON in UTF-8 holds, as far as it can be read, and its faults.

    ``path`` is the feed's address. Raise ``msgspec.MsgspecError`` where it has no list of items that can be
    read.
    """
    try:
        return msgspec.json.decode(data), ()
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        text = data.decode("utf-8", "replace")
        faults: dict[str, tuple[int, str]] = {}
        text = _TOKEN.sub(lambda token: _mended_token(token, faults), text)
        decoder = _decoder(text, faults)
        problems: tuple[Problem, ...] = ()
        try:
            feed = decoder.decode(text)
        except (ValueError, RecursionError):
            feed, problems = _by_items(text, decoder, path)
            if not feed:
                raise error from None
    told = (
        Problem(path=path, line=line, message=_(_MESSAGES[kind]).format(words=words))
        for kind, (line, words) in faults.items()
        # In an item that is left out, one fault looks like others.
        if line not in {problem.line for problem in problems}
    )
    return feed, (*told, *problems)


def _mended_token(token: re.Match[str], faults: dict[str, tuple[int, str]]) -> str:
    """Return a text without halves of characters and wrong escapes; nothing for a comma too many."""

    def note(kind: str, place: int, words: str = "") -> None:
        if kind not in faults:
            faults[kind] = (token.string.count("\n", 0, place) + 1, words)

    def mended(escape: re.Match[str]) -> str:
        kind = escape.lastgroup
        if kind is None:
            return escape[0]
        note(kind, token.start() + escape.start(), escape[0])
        # JavaScript's “\'” is an apostrophe.
        needless = "" if token.string.startswith("'", token.start() + escape.end()) else "\\\\"
        return {"half": "\\ufffd", "escape": needless}.get(kind, escape[0])

    if token[0] == ",":
        note("comma", token.start())
        return ""
    return _ESCAPE.sub(mended, token[0])


def _decoder(text: str, faults: dict[str, tuple[int, str]]) -> json.JSONDecoder:
    """Return a decoder that allows line breaks in texts, and knows no numbers that take long to read."""

    def constant(name: str) -> None:
        faults.setdefault("constant", (text.count("\n", 0, max(text.find(name), 0)) + 1, name))

    def integer(digits: str) -> int | str:
        return int(digits) if len(digits) <= _LONGEST_NUMBER else digits

    return json.JSONDecoder(strict=False, parse_constant=constant, parse_int=integer)


def _by_items(text: str, decoder: json.JSONDecoder, path: str) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """Return a feed of the items that can be read one by one, and a problem for each of the others.

    Return an empty dictionary if no item can be read.
    """
    opening = _ITEMS.search(text)
    if opening is None:
        return {}, ()
    items: list[Any] = []
    problems: list[Problem] = []
    place = opening.end()
    for number, start, item, end in _each_item(text, place, decoder):
        place = end
        if end > start:
            items.append(item)
            continue
        message = (
            _("the feed stops in the middle of entry {number}, which waits until it is whole")
            if item is _CUT
            else _("entry {number} isn't correct JSON and is left out, the others are kept: correct it")
        )
        line = text.count("\n", 0, start) + 1
        problems.append(Problem(path=path, line=line, message=message.format(number=number)))
    if not items:
        return {}, ()
    head = _head(text, opening.start(), place, decoder)
    return {**head, "items": items}, tuple(problems) or (_cut(text, path),)


def _cut(text: str, path: str) -> Problem:
    message = _("this JSON feed is broken or cut behind its entries, which are kept: complete it")
    return Problem(path=path, line=text.count("\n") + 1, message=message)


def _each_item(text: str, place: int, decoder: json.JSONDecoder) -> Iterator[tuple[int, int, Any, int]]:
    """Yield the number, start, value and end of each item. A broken one ends where it starts."""
    number = failed = 0
    while (start := _after(text, place)) < len(text) and text[start] != "]" and failed < _MOST_BAD_ITEMS:
        number += 1
        try:
            item, place = decoder.raw_decode(text, start)
        except (ValueError, RecursionError) as error:
            failed += 1
            reached = error.pos if isinstance(error, json.JSONDecodeError) else start + 1
            is_cut = _after(text, reached) >= len(text) or str(error).startswith("Unterminated string")
            yield number, start, _CUT if is_cut else None, start
            following = _next_item(text, start, max(reached, start + 1))
            if following < 0:
                return
            place = following
        else:
            yield number, start, item, place


def _after(text: str, place: int) -> int:
    """Return where the next value starts, behind white space and commas."""
    match = _BETWEEN.match(text, place)
    return match.end() if match else place


def _next_item(text: str, start: int, place: int) -> int:
    """Return where the item behind a broken one starts: with the same key as the broken one; -1 for none."""
    key = _FIRST_KEY.match(text, start)
    if key is None:
        return -1
    following = re.compile(r"\{\s*+" + re.escape(key[1]) + r"\s*+:").search(text, place)
    return following.start() if following else -1


def _head(text: str, items_start: int, items_end: int, decoder: json.JSONDecoder) -> dict[str, Any]:
    """Return the fields of a feed that stand around its items, as far as they can be read."""
    before = text[:items_start].rstrip().rstrip(",")
    after = text[_after(text, items_end) :].removeprefix("]").lstrip().removeprefix(",").lstrip()
    for source in (f"{before},{after}" if len(before) > 1 else f"{before}{after}", before + "}"):
        try:
            head = decoder.decode(source)
        except (ValueError, RecursionError):
            continue
        return head if isinstance(head, dict) else {}
    return {}


def item_starts(text: str) -> list[int]:
    """Return where each item of a feed starts."""
    opening = _ITEMS.search(text)
    if opening is None:
        return []
    decoder = _decoder(text, {})
    return [start for _number, start, _item, _end in _each_item(text, opening.end(), decoder)]
