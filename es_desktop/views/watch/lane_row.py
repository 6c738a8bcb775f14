"""What stands beside the graph of a lane: its name and range, its value, and the cross that takes it away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter

from es_desktop.app.text.plain import elide
from es_desktop.app.watch.series import Track
from es_desktop.views.style.theme import SMALL_POINTS, mono_font, ui_font
from es_desktop.views.style.tokens import LIGHT, Tokens

ROW: Final = 36
CROSS: Final = 16
NamedTrack = tuple[str, Track | None]
"""A path, and its track once that is known."""
_MOST_NAMES: Final = 50
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class LaneLabels:
    """Paints the words of lanes in the colours of a look."""

    def __init__(self) -> None:
        self.tokens: Tokens = LIGHT
        self.absent = ""
        """What is told of a value whose track is not there."""
        self.names, self.values = ui_font(SMALL_POINTS), mono_font(SMALL_POINTS)

    def summary(self, track: Track | None) -> str:
        """Return what a value ranges over."""
        return self.absent if track is None else track.summary()

    def name_width(self, lanes: Sequence[NamedTrack]) -> int:
        """Return the pixels of the widest name or range."""
        metrics = QFontMetrics(self.names)
        texts = (text for path, track in lanes for text in (path, self.summary(track)))
        return max(map(metrics.horizontalAdvance, texts), default=0)

    def value_width(self, lanes: Sequence[NamedTrack]) -> int:
        """Return the pixels of the widest value, of those that were looked at."""
        metrics = QFontMetrics(self.values)
        texts = (text for _, track in lanes for text in _widest(track))
        return max(map(metrics.horizontalAdvance, texts), default=0)

    def paint_name(self, painter: QPainter, path: str, told: str, box: QRect, room: int) -> None:
        """Paint the name, but for some room at its end, and below it what the value ranges over."""
        painter.setFont(self.names)
        metrics = painter.fontMetrics()
        top, low = box.adjusted(0, 4, -room, -ROW // 2), box.adjusted(0, ROW // 2 - 1, 0, -4)
        painter.setPen(QColor(self.tokens.text))
        painter.drawText(top, _LEFT, metrics.elidedText(elide(path), Qt.TextElideMode.ElideMiddle, top.width()))
        painter.setPen(QColor(self.tokens.faint))
        painter.drawText(low, _LEFT, metrics.elidedText(elide(told), Qt.TextElideMode.ElideRight, low.width()))

    def paint_value(self, painter: QPainter, track: Track, version: int, box: QRect) -> None:
        """Paint the value at a version, amber where it was set just there."""
        is_new = track.span_at(version)[0] == version
        painter.setFont(self.values)
        painter.setPen(QColor(self.tokens.amber if is_new else self.tokens.text))
        shown = painter.fontMetrics().elidedText(track.text_at(version), Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, _RIGHT, shown)

    def paint_cross(self, painter: QPainter, box: QRect, pointer: QPoint) -> None:
        """Paint the cross; on a ground of its own where the pointer is on it."""
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


def _widest(track: Track | None) -> Sequence[str]:
    if track is None:
        return ()
    if track.is_line:
        return (track.number_text(track.low), track.number_text(track.high))
    return track.names[:_MOST_NAMES]
