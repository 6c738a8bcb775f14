"""The histogram: events over time, in which a time range or a time can be chosen."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from es_desktop.app.search.lists import Bars
from es_desktop.system.counts import format_number
from es_desktop.views.style.accessible import PRESS, Part
from es_desktop.views.style.painted import PaintedWidget

from .histogram_paint import COMPACT_HEIGHT, HistogramContent, HistogramPainter, HistogramScale

_TALL: Final = QSize(480, 138)
_DRAGGED: Final = 4
"""Pixels that a press must move to be a drag."""


class Histogram(PaintedWidget[HistogramContent, HistogramPainter]):
    """Shows the number of events over time; its cost does not depend on the number of events."""

    range_chosen = Signal(object, object)
    """Start and end in seconds since the epoch (UTC); both ``None`` for no range."""
    time_chosen = Signal(object)
    """Start of the chosen column, in seconds since the epoch (UTC)."""
    caption_changed = Signal(object)
    """What is pointed at or chosen, or what a column is."""

    def __init__(self, parent: QWidget | None = None, *, compact: bool = False) -> None:
        """A ``compact`` histogram is low; its caption is shown elsewhere."""
        content = HistogramContent()
        super().__init__(content, HistogramPainter(content, is_compact=compact), "Events over time", parent)
        self._is_compact = compact
        self._pressed: float | None = None
        self._anchor: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setMaximumHeight(COMPACT_HEIGHT if compact else 190)

    def set_bars(self, bars: Bars | None) -> None:
        """Show these counts over time; ``None`` shows nothing."""
        self.content.bars = bars
        self._lay_out()

    def set_range(self, since: float | None, until: float | None) -> None:
        """Show a time range (seconds since the epoch, UTC) as chosen; emits nothing."""
        if (since, until) != (self.content.since, self.content.until):
            self.content.since, self.content.until = since, until
            self._describe()
            self.update()

    @property
    def range(self) -> tuple[float | None, float | None]:
        """The chosen time range, in seconds since the epoch (UTC)."""
        return self.content.since, self.content.until

    @property
    def scale(self) -> HistogramScale | None:
        """The current scale; ``None`` without bars."""
        return self._painter.scale(self.size())

    def describe(self, first: int, last: int) -> str:
        """Return a description of the columns from ``first`` to ``last``."""
        scale = self.scale
        return "" if scale is None else self._painter.describe(scale, first, last)

    def tip_at(self, point: QPoint) -> str:
        column = None if self.scale is None else self.scale.column_at(point.x())
        return "" if column is None else self.describe(column, column)

    def part_count(self) -> int:
        scale = self.scale
        return 0 if scale is None else len(scale.columns.counts)

    def part(self, index: int) -> Part:
        scale = self.scale
        if scale is None:
            return Part()
        count, rect = format_number(scale.columns.counts[index]), scale.column(index).toAlignedRect()
        actions = {PRESS: partial(self._go_to, index)}
        return Part(self.describe(index, index), rect, count, index == self.content.caret, actions)

    def _lay_out(self) -> None:
        self._painter.forget()
        self.content.brush = self.content.caret = self.content.hover = None
        self._pressed = self._anchor = None
        self._describe()
        self.update()

    def _describe(self) -> None:
        """Update the accessible description."""
        scale, content = self.scale, self.content
        if scale is None:
            text = "No events whose times are known"
        elif content.caret is not None:
            text = self.describe(content.caret, content.caret)
        elif content.has_range:
            chosen = scale.columns.inside(content.since, content.until)
            text = f"Chosen: {self._painter.describe_chosen(scale, chosen)}" if chosen else "Chosen: no events"
        else:
            most = scale.columns.counts.index(scale.highest)
            text = f"{self.describe(0, len(scale.columns.counts) - 1)}; most of them {self.describe(most, most)}"
        self.setAccessibleDescription(text)
        self._emit_caption()

    def _set_hover(self, number: int | None) -> None:
        super()._set_hover(number)
        self._emit_caption()

    def _emit_caption(self) -> None:
        self.caption_changed.emit("" if self.scale is None else self._painter.caption(self.scale))

    def _choose(self, first: int, last: int) -> None:
        scale = self.scale
        if scale is not None:
            since, until = scale.columns.time_range(first, last)
            self.set_range(since, until)
            self.range_chosen.emit(since, until)

    def _go_to(self, column: int | None) -> None:
        scale = self.scale
        if scale is not None and column is not None:
            self.time_chosen.emit(scale.columns.time_range(column, column)[0])

    def _clear(self) -> bool:
        """Remove range, brush and caret; return whether there were any."""
        content = self.content
        had_range, had_any = content.has_range, content.has_range or content.brush or content.caret is not None
        content.brush = content.caret = self._pressed = self._anchor = None
        self.set_range(None, None)
        self._describe()
        self.update()
        if had_range:
            self.range_chosen.emit(None, None)
        return bool(had_any)

    def _move_caret(self, key: int, extends: bool) -> None:
        scale, content = self.scale, self.content
        if scale is None:
            return
        last = len(scale.columns.counts) - 1
        chosen = scale.columns.inside(content.since, content.until) or range(last + 1)
        start = content.caret
        moves = {
            Qt.Key.Key_Left.value: chosen[-1] if start is None else start - 1,
            Qt.Key.Key_Right.value: chosen[0] if start is None else start + 1,
            Qt.Key.Key_Home.value: 0,
            Qt.Key.Key_End.value: last,
        }
        content.caret = min(max(0, moves[key]), last)
        if extends:
            self._anchor = next(each for each in (self._anchor, start, content.caret) if each is not None)
            self._choose(min(self._anchor, content.caret), max(self._anchor, content.caret))
        else:
            self._anchor = None
        self._describe()
        self.speak_part(content.caret)
        self.update()

    # Event handlers

    def paintEvent(self, event: QPaintEvent) -> None:
        self._painter.paint(QPainter(self), self.size(), self.hasFocus())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Right | Qt.Key.Key_Home | Qt.Key.Key_End:
                self._move_caret(event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._go_to(self.content.caret)
            case Qt.Key.Key_Escape if self._clear():
                pass
            case _:
                super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        scale, x = self.scale, event.position().x()
        if event.button() == Qt.MouseButton.LeftButton and scale is not None and scale.column_at(x) is not None:
            self._pressed = x

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        scale, x = self.scale, event.position().x()
        if scale is None:
            return
        if self._pressed is not None:
            if self.content.brush is not None or abs(x - self._pressed) >= _DRAGGED:
                ends = sorted((scale.nearest_column(self._pressed), scale.nearest_column(x)))
                self.content.brush = (ends[0], ends[1])
            self.update()
        self._set_hover(scale.column_at(x))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        scale, brush, pressed = self.scale, self.content.brush, self._pressed
        if event.button() != Qt.MouseButton.LeftButton or pressed is None or scale is None:
            return
        self.content.brush = self._pressed = self.content.caret = None
        if brush is not None:
            self._choose(*brush)
        else:
            self._go_to(scale.column_at(pressed))
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._clear()

    def sizeHint(self) -> QSize:
        return QSize(_TALL.width(), COMPACT_HEIGHT) if self._is_compact else _TALL

    def minimumSizeHint(self) -> QSize:
        return QSize(120, COMPACT_HEIGHT if self._is_compact else 96)
