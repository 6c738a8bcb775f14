"""The labels of a lane and their layout: name and range, value, and the cross that removes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QScrollBar

from es_desktop.app.text.plain import elide
from es_desktop.app.watch.series import Lane
from es_desktop.views.entity.strip import PAD, TimelineStrip
from es_desktop.views.entity.strip_paint import AXIS_Y
from es_desktop.views.style.theme import SMALL_POINTS, mono_font, ui_font
from es_desktop.views.style.tokens import LIGHT, Tokens

from .lane_paint import TAIL

_INSET: Final = 5
"""Pixels above and below a graph."""
_EDGE: Final = 13
"""Pixels before names and after values."""
_GAP: Final = 12
"""Pixels between a name and its graph."""
_REACH: Final = 4
"""Pixels around a graph that count as the graph."""
ROW: Final = 36
CROSS: Final = 16
NamedLane = tuple[str, Lane | None]
"""A path, and its lane once that is known."""
_MOST_NAMES: Final = 50
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class LaneLayout:
    """The rectangles of the parts of lanes, in viewport pixels."""

    def __init__(self, strip: TimelineStrip, bar: QScrollBar) -> None:
        self._strip = strip
        self._bar = bar

    def make_room(self, names: int, values: int, width: int) -> None:
        """Reserve margins beside the strip for names and values (widths in pixels), within limits."""
        left = min(_EDGE + names + _GAP + _REACH, max(112, min(160, width * 26 // 100)))
        right = min(_EDGE + values + _GAP + round(TAIL), max(64, min(130, width * 18 // 100)))
        self._strip.set_margins(max(64, left), max(40, right))

    def free_room(self) -> None:
        """Give the strip its normal margins."""
        self._strip.set_margins(PAD, PAD)

    def plot(self) -> QRectF:
        """Return the rectangle of the graph of the first lane, without scrolling."""
        scale = self._strip.scale
        return QRectF(scale.left - 2, _INSET, scale.width + 2 + TAIL, ROW - 2 * _INSET)

    def top(self, row: int) -> int:
        """Return the top of a lane."""
        return row * ROW - self._bar.value()

    def name(self, row: int) -> QRect:
        """Return the rectangle of a name and its range."""
        return QRect(_EDGE, self.top(row), round(self.plot().left()) - _GAP - _EDGE, ROW)

    def value(self, row: int, width: int) -> QRect:
        """Return the rectangle of a value, in a view of ``width`` pixels."""
        left = round(self.plot().right()) + _REACH
        return QRect(left, self.top(row), width - left - _EDGE, ROW)

    def cross(self, row: int) -> QRect:
        """Return the rectangle of the cross that removes a lane."""
        return QRect(self.name(row).right() - CROSS + 5, self.top(row) + 4, CROSS, CROSS)

    def row_at(self, point: QPoint | None, count: int) -> int | None:
        """Return the lane at a point, of ``count`` lanes."""
        row = -1 if point is None else (point.y() + self._bar.value()) // ROW
        return row if 0 <= row < count else None

    def version_at(self, point: QPoint | None) -> int | None:
        """Return the version at a point; ``None`` outside the graphs."""
        plot = self.plot()
        if point is None or not plot.left() - _REACH <= point.x() <= plot.right() + _REACH:
            return None
        return self._strip.version_at(QPointF(point.x(), AXIS_Y))


class LaneLabels:
    """Paints the labels of lanes in the colours of a theme."""

    def __init__(self) -> None:
        self.tokens: Tokens = LIGHT
        self.absent = ""
        """The text for a lane without values."""
        self.names, self.values = ui_font(SMALL_POINTS), mono_font(SMALL_POINTS)

    def summary(self, lane: Lane | None) -> str:
        """Return the text of the range of a value."""
        return self.absent if lane is None else lane.summary()

    def name_width(self, lanes: Sequence[NamedLane]) -> int:
        """Return the width of the widest name or range, in pixels."""
        metrics = QFontMetrics(self.names)
        texts = (text for path, lane in lanes for text in (path, self.summary(lane)))
        return max(map(metrics.horizontalAdvance, texts), default=0)

    def value_width(self, lanes: Sequence[NamedLane]) -> int:
        """Return the width of the widest of the first values, in pixels."""
        metrics = QFontMetrics(self.values)
        texts = (text for _, lane in lanes for text in _widest(lane))
        return max(map(metrics.horizontalAdvance, texts), default=0)

    def paint_name(self, painter: QPainter, path: str, summary: str, box: QRect, room: int) -> None:
        """Paint the name, ``room`` pixels shorter than ``box``, and below it the range."""
        painter.setFont(self.names)
        metrics = painter.fontMetrics()
        top, low = box.adjusted(0, 4, -room, -ROW // 2), box.adjusted(0, ROW // 2 - 1, 0, -4)
        painter.setPen(QColor(self.tokens.text))
        painter.drawText(top, _LEFT, metrics.elidedText(elide(path), Qt.TextElideMode.ElideMiddle, top.width()))
        painter.setPen(QColor(self.tokens.faint))
        painter.drawText(low, _LEFT, metrics.elidedText(elide(summary), Qt.TextElideMode.ElideRight, low.width()))

    def paint_value(self, painter: QPainter, lane: Lane, version: int, box: QRect) -> None:
        """Paint the value at a version, amber if it was set there."""
        is_new = lane.span_at(version)[0] == version
        painter.setFont(self.values)
        painter.setPen(QColor(self.tokens.amber if is_new else self.tokens.text))
        shown = painter.fontMetrics().elidedText(lane.text_at(version), Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, _RIGHT, shown)

    def paint_cross(self, painter: QPainter, box: QRect, pointer: QPoint) -> None:
        """Paint the cross, on a background if the pointer is on it."""
        is_pointed_at = box.contains(pointer)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if is_pointed_at:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.tokens.pressed))
            painter.drawRoundedRect(box, 3, 3)
        painter.setPen(QColor(self.tokens.text if is_pointed_at else self.tokens.dim))
        inner = box.toRectF().adjusted(4.5, 4.5, -4.5, -4.5)
        painter.drawLine(inner.topLeft(), inner.bottomRight())
        painter.drawLine(inner.topRight(), inner.bottomLeft())


def _widest(lane: Lane | None) -> Sequence[str]:
    if lane is None:
        return ()
    if lane.is_line:
        return (lane.number_text(lane.low), lane.number_text(lane.high))
    return lane.names[:_MOST_NAMES]
