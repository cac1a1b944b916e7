"""Slips in Markdown: signs that their writer meant as markup, while readers would see the signs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kiosque.contribute.check.context import Context
from kiosque.contribute.check.reading import CheckedText
from kiosque.contribute.check.rules import RULES
from kiosque.model import Problem
from kiosque.text import excerpt

# A heading needs a space behind its signs (CommonMark 0.31.2, 4.2). One sign may begin a hashtag.
_HEADING = re.compile(r" {0,3}(##{1,5})(?=[^\s#])")
# An address has no spaces outside angle brackets (6.3). Words in parentheses are no address.
_TARGET = re.compile(
    r"\]\((?=[^()<>\n\"]{0,300} )((?:\{[a-z]{1,20}\}|https?://|\.{0,2}/)?[^()<>\n\"]{1,300}\.[A-Za-z0-9]{2,5})\)"
)


@dataclass(frozen=True, slots=True)
class Slip:
    """Words that are to be replaced at a place; ``rule`` is that of the problem."""

    rule: str
    line: int
    column: int
    old: str
    new: str


def slips_of(text: CheckedText) -> Iterator[Slip]:
    """Yield the slips of a text; a text in reStructuredText has none."""
    if text.path.endswith(".rst"):
        return
    prose = text.marks.prose
    first_line = text.content.count("\n") - text.head.body.count("\n") + 1
    for number, line in enumerate(prose.split("\n"), start=first_line):
        if heading := _HEADING.match(line):
            yield Slip("heading-space", number, heading.start(1) + 1, heading[1], f"{heading[1]} ")
        if "](" in line:
            for target in _TARGET.finditer(line):
                yield Slip("link-space", number, target.start(1) + 1, target[1], f"<{target[1]}>")


def slips(text: CheckedText, _hub: Context) -> Iterator[Problem]:
    """Yield a problem for each slip."""
    for slip in slips_of(text):
        yield RULES[slip.rule].at(
            text.path, slip.line, slip.column, text=excerpt(slip.old, 60), mended=slip.new
        )
