"""Where the cells of a table lie; their spans, mended so that each row and column has cells of its own. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# Placing cells costs time with the room that they take: a hostile table could take a square mile.
_LARGEST = 20_000


@dataclass(slots=True)
class Cell:
    """How many rows and columns a cell spans; no rows means all that follow in its group."""

    rows: int = 1
    columns: int = 1
    column: int = 0


Rows = Sequence[Sequence[Cell]]


def mended_spans(groups: Sequence[Rows]) -> None:
    """Change the spans of cells: none reaches below its group, overlaps another, or makes a row or column of its own.

    ``groups`` are the rows of head, bodies and foot. A row without cells is left out of the count.
    """
    for rows in groups:
        _clip(rows)
    room = sum(cell.rows * cell.columns for cell in _cells(groups))
    if room > _LARGEST or not all(_place(rows) for rows in groups):
        for cell in _cells(groups):
            cell.rows = cell.columns = 1
        for rows in groups:
            _place(rows)
    begun = {cell.column for cell in _cells(groups)}
    for cell in _cells(groups):
        spanned = range(cell.column, cell.column + cell.columns)
        cell.columns = sum(column in begun for column in spanned)


def _cells(groups: Sequence[Rows]) -> list[Cell]:
    return [cell for rows in groups for row in rows for cell in row]


def _clip(rows: Rows) -> None:
    for number, row in enumerate(rows):
        for cell in row:
            last = number + cell.rows if cell.rows else len(rows)
            cell.rows = sum(bool(below) for below in rows[number:last])
            cell.columns = max(cell.columns, 1)


def _place(rows: Rows) -> bool:
    """Give each cell its first column; returns whether none lies over another."""
    filled = [row for row in rows if row]
    taken: list[set[int]] = [set() for _row in filled]
    for place, row in enumerate(filled):
        column = 0
        for cell in row:
            while column in taken[place]:
                column += 1
            cell.column = column
            spanned = set(range(column, column + cell.columns))
            for number in range(place, min(place + cell.rows, len(filled))):
                if taken[number] & spanned:
                    return False
                taken[number] |= spanned
            column += cell.columns
    return True
