"""The shapes in the rows of tables and trees: arrows, swatches, diamonds, flags, pins and pills."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QTextCharFormat, QTextLayout

from es_desktop.app.text.plain import ELLIPSIS

SWATCH_ROOM: Final = 17
"""Pixels that a swatch takes from its cell, with the gap to the text."""
MARK_ROOM: Final = 17
"""Pixels that a diamond takes."""
FLAG_ROOM: Final = 13
"""Pixels that a flag takes."""
ARROW_ROOM: Final = 14
"""Pixels that the arrow of a run takes."""
PIN_ROOM: Final = 13
"""Pixels that a pin takes."""
FAILURE_ROOM: Final = 6
"""Pixels that the cross of a failed row takes, besides the padding of its first cell."""
_PILL_ROOM: Final = 14
"""Pixels of a pill beside its text."""
_ANY_WIDTH: Final = 100_000
_OPEN: Final = ((-3.5, -1.8), (0, 1.8), (3.5, -1.8))
_CLOSED: Final = ((-1.8, -3.5), (1.8, 0), (-1.8, 3.5))
_DIAMOND: Final = ((-5, 0), (0, -5), (5, 0), (0, 5))
_CROSS: Final = (((-2, -2), (2, 2)), ((-2, 2), (2, -2)))
_FLAG: Final = ((-3.5, -5), (3.5, -5), (3.5, 5), (0, 2), (-3.5, 5))


def paint_branch(painter: QPainter, rect: QRect, color: QColor, is_open: bool) -> None:
    """Paint the arrow that opens a row of a tree, left of its first cell."""
    painter.setPen(QPen(color, 1.4, c=Qt.PenCapStyle.RoundCap))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    shape = _OPEN if is_open else _CLOSED
    painter.drawPolyline(_at(rect.left() - 7.0, rect, shape))


def paint_run(painter: QPainter, x: int, rect: QRect, color: QColor, line: QColor, part: str) -> None:
    """Paint the arrow of a run, or the line beside its later events, at the left edge ``x`` of a cell."""
    if part == "inside":
        painter.fillRect(x + 5, rect.top(), 1, rect.height(), line)
    elif part:
        # The arrow is painted to the left of its rectangle.
        paint_branch(painter, rect.adjusted(x + 12 - rect.left(), 0, 0, 0), color, part == "open")


def paint_swatch(painter: QPainter, x: int, rect: QRect, color: QColor) -> None:
    """Paint the rounded square of a hue, its left edge at ``x``."""
    fill_with(painter, color)
    painter.drawRoundedRect(QRectF(x, rect.center().y() - 4, 9, 9), 2, 2)


def paint_cross(painter: QPainter, middle: QPointF, color: QColor) -> None:
    """Paint the cross of an event that failed."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(color, 1.7, c=Qt.PenCapStyle.RoundCap))
    for side in (-2.6, 2.6):
        painter.drawLine(middle + QPointF(-2.6, side), middle + QPointF(2.6, -side))


def paint_diamond(painter: QPainter, x: float, rect: QRect, color: QColor) -> None:
    """Paint the diamond of a snapshot, its middle at ``x``."""
    fill_with(painter, color)
    painter.drawPolygon(_at(x, rect, _DIAMOND))


def paint_failure(painter: QPainter, x: float, rect: QRect, color: QColor) -> None:
    """Paint a small cross, its middle at ``x``: red alone is not seen by all."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(color, 1.6))
    for line in _CROSS:
        painter.drawLine(*_at(x, rect, line))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def paint_flag(painter: QPainter, x: float, rect: QRect, color: QColor) -> None:
    """Paint the ribbon of a bookmark, its middle at ``x``."""
    fill_with(painter, color)
    painter.drawPolygon(_at(x, rect, _FLAG))


def paint_pin(painter: QPainter, x: float, rect: QRect, color: QColor) -> None:
    """Paint the pin of a pinned value, its middle at ``x``."""
    y = rect.center().y() + 0.5
    fill_with(painter, color)
    painter.drawEllipse(QPointF(x, y - 2), 3.0, 3.0)
    painter.drawRect(QRectF(x - 0.6, y, 1.2, 5.5))


def pill_width(font: QFont, text: str) -> int:
    """Return the width of a pill with a text, in pixels."""
    return max(28, QFontMetrics(font).horizontalAdvance(text) + _PILL_ROOM)


def paint_pill(
    painter: QPainter, box: QRect, text: str, font: QFont, ink: QColor, fill: QColor, edge: QColor | None = None
) -> None:
    """Paint a text in a pill at the right end of a cell, cut to its width, perhaps with an outline."""
    width = min(pill_width(font, text), box.width())
    text = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, width - _PILL_ROOM + 1) or ELLIPSIS
    pill = QRectF(box.right() - width + 1, box.center().y() - 8, width, 17)
    fill_with(painter, fill)
    painter.setPen(QPen(edge or fill, 1.3))
    painter.drawRoundedRect(pill, 8.5, 8.5)
    painter.setPen(ink)
    painter.setFont(font)
    painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)


def paint_marked(
    painter: QPainter, x: int, baseline: int, text: str, spans: Sequence[tuple[int, int]], ink: QColor, ground: QColor
) -> None:
    """Paint a line of plain text with some of its parts in ``ink`` on ``ground``, in the font of the painter."""
    look = QTextCharFormat()
    look.setForeground(ink)
    look.setBackground(ground)
    layout, formats = QTextLayout(text, painter.font()), []
    for start, end in spans:
        part = QTextLayout.FormatRange()
        part.start, part.length, part.format = _units(text[:start]), _units(text[start:end]), look
        formats.append(part)
    layout.setFormats(formats)
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(_ANY_WIDTH)
    layout.endLayout()
    layout.draw(painter, QPointF(x, baseline - line.ascent()))


def _units(text: str) -> int:
    """Return how long a text is for Qt, which counts some characters twice."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def fill_with(painter: QPainter, color: QColor) -> None:
    """Paint shapes filled with a colour, without an outline, from now on."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)


def _at(x: float, rect: QRect, shape: tuple[tuple[float, float], ...]) -> list[QPointF]:
    y = rect.center().y() + 0.5
    return [QPointF(x + dx, y + dy) for dx, dy in shape]
