"""The report of a check: plain records, which are shown as text, JSON or in a forge's format."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum

from kiosque.i18n import _
from kiosque.model import Record


class Severity(StrEnum):
    """How serious a finding is: it blocks publishing, it is a warning, or it is only information."""

    BLOCKS = "blocks"
    WARNS = "warns"
    INFORMS = "informs"

    @property
    def label(self) -> str:
        """The severity in words, in the language of messages."""
        return {
            Severity.BLOCKS: _("To mend"),
            Severity.WARNS: _("To look at"),
            Severity.INFORMS: _("Good to know"),
        }[self]


class Finding(Record, frozen=True):
    """A finding: its place, what is wrong and how to mend it (``message``), and ``why`` it matters.

    ``path`` is from the hub's folder; ``line`` and ``column`` count from 1. ``rule`` is a key of ``RULES``.
    ``mends_itself`` tells that ``--fix`` can mend it.
    """

    path: str
    rule: str
    severity: Severity
    message: str
    why: str
    line: int | None = None
    column: int | None = None
    mends_itself: bool = False


class Mended(Record, frozen=True):
    """A change that ``--fix`` made, in words."""

    path: str
    rule: str
    message: str


class Report(Record, frozen=True):
    """The findings of a check, by path and line; ``files`` is the number of checked files."""

    findings: tuple[Finding, ...] = ()
    files: int = 0
    mended: tuple[Mended, ...] = ()

    @property
    def blocks(self) -> bool:
        """Whether a finding blocks publishing."""
        return any(finding.severity is Severity.BLOCKS for finding in self.findings)

    @property
    def tally(self) -> Counter[Severity]:
        """The number of findings of each severity."""
        return Counter(finding.severity for finding in self.findings)
