"""The chart of how many entities a question holds for, as of the end of each day, week or month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from es_desktop.app.ask.buckets import Bucket
from es_desktop.app.text.times import format_date, format_time_range
from es_desktop.system.counts import count_text, format_number
from es_desktop.views.style.accessible import PRESS, Part
from es_desktop.views.style.painted import AT_RIGHT, PaintedWidget, paint_text
from es_desktop.views.style.theme import SMALL_POINTS, ui_font
from es_desktop.views.style.tokens import LIGHT, Tokens, mix

_HEIGHT: Final = 108
_EDGE: Final = 12
_TOP: Final = 20
_AXIS: Final = 20
_SHARE: Final = 0.82
"""What a bar takes of its place."""
_WIDEST: Final = 72
_NARROW: Final = 18
"""Pixels of a bar below which its count is not written over it."""
_DRAGGED: Final = 4
"""Pixels from which on a press is a drag."""
_HOW: Final = "Click to ask as of its end. Drag over bars to see what their entities have in common."
_DAYS: Final = {1: "day", 7: "week"}


@dataclass(slots=True)
class OverTimeContent:
    """What the chart shows."""

    buckets: Sequence[Bucket] = ()
    marked: int | None = None
    """The bar as of whose end is asked; ``None`` for the last one."""
    caret: int = 0
    hover: int | None = None
    span: range = range(0)
    """The bars that a person dragged over, or marked by keys."""


class OverTimePainter:
    """Paints the bars in the colours of a theme."""

    def __init__(self) -> None:
        self.tokens: Tokens = LIGHT

    def area(self, content: OverTimeContent, size: QSize) -> QRectF:
        """Return where the bars stand, in pixels."""
        left = _EDGE + 12 + QFontMetrics(ui_font(SMALL_POINTS)).horizontalAdvance(format_number(_most(content)))
        return QRectF(left, _TOP, max(1, size.width() - left - _EDGE), max(1, size.height() - _TOP - _AXIS))

    def bar(self, content: OverTimeContent, size: QSize, number: int) -> QRectF:
        """Return the rectangle of a bar; one without a count has a height of 0."""
        area, count = self.area(content, size), content.buckets[number].count
        place = area.width() / len(content.buckets)
        height = area.height() * count / max(1, _most(content))
        width = min(place * _SHARE, _WIDEST)
        return QRectF(area.left() + place * (number + 0.5) - width / 2, area.bottom() - height, width, height)

    def paint(self, painter: QPainter, content: OverTimeContent, size: QSize, has_focus: bool) -> None:
        """Paint lines, bars, their counts and their days."""
        tokens, area, most = self.tokens, self.area(content, size), _most(content)
        painter.setFont(ui_font(SMALL_POINTS))
        for part in dict.fromkeys((0, most // 2, most)):
            y = round(area.bottom() - area.height() * part / max(1, most))
            painter.setPen(QPen(QColor(tokens.line_soft), 1))
            painter.drawLine(round(area.left()), y, round(area.right()), y)
            box = QRectF(0, y - 8, area.left() - 8, 16)
            paint_text(painter, box, format_number(part), tokens.dim, AT_RIGHT)
        if content.span:
            pitch, count = area.width() / len(content.buckets), len(content.span)
            box = QRectF(area.left() + pitch * content.span[0], area.top(), pitch * count, area.height())
            painter.fillRect(box, QColor(tokens.accent_soft))
        chosen = len(content.buckets) - 1 if content.marked is None else content.marked
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number in range(len(content.buckets)):
            is_chosen = number in content.span if content.span else number == chosen
            self._paint_bar(painter, content, size, number, is_chosen=is_chosen)
        if has_focus and content.buckets:
            painter.setPen(QPen(QColor(tokens.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            place = self.bar(content, size, content.caret)
            painter.drawRect(QRectF(place.left() - 2, area.top() - 2, place.width() + 4, area.height() + 4))
        self._paint_days(painter, content, size)

    def _paint_bar(
        self, painter: QPainter, content: OverTimeContent, size: QSize, number: int, *, is_chosen: bool
    ) -> None:
        tokens, bar = self.tokens, self.bar(content, size, number)
        ink = tokens.accent if is_chosen or number == content.hover else mix(tokens.accent, tokens.panel, 0.5)
        painter.fillRect(bar, QColor(ink))
        count = content.buckets[number].count
        if count and (bar.width() >= _NARROW or is_chosen or number == content.hover):
            text = format_number(count)
            width = painter.fontMetrics().horizontalAdvance(text)
            painter.setPen(QColor(tokens.text))
            painter.drawText(round(bar.center().x() - width / 2), round(bar.top()) - 4, text)

    def _paint_days(self, painter: QPainter, content: OverTimeContent, size: QSize) -> None:
        right = -1.0
        for number, bucket in enumerate(content.buckets):
            text, bar = format_date(bucket.begin), self.bar(content, size, number)
            width = painter.fontMetrics().horizontalAdvance(text)
            left = min(max(bar.center().x() - width / 2, 0), size.width() - width)
            if left > right + 14:
                painter.setPen(QColor(self.tokens.dim))
                painter.drawText(round(left), size.height() - 5, text)
                right = left + width


class OverTime(PaintedWidget[OverTimeContent, OverTimePainter]):
    """A bar for each day, week or month. A click asks the question as of its end.

    A drag over bars, or Shift with the arrows and then Enter, marks those whose entities are to be compared; Esc marks
    none.
    """

    chosen = Signal(object)
    """The ``Bucket`` of the bar that was clicked; ``None`` for the last one."""
    spanned = Signal(object)
    """The buckets of the bars that a person marked; none when they are marked no more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(OverTimeContent(), OverTimePainter(), "Count over time", parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._pressed: QPoint | None = None
        self._is_dragged = False
        self._anchor = 0
        """The bar at which the marked ones begin, or end."""

    def show_buckets(self, buckets: Sequence[Bucket], marked: int | None) -> None:
        """Show these; ``marked`` is the one as of which is asked, ``None`` for the last."""
        self.content.buckets, self.content.marked, self.content.hover = buckets, marked, None
        self.content.span, self._pressed, self._is_dragged = range(0), None, False
        self.content.caret = len(buckets) - 1 if marked is None else marked
        self.update()
        self._describe()

    @property
    def period(self) -> str:
        """What a bar is: day, week or month."""
        first = next(iter(self.content.buckets), None)
        return "" if first is None else _DAYS.get(round((first.end - first.begin) / 86400), "month")

    def describe(self, number: int) -> str:
        """Return what a bar says."""
        bucket = self.content.buckets[number]
        return f"{format_time_range(bucket.begin, bucket.last)}: {count_text(bucket.count, 'entity')}"

    def bar_at(self, point: QPoint) -> int | None:
        """Return the number of the bar whose column a point is in."""
        area, count = self._painter.area(self.content, self.size()), len(self.content.buckets)
        number = int((point.x() - area.left()) * count // area.width()) if count else -1
        return number if 0 <= number < count else None

    def bar_rect(self, number: int) -> QRect:
        """Return where a bar is, with what is free above it."""
        bar, area = self._painter.bar(self.content, self.size(), number), self._painter.area(self.content, self.size())
        return QRectF(bar.left(), area.top(), bar.width(), area.height()).toRect()

    def tip_at(self, point: QPoint) -> str:
        number = self.bar_at(point)
        return "" if number is None else f"{self.describe(number)}\n{_HOW}"

    def part_count(self) -> int:
        return len(self.content.buckets)

    def part(self, index: int) -> Part:
        marked = self.part_count() - 1 if self.content.marked is None else self.content.marked
        is_chosen = index in self.content.span if self.content.span else index == marked
        actions = {PRESS: partial(self._choose, index)}
        return Part(self.describe(index), self.bar_rect(index), "", is_chosen, actions)

    def _describe(self) -> None:
        buckets, span = self.content.buckets, self.content.span
        text = self.describe(self.content.caret) if buckets else "Nothing was counted"
        if span:
            when = format_time_range(buckets[span[0]].begin, buckets[span[-1]].last)
            text = f"{when} is marked. Enter compares its entities with the others, Esc marks nothing."
        self.setAccessibleDescription(text)

    def _choose(self, number: int) -> None:
        is_last = number == len(self.content.buckets) - 1
        self.chosen.emit(None if is_last else self.content.buckets[number])

    def _mark(self, last: int) -> None:
        """Mark the bars from the anchor to another one."""
        first, last = sorted((self._anchor, last))
        self.content.span = range(first, last + 1)
        self.update()
        self._describe()

    def _compare(self) -> None:
        self.spanned.emit([self.content.buckets[number] for number in self.content.span])

    def _unmark(self) -> None:
        self.content.span = range(0)
        self.update()
        self._describe()
        self._compare()

    def _nearest(self, point: QPoint) -> int:
        area, count = self._painter.area(self.content, self.size()), len(self.content.buckets)
        return max(0, min(int((point.x() - area.left()) * count // area.width()), count - 1))

    # Event handlers

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.content.buckets:
            self._painter.paint(QPainter(self), self.content, self.size(), self.hasFocus())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.content.buckets:
            self._pressed, self._is_dragged = event.position().toPoint(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        self._set_hover(self.bar_at(point))
        if self._pressed is not None and event.buttons() & Qt.MouseButton.LeftButton:
            if not self._is_dragged and (point - self._pressed).manhattanLength() > _DRAGGED:
                self._is_dragged, self._anchor = True, self._nearest(self._pressed)
            if self._is_dragged:
                self._mark(self._nearest(point))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._pressed is None:
            return
        is_dragged, self._pressed, self._is_dragged = self._is_dragged, None, False
        number = self.bar_at(event.position().toPoint())
        if is_dragged:
            self._compare()
        elif number is not None:
            self._choose(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        count = len(self.content.buckets)
        if event.key() in steps and count:
            before = self.content.caret
            self.content.caret = max(0, min(before + steps[Qt.Key(event.key())], count - 1))
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._anchor = self._anchor if self.content.span else before
                self._mark(self.content.caret)
            self.update()
            self._describe()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.content.span:
            self._compare()
        elif event.key() == Qt.Key.Key_Escape and self.content.span:
            self._unmark()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and count:
            self._choose(self.content.caret)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()


def _most(content: OverTimeContent) -> int:
    return max((each.count for each in content.buckets), default=0)
