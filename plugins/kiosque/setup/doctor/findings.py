"""What an examination finds."""

from __future__ import annotations

from enum import StrEnum

from kiosque.model import Problem, Record


class Level(StrEnum):
    """How bad a finding is: well, worth a look, or to be mended."""

    WELL = "well"
    LOOK = "look"
    MEND = "mend"


class Finding(Record, frozen=True):
    """One thing that was looked at: what it is, and what to do about it. ``where`` is a path from the hub's folder."""

    level: Level
    message: str
    where: str = ""


def well(message: str) -> Finding:
    """Say that something is as it should be."""
    return Finding(Level.WELL, message)


def look(message: str, where: str = "") -> Finding:
    """Say that something deserves a look."""
    return Finding(Level.LOOK, message, where)


def mend(message: str, where: str = "") -> Finding:
    """Say that something must be mended."""
    return Finding(Level.MEND, message, where)


def problem(one: Problem) -> Finding:
    """Say what a problem says."""
    where, _, _ = str(one).partition(f": {' '.join(one.message.split())}")
    return Finding(Level.MEND, " ".join(one.message.split()), where)
