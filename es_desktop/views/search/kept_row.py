"""Where a list stands when it gets other rows: the chosen row is in view if it is still there, otherwise the first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QEvent, QModelIndex, QObject, QTimer
from PySide6.QtWidgets import QTableView

from es_desktop.models.guard import Guarded
from es_desktop.models.table.row_window import RowsChange, RowWindow
from es_desktop.views.table.rows import choose_row, current_row, rows_of

K = TypeVar("K")


class KeptRow(Guarded, QObject, Generic[K]):
    """Chooses the row of a table again whose value was chosen before the rows were replaced, as soon as it is there."""

    def __init__(
        self,
        table: QTableView,
        key: Callable[[int], K | None],
        find: Callable[[K, range], int | None],
        store: Callable[[], object],
    ) -> None:
        """``key`` returns what a row is known by, ``find`` the row of a key among some rows.

        ``store`` returns whose rows they are: those of another one begin with the first.
        """
        super().__init__(table)
        self._table, self._key_of, self._find, self._store = table, key, find, store
        self._kept: tuple[K, object] | None = None
        self._is_waiting = self._stays_in_view = False
        self.is_choosing = False
        """Whether it chooses a row now, which is not what a person did."""
        model = table.model()
        assert isinstance(model, RowWindow)
        self._model = model
        table.selectionModel().currentRowChanged.connect(self._on_chosen)
        model.modelReset.connect(self._on_reset)
        model.rows_changed.connect(self._on_rows)
        table.verticalScrollBar().actionTriggered.connect(self._on_scrolled)
        table.viewport().installEventFilter(self)

    def _on_chosen(self, current: QModelIndex) -> None:
        self._stays_in_view = False
        key = self._key_of(self._model.row_number(current)) if current.isValid() else None
        if key is not None:
            self._kept = key, self._store()

    def _on_reset(self) -> None:
        rows_of(self._table).set_offset(0)
        self._is_waiting = True
        self._on_rows(RowsChange(0, self._model.count() - 1))

    def _on_rows(self, change: RowsChange) -> None:
        if not self._is_waiting or self._kept is None or not (change.inserts and change.count):
            return
        key, store = self._kept
        rows = rows_of(self._table)
        if rows.selection.current_row is not None or rows.offset:
            self._is_waiting = False  # a person went elsewhere meanwhile
            return
        row = self._find(key, range(change.first, change.last + 1)) if store is self._store() else None
        if row is not None:
            self._is_waiting, self.is_choosing = False, True
            choose_row(self._table, row)
            self.is_choosing = False
            self._stays_in_view = True

    def _on_scrolled(self) -> None:
        self._stays_in_view = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self._stays_in_view:  # as when a text above or below comes or goes
            QTimer.singleShot(0, self, self._show)  # once the table has taken its size
        return False

    def _show(self) -> None:
        if self._stays_in_view:
            row = current_row(self._table)
            if row is not None:
                rows_of(self._table).scroll_to(row)
