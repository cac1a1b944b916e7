"""Texts that repeat one piece, made from the shape of a pattern, and how the time for them grows."""

from __future__ import annotations

import itertools
import re
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from re import _constants as codes  # type: ignore[attr-defined]  # re has no public way to take a pattern apart
from re import _parser  # type: ignore[attr-defined]
from typing import Any

# In characters. Each is four times as long as the one before.
SIZES = (1_000, 4_000, 16_000)
# Linear work takes four times as long for four times as much text, quadratic work sixteen times.
_TOO_STEEP = 9.0
# In CPU seconds. Less than this is below what the clock can tell apart.
_NOISE = 0.002
_LONG, _VERY_LONG = 0.3, 2.0
# At the end of a text: what most patterns don't match, so that they go back and try again.
_ENDS = ("\x00",)

_CATEGORIES = {
    codes.CATEGORY_DIGIT: "1", codes.CATEGORY_NOT_DIGIT: "a", codes.CATEGORY_SPACE: " ",
    codes.CATEGORY_NOT_SPACE: "a",
    codes.CATEGORY_WORD: "a", codes.CATEGORY_NOT_WORD: " ",
}  # fmt: skip
_CANDIDATES = "a 1=\"'<>&;:/.-_!?#@[](){}|\t\n\u00a0«»é"


def grows_too_fast(
    work: Callable[[Any], object], make: Callable[[int], Any], sizes: Sequence[int] = SIZES
) -> bool:
    """Whether the CPU time of ``work`` still grows clearly faster than its input at the largest sizes.

    ``make`` returns an input of a size. Work that has a limit may grow faster below it. The largest size
    isn't tried where the others take long already, and a finding is measured again with a larger text.
    """
    smallest, small, large = sizes
    first = _cpu_seconds(work, make(smallest))
    if first > _LONG:
        return True
    second = _cpu_seconds(work, make(small))
    if second > _LONG:
        return second > _TOO_STEEP * first
    third = _cpu_seconds(work, make(large))
    if third < _NOISE or third <= _TOO_STEEP * second:
        return False
    return third > _VERY_LONG or _cpu_seconds(work, make(4 * large)) > _TOO_STEEP * third


def _cpu_seconds(work: Callable[[Any], object], given: Any) -> float:
    start = time.process_time()
    work(given)
    return time.process_time() - start


def repeated(lead: str, piece: str, end: str) -> Callable[[int], str]:
    """Return a function that repeats a piece between a lead and an end, up to a number of characters."""
    return lambda size: lead + piece * max(size // len(piece), 1) + end


def pumps(pattern: re.Pattern[Any]) -> list[tuple[str, str, str]]:
    """Return texts to attack a pattern with: what leads to a place in it, what to repeat there, and an end.

    What is repeated is each part of the pattern, alone and with all that stands before it.
    """
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    tree = _parser.parse(source, pattern.flags & ~(re.UNICODE if isinstance(pattern.pattern, bytes) else 0))
    places = dict.fromkeys((lead, piece) for lead, piece in _places(tree, "") if piece)
    return [(lead, piece, end) for lead, piece in places for end in _ENDS]


def _places(tree: Iterable[tuple[Any, Any]], lead: str) -> Iterator[tuple[str, str]]:
    """Yield what stands before each part of a pattern, and what to repeat there."""
    before = lead
    for code, argument in tree:
        sample = _sample([(code, argument)])
        yield before, sample
        yield "", before + sample
        for inner in _children(code, argument):
            yield from _places(inner, before)
        before += sample


def _children(code: Any, argument: Any) -> list[Any]:
    if code in {codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT}:
        return [argument[2]]
    if code is codes.SUBPATTERN:
        return [argument[3]]
    if code is codes.BRANCH:
        return list(argument[1])
    if code is codes.ATOMIC_GROUP:
        return [argument]
    return []


def _sample(tree: Iterable[tuple[Any, Any]]) -> str:
    """Return a text that a part of a pattern matches; what it looks at without taking it is left out."""
    return "".join(_sample_of(code, argument) for code, argument in tree)


def _sample_of(code: Any, argument: Any) -> str:
    if code is codes.LITERAL:
        return chr(argument)
    if code is codes.NOT_LITERAL:
        return "a" if argument != ord("a") else "b"
    if code is codes.ANY:
        return "a"
    if code is codes.IN:
        return _member(argument)
    if code in {codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT}:
        least, most, inner = argument
        return _sample(inner) * max(least, 1 if most else 0)
    children = _children(code, argument)
    return _sample(children[0]) if children else ""


def _member(items: list[tuple[Any, Any]]) -> str:
    is_negated = items[0][0] is codes.NEGATE
    if not is_negated:
        return _characters(items)[0]
    excluded = [item for item in items if item[0] is not codes.NEGATE]
    candidates = itertools.chain(_CANDIDATES, map(chr, range(0x3000)))
    return next(c for c in candidates if not any(_holds(item, c) for item in excluded))


def _characters(items: list[tuple[Any, Any]]) -> str:
    return "".join(
        chr(value) if code is codes.LITERAL else chr(value[0]) if code is codes.RANGE else _CATEGORIES[value]
        for code, value in items
    )


def _holds(item: tuple[Any, Any], character: str) -> bool:
    code, value = item
    if code is codes.LITERAL:
        return ord(character) == value
    if code is codes.RANGE:
        return bool(value[0] <= ord(character) <= value[1])
    escape = {
        codes.CATEGORY_DIGIT: r"\d", codes.CATEGORY_NOT_DIGIT: r"\D", codes.CATEGORY_SPACE: r"\s",
        codes.CATEGORY_NOT_SPACE: r"\S", codes.CATEGORY_WORD: r"\w", codes.CATEGORY_NOT_WORD: r"\W",
    }[value]  # fmt: skip
    return re.match(escape, character) is not None


def searched(pattern: re.Pattern[Any]) -> Callable[[str], object]:
    """Return a function that finds all matches of a pattern in a text."""
    return _with_text(pattern, lambda text: deque(pattern.finditer(text), maxlen=0))


def matched(pattern: re.Pattern[Any]) -> Callable[[str], object]:
    """Return a function that matches a pattern at the start of a text, and with all of it."""
    return _with_text(pattern, lambda text: (pattern.match(text), pattern.fullmatch(text)))


def _with_text(pattern: re.Pattern[Any], work: Callable[[Any], object]) -> Callable[[str], object]:
    if isinstance(pattern.pattern, str):
        return work
    return lambda text: work(text.encode("utf-8", "replace"))
