"""Rows that a list shows, with their whole values, to be copied or written to a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from es_desktop.app.text.cells import Table

Checkpoint = Callable[[], None]
"""Is called for each row; raises if reading was cancelled."""


@dataclass(frozen=True, slots=True)
class SeenRows:
    """The rows of a list: their number, their headings, and what reads them. Any thread may read them."""

    count: int
    headings: Sequence[str]
    read: Callable[[Checkpoint], Iterator[Sequence[Any]]]
    """Yields the values of each row."""
    wide: int | None = None
    """The index of the column whose values are mappings, with a column for each of their keys in the file."""

    def table(self, checkpoint: Checkpoint) -> Table:
        """Return all rows, in memory."""
        found = Table(self.headings, list(self.read(checkpoint)))
        return found if self.wide is None else found.with_columns_of(self.wide)
