"""A row window: the rows of a long list that Qt has at a time.

Qt counts rows and pixels in 32 bits, so a table ends after some eighty million rows. A model with more rows than
``most_rows`` gives Qt only so many of them, from ``first_row`` on. A *row* is a row of the whole list, counted in
Python; ``row_number`` and ``index_at`` lead from an index of Qt to it and back. With fewer rows both are the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Signal

from es_desktop.models.guard import Guarded

MOST_ROWS: Final = 10_000_000
"""Rows that Qt has at most: far fewer than the 2,147,483,647 pixels that it counts, whatever the height of a row."""

Index = QModelIndex | QPersistentModelIndex
ROOT: Final = QModelIndex()


@dataclass(frozen=True, slots=True)
class RowsChange:
    """The rows from ``first`` to ``last``, inclusive, were inserted or removed."""

    first: int
    last: int
    inserts: bool = True

    @property
    def count(self) -> int:
        return self.last - self.first + 1

    def row(self, row: int) -> int | None:
        """Return where a row is after the change; ``None`` if it was removed."""
        if row < self.first:
            return row
        if self.inserts:
            return row + self.count
        return row - self.count if row > self.last else None

    def ranges(self, ranges: Iterable[range]) -> list[range]:
        """Return where the rows of some ranges are after the change."""
        found = []
        for each in ranges:
            found.append(range(each.start, min(each.stop, self.first)))
            start = max(each.start, self.first if self.inserts else self.last + 1)
            by = self.count if self.inserts else -self.count
            found.append(range(start + by, each.stop + by))
        return [each for each in found if each]


NO_CHANGE: Final = RowsChange(0, -1)
"""All rows are the same: only the window moved."""


class RowWindow(Guarded, QAbstractTableModel):
    """A table model of which Qt has a window of rows. Subclasses give ``count``, and report changes as to Qt itself.

    What they give to ``beginInsertRows`` and ``beginRemoveRows`` are rows of the list, of any size.
    """

    rows_changed = Signal(object)
    """A ``RowsChange``, after it, whether or not Qt has the rows."""
    window_about_to_change = Signal()
    """Qt's rows will be others, or have other numbers. Not emitted while Qt has all rows."""
    window_changed = Signal(object)
    """Qt's rows are others: a ``RowsChange`` of the rows, or ``NO_CHANGE``."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.most_rows: int = MOST_ROWS
        """How many rows Qt has at most; read only."""
        self.first_row = 0
        """The row that is Qt's first; read only."""
        self._given_count: int | None = None
        self._pending: RowsChange | None = None

    def count(self) -> int:
        """Return how many rows the list has: any number."""
        raise NotImplementedError

    def set_most_rows(self, most: int) -> None:
        """Give Qt at most so many rows. Resets the model."""
        self.beginResetModel()
        self.most_rows, self.first_row = most, 0
        self.endResetModel()

    @property
    def is_part(self) -> bool:
        """Whether Qt has only a part of the rows."""
        return self.count() > self.most_rows

    @property
    def given_rows(self) -> range:
        """The rows that Qt has."""
        return range(self.first_row, self.first_row + self.rowCount())

    def row_number(self, index: Index) -> int:
        """Return the row of an index; -1 if it is not valid."""
        row = index.row()
        return row + self.first_row if row >= 0 else -1

    def index_at(self, row: int, column: int = 0) -> QModelIndex:
        """Return the index of a row; an invalid one if Qt does not have it now."""
        return self.index(row - self.first_row, column) if row in self.given_rows else QModelIndex()

    def move_window(self, first: int) -> None:
        """Give Qt the rows from ``first`` on, or as many of them as it has now, at the end."""
        first = max(0, min(first, self.count() - self.rowCount()))
        if first != self.first_row:
            self.window_about_to_change.emit()
            self._lay_out(first, NO_CHANGE)
            self.window_changed.emit(NO_CHANGE)

    def rowCount(self, parent: Index = ROOT) -> int:
        if parent.isValid():
            return 0
        return min(self.count(), self.most_rows) if self._given_count is None else self._given_count

    # Changes of the rows: these hide methods of Qt, which take rows in 32 bits

    def beginInsertRows(self, parent: Index, first: int, last: int) -> None:
        change = RowsChange(first, last)
        if self._is_native(change, self.count() + change.count):
            super().beginInsertRows(parent, first, last)

    def endInsertRows(self) -> None:
        if self._given_count is None:
            super().endInsertRows()
        self._end_change()

    def beginRemoveRows(self, parent: Index, first: int, last: int) -> None:
        change = RowsChange(first, last, inserts=False)
        if self._is_native(change, self.count()):
            super().beginRemoveRows(parent, first, last)

    def endRemoveRows(self) -> None:
        if self._given_count is None:
            super().endRemoveRows()
        self._end_change()

    def endResetModel(self) -> None:
        self.first_row = max(0, min(self.first_row, self.count() - self.rowCount()))
        super().endResetModel()

    def _is_native(self, change: RowsChange, most: int) -> bool:
        """Return whether Qt has all rows, before the change and after it; otherwise begin it."""
        self._pending = change
        if most <= self.most_rows:
            return True
        self._given_count = self.rowCount()
        if not self._is_behind(change):
            self.window_about_to_change.emit()
        return False

    def _is_behind(self, change: RowsChange) -> bool:
        """Return whether a change is behind the rows that Qt has, and goes on having."""
        return self._given_count == self.most_rows and change.first >= self.first_row + self.most_rows

    def _end_change(self) -> None:
        change, self._pending = self._pending, None
        assert change is not None, "it has begun"
        if self._given_count is not None and not self._is_behind(change):
            self._give_others(change)
            self.window_changed.emit(change)
        self._given_count = None
        self.rows_changed.emit(change)

    def _give_others(self, change: RowsChange) -> None:
        """Give Qt the rows after a change. The first one stays, if it is still there."""
        given, now = self._given_count or 0, min(self.count(), self.most_rows)
        before = change.count if change.inserts else len(range(change.first, min(change.last + 1, self.first_row)))
        first = self.first_row
        if change.first < first:
            first += before if change.inserts else -before
        if now > given:
            super().beginInsertRows(ROOT, given, now - 1)
            self._given_count = now
            super().endInsertRows()
        self._lay_out(max(0, min(first, self.count() - now)), change)
        if now < given:
            super().beginRemoveRows(ROOT, now, given - 1)
            self._given_count = now
            super().endRemoveRows()

    def _lay_out(self, first: int, change: RowsChange) -> None:
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        rows = [change.row(self.row_number(each)) for each in before]
        self.first_row = first
        at = [(-1 if row is None else row, each.column()) for row, each in zip(rows, before, strict=True)]
        self.changePersistentIndexList(before, [self.index_at(*each) for each in at])
        self.layoutChanged.emit()
