"""Finds values in a YAML head that need quotes: ``title: Foo: bar``, ``title: @foo``. Pure.

YAML gives some signs a meaning of its own where a value begins, and to a colon within it
(https://yaml.org/spec/1.2.2/#73-flow-scalar-styles). Who writes a title doesn't know them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from kiosque.i18n import N_, _
from kiosque.model import Problem
from kiosque.text import excerpt

# A line “key: value”, “- value” or “- key: value”. Lengths are limited: the rest is a text, not a head.
_LINE = re.compile(
    r" {0,12}(?:- {1,4})?"
    r"(?:(?P<key>[^\s:#'\"\[\]{},&*!|>%@`-][^:#\n]{0,60}?) {0,4}:[ \t]{1,20}|(?<=- ))(?P<value>\S.*)"
)
_QUOTED = re.compile(r"'(?:[^']|'')*+'|\"(?:[^\"\\]|\\.)*+\"")
_BRACKETS = re.compile(r"\[[^\[\]{}]*+\]|\{[^\[\]{}]*+\}")
_BLOCK = re.compile(r"[|>][-+0-9]{0,2}")
# Values that may be meant as YAML: an object, a list or a mapping with a name.
_MEANT = re.compile(r"!!|!<|[&!]\S*+\s+[\[{&*!]")
_COMMENT = re.compile(r"\s#(?=\s|\Z)")
# What YAML takes for a remark, and a person for a number or a hashtag.
HASH = re.compile(r"#(?:\S|\s*\d)")
_SIGN = N_("it begins with a sign that has a meaning of its own")
_BEHIND = N_("words stand behind its closing sign")
_COLON = N_("it holds a “: ”")
_NO_BREAK = "\u00a0\u2007\u202f"
_INDENTED_BY = re.compile(rf"[ \t{_NO_BREAK}]+")
_AS_SPACES = dict.fromkeys(map(ord, _NO_BREAK), " ")
_KEY = re.compile(rf"( {{0,12}}[^:#'\"\n]{{1,60}}:) {{0,4}}[{_NO_BREAK}][ \t{_NO_BREAK}]*+")


# A head is parsed once more for each value that needs quotes.
_MOST_SLIPS = 20
_LONGEST_HEAD = 20_000


class HeadSlip(NamedTuple):
    """A value that needs quotes: its place, counted from 1, what stands there, and what is to stand there."""

    line: int
    column: int
    old: str
    new: str
    key: str = ""
    reason: str = ""

    def problem(self, path: str) -> Problem:
        """Return the problem of the file at ``path``: what is wrong with the value, and what to write."""
        message = _("this value can't be read ({reason}): put it between quotes, {mended}")
        key = f"{self.key}: " if self.key else "- "
        message = message.format(reason=_(self.reason), mended=excerpt(key + self.new, 120))
        return Problem(path=path, line=self.line, column=self.column, message=message, rule="value-quotes")


def slips_of(lines: list[str], first_line: int, faults: Callable[[str], list[int]]) -> tuple[HeadSlip, ...]:
    """Return the values that need quotes so that a head can be read; none where quotes don't suffice.

    ``faults`` returns the lines of the faults of a head, which starts on ``first_line``.
    """
    mended, slips = list(lines), list[HeadSlip]()
    while len(slips) <= _MOST_SLIPS and sum(map(len, lines)) < _LONGEST_HEAD:
        number = next(iter(faults("\n".join(mended))), None)
        if number is None:
            return tuple(slips)
        index = number - first_line
        slip = slip_of(mended[index], number) if 0 <= index < len(mended) else None
        if slip is None:
            return ()
        slips.append(slip)
        start = slip.column - 1
        mended[index] = mended[index][:start] + slip.new + mended[index][start + len(slip.old) :]
    return ()


def slip_of(text: str, line: int) -> HeadSlip | None:
    """Return the value of a line of a head that YAML can't take as it is; None where it can.

    ``line`` is the number of the line in its file.
    """
    found = _LINE.fullmatch(text)
    if not found:
        return None
    comment = _COMMENT.search(found["value"])
    value = found["value"][: comment.start() if comment else None].rstrip()
    reason = _reason(value, is_item=not found["key"])
    if not reason:
        return None
    key = (found["key"] or "").strip()
    return HeadSlip(line, found.start("value") + 1, value, quoted(value), key, reason)


def _reason(value: str, *, is_item: bool) -> str:
    """Return why a value can't be read; empty if it can, or if nobody knows what was meant."""
    if value[:1] in {"'", '"', "[", "{"}:
        closed = _QUOTED.match(value) or _BRACKETS.match(value)
        return _BEHIND if closed and value[closed.end() :].strip() else ""
    if value[:1] in {"|", ">"}:
        return "" if _BLOCK.fullmatch(value) else _SIGN
    if re.match(r"[@`%,\]}&*!]|[-?](?:\s|\Z)", value):
        return "" if _MEANT.match(value) else _SIGN
    return _COLON if not is_item and (": " in value or value.endswith(":")) else ""


def quoted(value: str) -> str:
    """Return a value between quotes, so that YAML takes all of it as text.

    >>> print(quoted("L'été : #3"), quoted("Le bal : #3"))
    "L'été : #3" 'Le bal : #3'
    """
    if "'" in value and not re.search(r'["\\]', value):
        return f'"{value}"'
    return "'" + value.replace("'", "''") + "'"


def with_plain_indents(lines: list[str]) -> list[str]:
    """Return the lines of a head, with spaces in place of the no-break spaces that indent them."""
    return [_with_plain_indent(line) for line in lines]


def with_plain_spaces(lines: list[str]) -> list[str]:
    """Return the lines of a head that isn't readable as it is, with spaces in its layout.

    Tabs that indent a line become two spaces, and no-break spaces behind the colon of a key become one.
    """
    return [_with_plain_colon(_with_plain_indent(line, tab="  ")) for line in lines]


def _with_plain_indent(line: str, tab: str = "\t") -> str:
    indent = _INDENTED_BY.match(line)
    return indent[0].translate({**_AS_SPACES, 9: tab}) + line[indent.end() :] if indent else line


def _with_plain_colon(line: str) -> str:
    key = _KEY.match(line)
    return f"{key[1]} {line[key.end() :]}" if key else line
