"""Lists of names, each with a bar and a number; and panels that show several such lists side by side."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from es_desktop.app.text.plain import elide
from es_desktop.models.guard import Guarded
from es_desktop.system.counts import format_number
from es_desktop.views.style.accessible import PRESS, Part
from es_desktop.views.style.builders import fill
from es_desktop.views.style.painted import PaintedList
from es_desktop.views.style.plain_text import ElidedLabel, Label, set_tip
from es_desktop.views.style.row_shapes import SWATCH_ROOM, paint_swatch
from es_desktop.views.style.theme import SMALL_POINTS, mono_font, ui_font
from es_desktop.views.style.tokens import LIGHT, Tokens, mix

_ROOM_FOR_FOUR: Final = 800
_FEW: Final = 2
_LEAST, _MOST = 3, 8
"""Least and most rows of a list that count when space is shared."""
ROW: Final = 23
"""Height of a row in pixels."""
_PAD: Final = 7
_GAP: Final = 8
_MARK: Final = 3
"""Width in pixels of the line at the left of a marked row."""
_INK, _MARKED_INK = 0.15, 0.26
"""Opacity of a bar, and of one in a marked row."""


class BarList(PaintedList):
    """A scrollable list; a click, Enter or Space chooses a row."""

    chosen = Signal(object)
    """The key of the chosen row."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """``name`` is the accessible name of the list."""
        super().__init__(ROW, name, parent)
        self.rows: Sequence[BarRow] = ()
        self.marked: frozenset[Hashable] = frozenset()
        """The keys of the marked rows."""
        self.current = 0
        """The row that has the keyboard focus."""
        self._hover: int | None = None
        self._pressed: int | None = None
        self._painter = BarRowPainter()

    def set_rows(self, rows: Sequence[BarRow]) -> None:
        """Show these rows."""
        if rows != self.rows:
            self.rows = rows
            self._hover = None
            self._fit()
            self._set_current(self.current, reveal=False)

    def mark(self, keys: frozenset[Hashable]) -> None:
        """Mark the rows with these keys; emits nothing."""
        if keys != self.marked:
            self.marked = keys
            self.viewport().update()

    def set_tokens(self, tokens: Tokens) -> None:
        """Use the colours of a theme."""
        self._painter.tokens = tokens
        self.viewport().update()

    def row_rect(self, row: int) -> QRect:
        """Return the rectangle of a row in viewport pixels, visible or not."""
        return QRect(0, row * ROW - self.verticalScrollBar().value(), self.viewport().width(), ROW)

    def row_at(self, point: QPoint) -> int | None:
        """Return the row at a point of the viewport."""
        row = (point.y() + self.verticalScrollBar().value()) // ROW
        return row if 0 <= row < len(self.rows) else None

    def tip_at(self, point: QPoint) -> str:
        row = self.row_at(point)
        return "" if row is None else self.rows[row].tip

    def part_count(self) -> int:
        return len(self.rows)

    def part(self, index: int) -> Part:
        row, actions = self.rows[index], {PRESS: partial(self._choose, index)}
        name = row.tip.replace("\n", "; ")
        return Part(name, self.row_rect(index), row.number, row.key in self.marked, actions)

    def set_pointer(self, point: QPoint | None) -> None:
        row = None if point is None else self.row_at(point)
        if row != self._hover:
            self._hover = row
            self.viewport().update()

    def _fit(self) -> None:
        self.set_height(len(self.rows), self.viewport().height())
        self.viewport().update()

    def _set_current(self, row: int, *, reveal: bool = True) -> None:
        self.current = max(0, min(row, len(self.rows) - 1))
        self.setAccessibleDescription(self.rows[self.current].tip if self.rows else "Nothing to list")
        self.speak_part(self.current)
        rect, bar = self.row_rect(self.current), self.verticalScrollBar()
        if reveal and rect.top() < 0:
            bar.setValue(bar.value() + rect.top())
        elif reveal and rect.bottom() >= self.viewport().height():
            bar.setValue(bar.value() + rect.bottom() - self.viewport().height() + 1)
        self.viewport().update()

    def _choose(self, row: int | None) -> None:
        if row is not None and row < len(self.rows):
            self._set_current(row)
            self.chosen.emit(self.rows[row].key)

    # Event handlers

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, first = QPainter(self.viewport()), self.verticalScrollBar().value() // ROW
        last = min(len(self.rows), first + self.viewport().height() // ROW + 2)
        for number in range(first, last):
            row = self.rows[number]
            has_caret = self.hasFocus() and number == self.current
            is_marked, is_hovered = row.key in self.marked, number == self._hover
            self._painter.paint(painter, row, self.row_rect(number), is_marked, is_hovered, has_caret)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        page = max(1, self.viewport().height() // ROW - 1)
        moves = {
            Qt.Key.Key_Up.value: self.current - 1,
            Qt.Key.Key_Down.value: self.current + 1,
            Qt.Key.Key_PageUp.value: self.current - page,
            Qt.Key.Key_PageDown.value: self.current + page,
            Qt.Key.Key_Home.value: 0,
            Qt.Key.Key_End.value: len(self.rows) - 1,
        }
        if event.key() in moves:
            self._set_current(moves[event.key()])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose(self.current)
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
        self.set_pointer(event.position().toPoint())

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._set_current(self.current)

    def sizeHint(self) -> QSize:
        return QSize(200, ROW * 6)

    def minimumSizeHint(self) -> QSize:
        return QSize(110, ROW * 3)


@dataclass(frozen=True, slots=True)
class BarRow:
    """One row of a ``BarList``."""

    key: Hashable
    """What ``chosen`` carries for this row."""
    label: str
    part: float
    """Length of the bar, from 0 to 1."""
    number: str
    tip: str
    detail: str = ""
    """Shown after the label, dim and in a fixed-width font."""
    hue: int | None = None
    """Hue of the swatch and the bar; ``None`` for a row without a swatch."""
    tone: str = "accent"
    """Tone of a bar without a hue; see ``Tokens.tone``."""


class BarRowPainter:
    """Paints rows in the colours of a theme."""

    def __init__(self) -> None:
        self.tokens: Tokens = LIGHT

    def paint(
        self, painter: QPainter, row: BarRow, box: QRect, is_marked: bool, is_hovered: bool, has_caret: bool
    ) -> None:
        """Paint a row into a box."""
        tokens, inner = self.tokens, box.adjusted(0, 1, 0, -1)
        ground = tokens.accent_soft if is_marked else tokens.hover if is_hovered else tokens.panel
        painter.fillRect(inner, QColor(ground))
        if row.part > 0:
            ink = tokens.mark(row.tone) if row.hue is None else tokens.hue(row.hue)
            width = max(2.0, (box.width() - 2 * _MARK) * row.part)
            bar = QRectF(2 * _MARK, box.top() + 2, width, ROW - 4)
            painter.fillRect(bar, QColor(mix(ink, tokens.panel, _MARKED_INK if is_marked else _INK)))
        if is_marked:
            painter.fillRect(QRect(0, inner.top(), _MARK, inner.height()), QColor(tokens.accent))
        self._paint_texts(painter, row, box.adjusted(2 * _MARK + _PAD, 0, -_PAD, 0), is_marked)
        if has_caret:
            painter.setPen(QPen(QColor(tokens.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(inner.toRectF().adjusted(0.5, 0.5, -0.5, -0.5))

    def _paint_texts(self, painter: QPainter, row: BarRow, box: QRect, is_marked: bool) -> None:
        tokens, metrics = self.tokens, QFontMetrics(ui_font())
        # All fonts of a row share one baseline.
        baseline = box.top() + (box.height() + metrics.ascent() - metrics.descent()) // 2
        width = QFontMetrics(ui_font(SMALL_POINTS)).horizontalAdvance(row.number)
        painter.setFont(ui_font(SMALL_POINTS))
        painter.setPen(QColor(tokens.text if is_marked else tokens.dim))
        painter.drawText(box.right() + 1 - width, baseline, row.number)
        left, right = box.left(), box.right() - width - _GAP
        if row.hue is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_swatch(painter, left, box, QColor(tokens.hue(row.hue)))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            left += SWATCH_ROOM
        face = ui_font(bold=is_marked)
        left += _GAP + self._paint_text(painter, QPoint(left, baseline), face, tokens.text, row.label, right)
        if row.detail:
            self._paint_text(painter, QPoint(left, baseline), mono_font(), tokens.dim, row.detail, right)

    @staticmethod
    def _paint_text(painter: QPainter, at: QPoint, font: QFont, ink: str, text: str, right: int) -> int:
        """Paint a text, cut at the pixel ``right``; return its width in pixels."""
        metrics = QFontMetrics(font)
        shown = metrics.elidedText(elide(text), Qt.TextElideMode.ElideRight, right - at.x())
        painter.setFont(font)
        painter.setPen(QColor(ink))
        painter.drawText(at, shown)
        return metrics.horizontalAdvance(shown)


class BarPanel(QWidget):
    """A bar list with a heading and the number of its rows."""

    def __init__(self, title: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list = BarList(title, self)
        self._title = ElidedLabel(title, self)
        set_tip(self._title, tip)
        self._title.setFont(ui_font(SMALL_POINTS))
        self._count = Label(parent=self, role="hint")
        # Headings start where the bars do.
        heading = fill(QHBoxLayout(), (self._title, 1), self._count, margins=(6, 0, 6, 0), spacing=4)
        fill(QVBoxLayout(self), heading, (self.list, 1), spacing=4)

    def set_rows(self, rows: Sequence[BarRow]) -> None:
        """Show these rows."""
        self.list.set_rows(rows)
        self._count.setText(format_number(len(rows)))


class PanelGrid(Guarded, QWidget):
    """Panels in one row if there is space, otherwise in two."""

    def __init__(self, panels: Sequence[BarPanel], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._panels = panels
        self.across = 0
        """Number of panels side by side."""
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(7, 6, 7, 4)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(10)
        self._arrange(_FEW)

    def share_room(self) -> None:
        """Share the height between the rows of panels by the lengths of their lists."""
        for line in range(len(self._panels)):
            panels = self._panels[line * self.across : (line + 1) * self.across]
            longest = max((len(panel.list.rows) for panel in panels), default=0)
            self._grid.setRowStretch(line, min(max(_LEAST, longest), _MOST) if panels else 0)

    def set_tokens(self, tokens: Tokens) -> None:
        """Use the colours of a theme."""
        for panel in self._panels:
            panel.list.set_tokens(tokens)

    def _arrange(self, across: int) -> None:
        if across == self.across:
            return
        self.across = across
        for number, panel in enumerate(self._panels):
            self._grid.addWidget(panel, number // across, number % across)
            self._grid.setColumnStretch(number, 1 if number < across else 0)
        self.share_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(len(self._panels) if self.width() >= _ROOM_FOR_FOUR else _FEW)
