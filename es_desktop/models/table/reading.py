"""Reading the values of rows that are copied, of which some may not be read yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex

from .row_window import RowsChange, RowWindow

UNREAD: Final = object()
"""The value of a cell that is not read yet, and was requested."""
_AHEAD: Final = 256
"""Rows that are requested at once."""
Cells = Sequence[Any]
RowKey = QModelIndex | QPersistentModelIndex | int
"""What a row is known by while it is read: in a table its number, in a tree its index."""


class TableReading(QObject):
    """Collects the cells of rows in the GUI thread. Those that are not read are requested; their model says when."""

    def __init__(
        self,
        model: QAbstractItemModel,
        rows: Iterable[RowKey],
        cells_of: Callable[[RowKey], Cells | None],
        done: Callable[[list[Cells]], object],
    ) -> None:
        """``cells_of`` returns ``None`` for a row that is not read yet. If rows are replaced meanwhile, it ends."""
        super().__init__(model)
        self._model = model
        self._rows: list[RowKey | None] = list(rows)
        self._cells_of = cells_of
        self._done = done
        self._found: list[Cells] = []

    def start(self) -> None:
        """Collect what is read now; if that is not all, go on at each change of the model."""
        if not self._collects_all():
            # Rows that are inserted before them must not change which rows these are.
            self._rows = [QPersistentModelIndex(each) if isinstance(each, QModelIndex) else each for each in self._rows]
            if isinstance(self._model, RowWindow):
                self._model.rows_changed.connect(self._on_rows)
            self._model.dataChanged.connect(self._go_on)
            self._model.modelReset.connect(self._end)
            return
        self._end()
        self._done(self._found)

    def _on_rows(self, change: RowsChange) -> None:
        self._rows = [change.row(each) if isinstance(each, int) else each for each in self._rows]

    def _go_on(self) -> None:
        if self._collects_all():
            self._end()
            self._done([cells for cells in self._found if cells])

    def _end(self) -> None:
        self._model.disconnect(self)
        self.deleteLater()

    def _collects_all(self) -> bool:
        while len(self._found) < len(self._rows):
            cells = self._cells_at(len(self._found))
            if cells is None:
                for row in range(len(self._found) + 1, min(len(self._found) + _AHEAD, len(self._rows))):
                    self._cells_at(row)
                return False
            self._found.append(cells)
        return True

    def _cells_at(self, number: int) -> Cells | None:
        row = self._rows[number]
        if row is None or not (isinstance(row, int) or row.isValid()):
            return ()  # it was removed meanwhile
        cells = self._cells_of(row)
        return None if cells is None or any(each is UNREAD for each in cells) else cells
