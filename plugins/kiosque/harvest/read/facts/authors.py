"""The names of authors, without their addresses of mail, however a feed writes the two together."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from kiosque.harvest.read import field_limits
from kiosque.html.plain_text import plain_text

# A word, and what may stand around it in an address of mail: RSS 2.0 has “address (name)”, RFC 5322 has
# “name <address>”, and people write either in any order.
_WORD = re.compile(r"[^\s<>()\[\]{},;\"]++")
_EMPTY_BRACKETS = re.compile(r"\(\s*+\)|<\s*+>|\[\s*+\]|\{\s*+\}|\"\s*+\"")
_BRACKETED = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|<([^<>]*)>|\"([^\"]*)\"")
_AROUND = " \t\r\n\xa0,;:|/-–—"


def names(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the names in what a feed says of its authors, each once, whatever their case and spaces."""
    once: dict[str, str] = {}
    for text in texts:
        for name in filter(None, _names(text)):
            once.setdefault(" ".join(name.casefold().split()), name)
    return field_limits.few(once.values(), field_limits.PEOPLE)


def _names(text: str) -> Iterable[str]:
    """Yield the names in a text of one or several persons. A public page must show no address of mail."""
    text = text[: field_limits.NAME]
    if not _may_hold_mail(text):
        yield plain_text(text)
        return
    # Brackets and “@” may be written as entities.
    bare, count = _without_mail(html.unescape(text))
    plain = plain_text(bare)
    # Several addresses belong to several persons.
    yield from map(_unwrapped, re.split(r"[,;]", plain) if count > 1 else [plain])


def _may_hold_mail(text: str) -> bool:
    return "@" in text or "&" in text or "mailto:" in text.lower()


def _without_mail(text: str) -> tuple[str, int]:
    """Return a text without its addresses of mail, and how many these were."""
    count = 0

    def word(match: re.Match[str]) -> str:
        nonlocal count
        is_mail = match[0].lower().startswith("mailto:") or "@" in match[0].lstrip("@")
        count += is_mail
        return "" if is_mail else match[0]

    bare = _WORD.sub(word, text)
    return _EMPTY_BRACKETS.sub("", bare), count


def _unwrapped(part: str) -> str:
    """Return a name without the brackets or quotation marks around it."""
    name = part.strip(_AROUND)
    while match := _BRACKETED.fullmatch(name):
        name = next(inner for inner in match.groups() if inner is not None).strip(_AROUND)
    return plain_text(name)
