"""A list of names with a bar and a number each, of which one can be chosen."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from es_desktop.views.style.plain_text import show_tip
from es_desktop.views.style.tokens import Tokens

from .bar_row import ROW, BarRow, BarRowPainter

_FEWEST: Final = 3
"""Rows that a list is never lower than."""
_OWN_KEYS: Final = frozenset(
    {
        Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End,
        Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space,
    }
)  # fmt: skip


class BarList(QAbstractScrollArea):
    """Shows as many rows as there is room for; the others are scrolled to. A click or a key chooses one."""

    chosen = Signal(object)
    """The key of the row that was pointed at."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """``name`` says what is listed to those who cannot see it."""
        super().__init__(parent)
        self._rows: Sequence[BarRow] = ()
        self._marked: frozenset[Hashable] = frozenset()
        self._current = 0
        self._hover: int | None = None
        self._pressed: int | None = None
        self._painter = BarRowPainter()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.verticalScrollBar().setSingleStep(ROW)
        self.setAccessibleName(name)

    def set_rows(self, rows: Sequence[BarRow]) -> None:
        """Show these rows."""
        if rows != self._rows:
            self._rows = rows
            self._hover = None
            self._fit()
            self._set_current(self._current, reveal=False)

    def mark(self, keys: frozenset[Hashable]) -> None:
        """Mark the rows of these keys as the chosen ones, without telling anybody."""
        if keys != self._marked:
            self._marked = keys
            self.viewport().update()

    def set_tokens(self, tokens: Tokens) -> None:
        """Take the colours of a look."""
        self._painter.tokens = tokens
        self.viewport().update()

    @property
    def rows(self) -> Sequence[BarRow]:
        return self._rows

    @property
    def marked(self) -> frozenset[Hashable]:
        """The keys of the rows that are marked as chosen."""
        return self._marked

    @property
    def current(self) -> int:
        """The row that the keys are at."""
        return self._current

    def row_rect(self, row: int) -> QRect:
        """Return where a row stands in the viewport, in view or not."""
        return QRect(0, row * ROW - self.verticalScrollBar().value(), self.viewport().width(), ROW)

    def row_at(self, point: QPoint) -> int | None:
        """Return the row at a point of the viewport."""
        row = (point.y() + self.verticalScrollBar().value()) // ROW
        return row if 0 <= row < len(self._rows) else None

    def _fit(self) -> None:
        bar, height = self.verticalScrollBar(), self.viewport().height()
        bar.setRange(0, max(0, len(self._rows) * ROW - height))
        bar.setPageStep(height)
        self.viewport().update()

    def _set_current(self, row: int, *, reveal: bool = True) -> None:
        self._current = max(0, min(row, len(self._rows) - 1))
        self.setAccessibleDescription(self._rows[self._current].tip if self._rows else "Nothing to list")
        rect, bar = self.row_rect(self._current), self.verticalScrollBar()
        if reveal and rect.top() < 0:
            bar.setValue(bar.value() + rect.top())
        elif reveal and rect.bottom() >= self.viewport().height():
            bar.setValue(bar.value() + rect.bottom() - self.viewport().height() + 1)
        self.viewport().update()

    def _choose(self, row: int | None) -> None:
        if row is not None and row < len(self._rows):
            self._set_current(row)
            self.chosen.emit(self._rows[row].key)

    # Qt's own

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, first = QPainter(self.viewport()), self.verticalScrollBar().value() // ROW
        last = min(len(self._rows), first + self.viewport().height() // ROW + 2)
        for number in range(first, last):
            row = self._rows[number]
            has_caret = self.hasFocus() and number == self._current
            is_marked, is_hovered = row.key in self._marked, number == self._hover
            self._painter.paint(painter, row, self.row_rect(number), is_marked, is_hovered, has_caret)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        page = max(1, self.viewport().height() // ROW - 1)
        moves = {
            Qt.Key.Key_Up.value: self._current - 1,
            Qt.Key.Key_Down.value: self._current + 1,
            Qt.Key.Key_PageUp.value: self._current - page,
            Qt.Key.Key_PageDown.value: self._current + page,
            Qt.Key.Key_Home.value: 0,
            Qt.Key.Key_End.value: len(self._rows) - 1,
        }
        if event.key() in moves:
            self._set_current(moves[event.key()])
        elif event.key() in _OWN_KEYS:
            self._choose(self._current)
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = self.row_at(event.position().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            pressed, self._pressed = self._pressed, None
            if pressed == self.row_at(event.position().toPoint()):
                self._choose(pressed)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._set_hover(self.row_at(event.position().toPoint()))

    def _set_hover(self, row: int | None) -> None:
        if row != self._hover:
            self._hover = row
            self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._set_current(self._current)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._set_hover(None)
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            row = self.row_at(event.pos())
            show_tip(event.globalPos(), "" if row is None else self._rows[row].tip, self)
            return True
        return super().viewportEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(200, ROW * 6)

    def minimumSizeHint(self) -> QSize:
        return QSize(110, ROW * _FEWEST)
