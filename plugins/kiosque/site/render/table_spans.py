"""The spans of table cells, corrected so that each row and column has a cell of its own. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

# The number of grid fields that the cells of a table may cover. The time to place cells grows with it, and a
# hostile table could cover billions.
_MOST_FIELDS = 20_000


@dataclass(slots=True)
class Cell:
    """The rows and columns that a cell spans, and its first column.

    ``rows`` of 0 means all rows that follow in the group.
    """

    rows: int = 1
    columns: int = 1
    column: int = 0


Rows = Sequence[Sequence[Cell]]


def mended_spans(groups: Sequence[Rows]) -> None:
    """Correct the spans of all cells in place.

    Afterwards no cell reaches below its group or overlaps another, and each column has a cell that begins in
    it. The ``groups`` are the rows of head, bodies and foot. Rows without cells don't count.
    """
    for rows in groups:
        _clip(rows)
    fields = sum(cell.rows * cell.columns for cell in _cells(groups))
    if fields > _MOST_FIELDS or not all(_place(rows) for rows in groups):
        for cell in _cells(groups):
            cell.rows = cell.columns = 1
        for rows in groups:
            _place(rows)
    first_columns = {cell.column for cell in _cells(groups)}
    for cell in _cells(groups):
        spanned = range(cell.column, cell.column + cell.columns)
        cell.columns = sum(column in first_columns for column in spanned)


def _cells(groups: Sequence[Rows]) -> list[Cell]:
    return [cell for rows in groups for row in rows for cell in row]


def _clip(rows: Rows) -> None:
    """Shorten the spans that reach below the group, and leave rows without cells out of them."""
    # How many rows before each one have cells: counting them for each cell would take quadratic time.
    with_cells = [0, *accumulate(bool(row) for row in rows)]
    for number, row in enumerate(rows):
        for cell in row:
            end = min(number + cell.rows, len(rows)) if cell.rows else len(rows)
            cell.rows = with_cells[end] - with_cells[number]
            cell.columns = max(cell.columns, 1)


def _place(rows: Rows) -> bool:
    """Set the first column of each cell; return False as soon as two cells overlap."""
    rows_with_cells = [row for row in rows if row]
    taken_columns: list[set[int]] = [set() for _row in rows_with_cells]
    for number, row in enumerate(rows_with_cells):
        column = 0
        for cell in row:
            while column in taken_columns[number]:
                column += 1
            cell.column = column
            spanned = set(range(column, column + cell.columns))
            for taken in taken_columns[number : number + cell.rows]:
                if taken & spanned:
                    return False
                taken.update(spanned)
            column += cell.columns
    return True
