"""The heading of a table with a line under each title, in which a person types a filter of the column."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHeaderView, QLineEdit, QTableView, QWidget

from es_desktop.app.search.column_filter import HELP
from es_desktop.models.guard import Guarded
from es_desktop.views.style.fields import line_edit
from es_desktop.views.style.plain_text import set_tip
from es_desktop.views.style.rows import ROW_HEIGHT
from es_desktop.views.style.theme import restyle

_LINE: Final = 22
_ROOM: Final = 30
"""Pixels of the row of lines."""
_GAP: Final = 3


class FilterHeader(Guarded, QHeaderView):
    """Tab goes from the table to the lines, so that it goes from the search line to the table as before."""

    edited = Signal(object, object)
    """The column, and what a person typed for it."""
    resized_by_hand = Signal(object)
    """The column whose edge a person moved."""

    def __init__(self, table: QTableView) -> None:
        """Call ``lay_out`` when the table has its model."""
        super().__init__(Qt.Orientation.Horizontal, table)
        self._table = table
        self._lines: list[QLineEdit] = []
        self._has_lines = False
        self._pressed_at: list[int] = []
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.sectionResized.connect(self.lay_out)
        self.sectionMoved.connect(self.lay_out)
        self.sectionCountChanged.connect(self.lay_out)
        self.geometriesChanged.connect(self.lay_out)
        table.horizontalScrollBar().valueChanged.connect(self.lay_out)

    def show_lines(self, has_lines: bool) -> None:
        """Show the lines, or only the titles."""
        if has_lines != self._has_lines:
            self._has_lines = has_lines
            self.setFixedHeight(self.sizeHint().height())
            for frame in self._table.findChildren(QFrame):
                if frame.property("role") == "header-end":
                    frame.setFixedHeight(self.height())
            self.updateGeometries()
            self.lay_out()

    def show_filter(self, column: int, text: str, problem: str = "") -> None:
        """Show the filter of a column, and why it is not valid."""
        self.lay_out()
        line = self._lines[column]
        if line.text() != text:
            line.setText(text)
        restyle(line, state="error" if problem else "on" if text.strip() else "")
        set_tip(line, problem or HELP)

    def line(self, column: int) -> QLineEdit:
        """Return the line under the title of a column."""
        return self._lines[column]

    def bring_into_view(self, column: int) -> None:
        """Scroll to a column; the rows in view stay."""
        self._table.scrollTo(self.model().index(self._table.rowAt(0), column))

    def lay_out(self, *_: object) -> None:
        """Put each line under its title."""
        while len(self._lines) < self.count():
            self._lines.append(self._new_line(len(self._lines)))
        for extra in self._lines[self.count() :]:
            extra.deleteLater()
        del self._lines[self.count() :]
        previous: QWidget = self._table
        for visual in range(self.count()):
            column = self.logicalIndex(visual)
            line, is_seen = self._lines[column], self._has_lines and not self.isSectionHidden(column)
            line.setAccessibleName(f"Filter by {self.model().headerData(column, Qt.Orientation.Horizontal)}")
            line.setVisible(is_seen)
            if is_seen:
                left = self.sectionViewportPosition(column) + _GAP
                line.setGeometry(left, ROW_HEIGHT + _GAP, self.sectionSize(column) - 2 * _GAP, _LINE)
                QWidget.setTabOrder(previous, line)
                previous = line

    def _widths(self) -> list[int]:
        return [self.sectionSize(column) for column in range(self.count())]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = self._widths()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        now = self._widths()
        for column, (before, after) in enumerate(zip(self._pressed_at, now, strict=False)):
            if before != after and self.sectionResizeMode(column) == self.ResizeMode.Interactive:
                self.resized_by_hand.emit(column)

    def _new_line(self, column: int) -> QLineEdit:
        line = line_edit("", "", self)
        line.setProperty("role", "column")
        set_tip(line, HELP)
        line.textEdited.connect(partial(self.edited.emit, column))
        line.returnPressed.connect(self._table.setFocus)
        line.installEventFilter(self)
        return line

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), ROW_HEIGHT + self._has_lines * _ROOM)

    def updateGeometries(self) -> None:
        self.setViewportMargins(0, 0, 0, self._has_lines * _ROOM)
        super().updateGeometries()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, QLineEdit) and watched in self._lines:
            column = self._lines.index(watched)
            if event.type() == QEvent.Type.FocusIn:
                self.bring_into_view(column)
            if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
                if event.key() == Qt.Key.Key_Down:
                    self._table.setFocus()
                    return True
                if event.key() == Qt.Key.Key_Escape and watched.text():
                    watched.clear()
                    self.edited.emit(column, "")
                    return True
        return super().eventFilter(watched, event)
