"""What a check found: plain records, for texts, programs and forges alike."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum

from kiosque.i18n import _
from kiosque.model import Record


class Severity(StrEnum):
    """How much a finding matters: it keeps the hub from being published, deserves a look, or is good to know."""

    BLOCKS = "blocks"
    WARNS = "warns"
    INFORMS = "informs"

    @property
    def label(self) -> str:
        """The severity in a word, in the language in force."""
        return {
            Severity.BLOCKS: _("To mend"),
            Severity.WARNS: _("To look at"),
            Severity.INFORMS: _("Good to know"),
        }[self]


class Finding(Record, frozen=True):
    """One thing that was found: where, what and how to mend it (``message``), and ``why`` it matters.

    ``path`` is from the hub's folder; ``line`` and ``column`` count from 1. ``rule`` is a key of ``RULES``.
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
    """One thing that ``--fix`` mended, in words."""

    path: str
    rule: str
    message: str


class Report(Record, frozen=True):
    """The findings of a check, by path and line; ``files`` are how many were looked at."""

    findings: tuple[Finding, ...] = ()
    files: int = 0
    mended: tuple[Mended, ...] = ()

    @property
    def blocks(self) -> bool:
        """Whether something of it keeps the hub from being published."""
        return any(finding.severity is Severity.BLOCKS for finding in self.findings)

    @property
    def tally(self) -> Counter[Severity]:
        """How many findings there are of each severity."""
        return Counter(finding.severity for finding in self.findings)
