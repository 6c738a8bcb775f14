"""Where things are in the lanes: graphs in line with the strip, names before them, values behind them."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF
from PySide6.QtWidgets import QScrollBar

from es_desktop.views.entity.strip import PAD, TimelineStrip
from es_desktop.views.entity.strip_paint import AXIS_Y

from .lane_paint import TAIL
from .lane_row import CROSS, ROW

_INSET: Final = 5
"""Above and below a graph."""
_EDGE: Final = 13
"""Before names and behind values."""
_GAP: Final = 12
"""Between a name and its graph."""
_REACH: Final = 4
"""Pixels beside a graph at which it is still pointed at."""


class LanePlaces:
    """The places of one view of lanes, by its strip and by how far it is scrolled."""

    def __init__(self, strip: TimelineStrip, bar: QScrollBar) -> None:
        self._strip = strip
        self._bar = bar

    def make_room(self, names: int, values: int, width: int) -> None:
        """Leave pixels beside the strip for names and values, as many as they need and no more than is fair."""
        left = min(_EDGE + names + _GAP + _REACH, max(112, min(160, width * 26 // 100)))
        right = min(_EDGE + values + _GAP + round(TAIL), max(64, min(130, width * 18 // 100)))
        self._strip.set_margins(max(64, left), max(40, right))

    def free_room(self) -> None:
        """Give the strip all the room there is."""
        self._strip.set_margins(PAD, PAD)

    def plot(self) -> QRectF:
        """Return where the graph of the first lane is, when it is not scrolled."""
        scale = self._strip.scale
        return QRectF(scale.left - 2, _INSET, scale.width + 2 + TAIL, ROW - 2 * _INSET)

    def top(self, row: int) -> int:
        """Return where a lane begins."""
        return row * ROW - self._bar.value()

    def name(self, row: int) -> QRect:
        """Return where a name and its range stand."""
        return QRect(_EDGE, self.top(row), round(self.plot().left()) - _GAP - _EDGE, ROW)

    def value(self, row: int, width: int) -> QRect:
        """Return where a value stands, in a view of so many pixels."""
        left = round(self.plot().right()) + _REACH
        return QRect(left, self.top(row), width - left - _EDGE, ROW)

    def cross(self, row: int) -> QRect:
        """Return where the cross is that takes a lane away."""
        return QRect(self.name(row).right() - CROSS + 5, self.top(row) + 4, CROSS, CROSS)

    def row_at(self, point: QPoint | None, count: int) -> int | None:
        """Return which of so many lanes is at a point."""
        row = -1 if point is None else (point.y() + self._bar.value()) // ROW
        return row if 0 <= row < count else None

    def version_at(self, point: QPoint | None) -> int | None:
        """Return the version that is meant; ``None`` beside the graphs."""
        plot = self.plot()
        if point is None or not plot.left() - _REACH <= point.x() <= plot.right() + _REACH:
            return None
        return self._strip.version_at(QPointF(point.x(), AXIS_Y))
