"""Row edits: the removals, moves and insertions that change the rows of a model into other rows."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class RemoveRows:
    """Remove the rows from ``first`` to ``last``, inclusive."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class MoveRow:
    """Move the row at ``source`` up to ``target``."""

    source: int
    target: int


@dataclass(frozen=True, slots=True)
class InsertRows:
    """Insert the new rows from ``first`` to ``last``, inclusive, each at its own index."""

    first: int
    last: int


RowEdit = RemoveRows | MoveRow | InsertRows


def row_edits(old: Sequence[K], new: Sequence[K]) -> Iterator[RowEdit]:
    """Yield the edits that change rows of the unique keys ``old`` into those of ``new``, to be made in this order.

    A row whose key stays is never removed: so the view keeps its children, its selection and what is expanded.
    """
    rows = list(old)
    if rows == list(new):
        return
    for edit in _removals(rows, frozenset(new)):
        del rows[edit.first : edit.last + 1]
        yield edit
    row = 0
    while row < len(new):
        if row < len(rows) and rows[row] == new[row]:
            row += 1
            continue
        positions = {key: position for position, key in enumerate(rows)}
        if new[row] in positions:
            yield MoveRow(positions[new[row]], row)
            rows.insert(row, rows.pop(positions[new[row]]))
            row += 1
            continue
        stop = next((at for at in range(row, len(new)) if new[at] in positions), len(new))
        yield InsertRows(row, stop - 1)
        rows[row:row] = new[row:stop]
        row = stop


def _removals(rows: Sequence[K], kept: frozenset[K]) -> list[RemoveRows]:
    """Return the runs of rows that are not kept, the last one first."""
    runs: list[RemoveRows] = []
    for row, key in enumerate(rows):
        if key in kept:
            continue
        if runs and runs[-1].last == row - 1:
            runs[-1] = RemoveRows(runs[-1].first, row)
        else:
            runs.append(RemoveRows(row, row))
    return runs[::-1]
