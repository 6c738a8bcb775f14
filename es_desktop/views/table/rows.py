"""The rows of a table by their numbers in the whole list, of any length.

A model that is longer than Qt can reach gives Qt a window of its rows (``models/table/row_window.py``). Here its view
moves that window, so that each row can be scrolled to, chosen and selected. Ordinary lists take the same way, and their
window is all rows.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QAbstractSlider, QTableView

from es_desktop.models.guard import Guarded
from es_desktop.models.table.row_window import RowsChange, RowWindow

from .scroll_bar import ListScrollBar
from .selection import ListSelection

ScrollHint = QAbstractItemView.ScrollHint
_Action = QAbstractSlider.SliderAction
_Key = Qt.Key
SELECT_ROW: Final = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
_FROM_CURRENT: Final = frozenset(
    {
        *(_Key.Key_Up, _Key.Key_Down, _Key.Key_PageUp, _Key.Key_PageDown),
        *(_Key.Key_Space, _Key.Key_Return, _Key.Key_Enter, _Key.Key_Plus, _Key.Key_Minus, _Key.Key_Menu),
    }
)
"""The keys that begin at the current row, which Qt then must have."""
_ALONG_ROW: Final = frozenset((_Key.Key_Left, _Key.Key_Right))
_SHARE: Final = 4
"""The window moves when what is in view comes nearer to its end than this part of it."""


class ListRows(Guarded, QObject):
    """The rows of one table. It gives the table its selection and its vertical scroll bar."""

    def __init__(self, table: QTableView, model: RowWindow) -> None:
        super().__init__(table)
        self._table, self._model = table, model
        self._top: tuple[int, int] = 0, 0
        self.bar = ListScrollBar(self._whole, table)
        self.selection = ListSelection(model, table)
        self._later = QTimer(self, singleShot=True, interval=0)
        table.setVerticalScrollBar(self.bar)
        unused = table.selectionModel()
        table.setSelectionModel(self.selection)
        unused.deleteLater()
        self._later.timeout.connect(self._center)
        self.bar.valueChanged.connect(self._on_scrolled)
        self.bar.actionTriggered.connect(self._on_action)
        model.window_about_to_change.connect(self._on_about_to_change)
        model.window_changed.connect(self._on_changed)
        model.rows_changed.connect(self._on_rows)

    # In pixels of the whole list

    @property
    def offset(self) -> int:
        """Where the table is scrolled to, in pixels from the first row."""
        return self._model.first_row * self._height + self.bar.value()

    @property
    def end(self) -> int:
        """The greatest ``offset``."""
        missing = self._model.count() - self._model.rowCount()
        return self.bar.maximum() + missing * self._height

    @property
    def is_at_end(self) -> bool:
        """Whether the last row is in view."""
        self._table.executeDelayedItemsLayout()  # before that the end is where it was without the new rows
        return self.offset >= self.end

    @property
    def _height(self) -> int:
        return self._table.verticalHeader().defaultSectionSize()

    def _whole(self) -> tuple[int, int] | None:
        return (self.offset, self.end) if self._model.is_part else None

    def set_offset(self, offset: int) -> None:
        """Scroll to a pixel from the first row, or as far as there are rows."""
        self._table.executeDelayedItemsLayout()  # a reset table has no rows to scroll to
        offset = max(0, min(offset, self.end))
        self._have(offset // self._height)
        self.bar.setValue(offset - self._model.first_row * self._height)

    def scroll_to(self, row: int, hint: ScrollHint = ScrollHint.EnsureVisible) -> None:
        """Scroll to a row, by a hint as for Qt's own ``scrollTo``."""
        self._have(row)
        self._table.scrollTo(self._model.index_at(row), hint)

    def scroll_to_end(self) -> None:
        self._have(self._model.count() - 1)
        self._table.scrollToBottom()

    def index(self, row: int, column: int = 0) -> QModelIndex:
        """Return the index of a row, which Qt has from now on; an invalid one if there is no such row."""
        self._have(row)
        return self._model.index_at(row, column)

    def go_to(self, row: int, hint: ScrollHint = ScrollHint.EnsureVisible) -> None:
        """Make a row current as a key does, and scroll to it; nothing if there is no such row."""
        index = self.index(row, max(0, self._table.currentIndex().column()))
        if index.isValid():
            self._table.setCurrentIndex(index)
            self._table.scrollTo(index, hint)

    @property
    def count(self) -> int:
        """How many rows the list has."""
        return self._model.count()

    def row_number(self, index: QModelIndex) -> int:
        """Return the row of an index; -1 if it is not valid."""
        return self._model.row_number(index)

    def row_in_view(self, y: int) -> int:
        """Return the row at a height of the viewport, in pixels; -1 where there is none."""
        row = self._table.rowAt(y)
        return row + self._model.first_row if row >= 0 else -1

    # The window moves

    def have_current(self) -> None:
        """Have Qt have the current row, if there is one."""
        self._have(-1 if self.selection.current_row is None else self.selection.current_row)

    def takes_key(self, event: QKeyEvent) -> bool:
        """Have Qt have the rows that a key leads to; return whether it was all that the key does."""
        if not self._model.is_part:
            return False
        key, current = event.key(), self.selection.current_row
        if key in _ALONG_ROW and current is not None:
            return current not in self._model.given_rows  # Qt would take its first row for the current one
        if key in _FROM_CURRENT or key in _ALONG_ROW:
            self._show(current or 0)
        elif key in (_Key.Key_Home, _Key.Key_End) and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            row = 0 if key == _Key.Key_Home else self.count - 1
            index = self.index(row, max(0, self._table.currentIndex().column()))
            self.selection.begin_at(index)
            self._table.scrollTo(index)
            return True
        return False

    def _show(self, row: int) -> None:
        """Have Qt have a row, in view if what was in view is not there anymore."""
        top = self.row_in_view(0)
        self._have(row)
        if top not in self._model.given_rows:
            self._table.scrollTo(self._model.index_at(row), ScrollHint.PositionAtCenter)

    def _have(self, row: int) -> None:
        """Give Qt a row, with many others before and after it."""
        model, given = self._model, self._model.given_rows
        if not 0 <= row < model.count():
            return
        margin = len(given) // _SHARE
        is_before = row < given.start + margin and given.start > 0
        is_behind = row >= given.stop - margin and given.stop < model.count()
        if is_before or is_behind:
            model.move_window(row - len(given) // 2)

    def _on_scrolled(self) -> None:
        if self._model.is_part:
            self._later.start()  # Qt may be in the middle of something, and have indexes

    def _center(self) -> None:
        """Move the window after what is in view, unless a person selects by the mouse: Qt knows that in pixels."""
        is_selecting = bool(QGuiApplication.mouseButtons()) and not self.bar.is_held
        row = self.row_in_view(0)
        if row >= 0 and not is_selecting:
            self._have(row)

    def _on_action(self, action: int) -> None:
        if not self._model.is_part:
            return
        bar = self.bar
        if action == _Action.SliderToMinimum.value:
            self.set_offset(0)
        elif action == _Action.SliderToMaximum.value:
            self.scroll_to_end()
        elif action == _Action.SliderMove.value and bar.is_held:  # the wheel does that, too
            self.set_offset(bar.sliderPosition() * self.end // max(1, bar.maximum()))
        else:
            return
        bar.setSliderPosition(bar.value())

    def _on_rows(self) -> None:
        self.bar.update()  # its slider is of all rows, whether or not Qt has them

    def _on_about_to_change(self) -> None:
        self._top = divmod(self.offset, self._height)
        self.selection.leave()

    def _on_changed(self, change: RowsChange) -> None:
        """Leave in view what was in view, if Qt has it."""
        self._table.executeDelayedItemsLayout()
        self.selection.enter(change)
        row, pixels = change.row(self._top[0]), self._top[1]
        if row is not None and row in self._model.given_rows:
            self.bar.setValue((row - self._model.first_row) * self._height + pixels)
        self.bar.update()


def list_rows(table: QTableView) -> ListRows | None:
    """Return the rows of a table that is set up; ``None`` if its model is none of ours."""
    return table.findChild(ListRows, options=Qt.FindChildOption.FindDirectChildrenOnly)


def rows_of(table: QTableView) -> ListRows:
    """Return the rows of a table whose model is one of ours."""
    found = list_rows(table)
    assert found is not None, "the table is set up"
    return found


def current_row(table: QTableView) -> int | None:
    """Return the current row; ``None`` if there is none."""
    return rows_of(table).selection.current_row


def choose_row(table: QTableView, row: int, *, scrolls: bool = True) -> None:
    """Make a row current and the only selected one, and scroll to it; without that row, none is."""
    rows = rows_of(table)
    rows.selection.setCurrentIndex(rows.index(row), SELECT_ROW)
    if scrolls:
        rows.scroll_to(row)


def selected_ranges(table: QTableView) -> list[range]:
    """Return the ranges of the selected rows: one index for each row is slow when many rows are selected."""
    return rows_of(table).selection.rows
