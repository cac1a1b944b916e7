"""The findings of the doctor."""

from __future__ import annotations

from enum import StrEnum

from kiosque.model import Problem, Record, on_one_line


class Level(StrEnum):
    """The level of a finding: all is well, a person should look, or a person must mend."""

    WELL = "well"
    LOOK = "look"
    MEND = "mend"


class Finding(Record, frozen=True):
    """A finding with its message, which says what to do. ``where`` is a path from the hub's folder."""

    level: Level
    message: str
    where: str = ""


def well(message: str) -> Finding:
    """Return the finding that all is well."""
    return Finding(Level.WELL, message)


def look(message: str, where: str = "") -> Finding:
    """Return a finding that a person should look at."""
    return Finding(Level.LOOK, message, where)


def mend(message: str, where: str = "") -> Finding:
    """Return a finding that a person must mend."""
    return Finding(Level.MEND, message, where)


def problem(content_problem: Problem) -> Finding:
    """Return the finding of a problem in the content."""
    message = on_one_line(content_problem.message)
    where, _, _ = str(content_problem).partition(f": {message}")
    return Finding(Level.MEND, message, where)
