"""Rows that a list shows, with their whole values, to be copied or written to a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from es_desktop.app.runtime.errors import Progress
from es_desktop.app.text.cells import Table

from .kept_rows import kept_rows

Checkpoint = Callable[[], None]
"""Is called for each row; raises if reading was cancelled."""
_PROGRESS_EVERY: Final = 200


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

    @contextmanager
    def with_all_columns(self, progress: Progress) -> Iterator[tuple[Sequence[str], Iterable[Sequence[Any]]]]:
        """Return all headings, and what yields the rows once; only some rows are in memory."""
        rows, wide = self._counted(progress), self.wide
        if wide is None:
            yield self.headings, rows
            return
        keys: dict[str, None] = {}

        def seen() -> Iterator[Sequence[Any]]:
            for row in rows:
                if isinstance(row[wide], Mapping):
                    keys.update(dict.fromkeys(map(str, row[wide])))
                yield row

        with kept_rows(seen()) as kept:
            parts = (Table(self.headings, [row]).with_columns_of(wide, [*keys]) for row in kept)
            headings = Table(self.headings, []).with_columns_of(wide, [*keys]).headings
            yield headings, (row for part in parts for row in part.rows)

    def _counted(self, progress: Progress) -> Iterator[Sequence[Any]]:
        done = 0

        def checkpoint() -> None:
            progress(done, max(done, self.count))

        for done, row in enumerate(self.read(checkpoint), 1):
            yield row
            if done % _PROGRESS_EVERY == 0:
                checkpoint()
