"""Row edits: the removals, moves and insertions that change the rows of a model into other rows."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, TypeVar

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class RowEdit:
    """Remove or insert the rows from ``first`` to ``last``, inclusive; or move the row at ``first`` up to ``last``."""

    action: Literal["remove", "insert", "move"]
    first: int
    last: int


def row_edits(old: Sequence[K], new: Sequence[K]) -> Iterator[RowEdit]:
    """Yield the edits that change rows of the unique keys ``old`` into those of ``new``, to be made in this order.

    A row whose key stays is never removed: so the view keeps its children, its selection and what is expanded.
    """
    rows, kept = list(old), frozenset(new)
    gone = [row for row, key in enumerate(rows) if key not in kept]
    runs = [[row for _, row in run] for _, run in groupby(enumerate(gone), lambda pair: pair[1] - pair[0])]
    for run in reversed(runs):
        del rows[run[0] : run[-1] + 1]
        yield RowEdit("remove", run[0], run[-1])
    row = 0
    while row < len(new):
        if row < len(rows) and rows[row] == new[row]:
            row += 1
            continue
        positions = {key: position for position, key in enumerate(rows)}
        if new[row] in positions:
            yield RowEdit("move", positions[new[row]], row)
            rows.insert(row, rows.pop(positions[new[row]]))
            row += 1
            continue
        stop = next((at for at in range(row, len(new)) if new[at] in positions), len(new))
        yield RowEdit("insert", row, stop - 1)
        rows[row:row] = new[row:stop]
        row = stop
