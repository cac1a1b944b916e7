"""Read each entry of a feed by itself, so that one that can't be read takes no other with it."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from itertools import count
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from kiosque.harvest.read import xml_parser
from kiosque.i18n import _
from kiosque.model import Problem

logger = logging.getLogger(__name__)

_T = TypeVar("_T")
_R = TypeVar("_R")
# Each of them costs another reading of the feed.
_MOST_LEFT_OUT = 10
_ELEMENT = re.compile(rb"</?([A-Za-z_][\w:.-]{0,60})")
_ENTRY_EDGE = re.compile(
    rb"<!--[^-]*+(?:-(?!->)[^-]*+)*+(?:-->)?|<!\[CDATA\[[^\]]*+(?:\](?!\]>)[^\]]*+)*+(?:\]\]>)?"
    rb"|<(?P<end>/)?(?:[\w-]{1,20}:)?(?:item|entry)(?=[\s/>])[^>]*+>"
)


class Reading(NamedTuple):
    """feedparser's result for a feed, and the bytes that it read.

    ``left_out`` has the numbers of the entries that it failed at, each with the name of the element.
    """

    document: Any
    data: bytes
    left_out: Mapping[int, str] = MappingProxyType({})


def read_each(
    items: Iterable[_T], read: Callable[[_T], _R], left_out: Container[int] = ()
) -> tuple[tuple[_R, ...], tuple[int, ...]]:
    """Return the entries that can be read, and the numbers (from 1) of those that can't.

    ``left_out`` holds the numbers of entries that are missing among ``items``.
    """
    entries, failed = [], []
    numbers = (number for number in count(1) if number not in left_out)
    for number, item in zip(numbers, items, strict=False):
        try:
            entries.append(read(item))
        except Exception as error:  # noqa: BLE001 - one entry must not take the others with it
            logger.debug("entry %d: %s: %s", number, type(error).__name__, error)
            failed.append(number)
    return tuple(entries), tuple(failed)


def problems(failed: Mapping[int, str], starts: Sequence[int], data: bytes, path: str) -> tuple[Problem, ...]:
    """Return a problem for each entry that failed.

    ``failed`` has the numbers of these entries, with the name of the faulty element where it is known.
    ``starts`` are the places of all entries in ``data``, the whole feed. ``path`` is its address.
    """
    return tuple(
        Problem(
            path=path,
            line=data.count(b"\n", 0, starts[number - 1]) + 1 if number <= len(starts) else None,
            message=_message(number, element),
        )
        for number, element in sorted(failed.items())
    )


def _message(number: int, element: str) -> str:
    if element:
        message = _(
            "entry {number} is left out, the others are kept: its “<{element}>” can't be read, correct it or "
            "leave it out"
        )
        return message.format(number=number, element=element)
    message = _("entry {number} can't be read and is left out, the others are kept: look at its fields")
    return message.format(number=number)


def entry_starts(data: bytes) -> list[int]:
    """Return where each entry of a well-formed feed starts."""
    return [start for start, _end in _entries(data)]


def _entries(data: bytes) -> list[tuple[int, int]]:
    """Return the start and the end of each entry of a well-formed feed."""
    found: list[tuple[int, int]] = []
    start = None
    for edge in _ENTRY_EDGE.finditer(data):
        if edge["end"] or edge[0].endswith(b"/>"):
            found.append((edge.start() if start is None else start, edge.end()))
            start = None
        elif edge[0][:2] != b"<!":
            start = edge.start()
    return found


def read_document(data: bytes, read: Callable[[bytes], Any]) -> Reading:
    """Return feedparser's result for a well-formed feed, without the entries that it fails at."""
    left_out: dict[int, str] = {}
    while True:
        try:
            return Reading(read(data), data, left_out)
        except xml_parser.HandlerError as error:
            spans = enumerate(_entries(data), 1)
            faulty = next((item for item in spans if item[1][0] <= error.position <= item[1][1]), None)
            if faulty is None or len(left_out) == _MOST_LEFT_OUT:
                raise
            number, (start, end) = faulty
            element = _ELEMENT.match(data, error.position)
            # The entries left out before stood before this one: feedparser fails at the first.
            left_out[number + len(left_out)] = element[1].decode() if element else ""
            data = data[:start] + data[end:]
