"""A plot of the costs of snapshots at several intervals, in which one is chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from es_desktop.app.snapshot_cost.cost import Point, point_text
from es_desktop.app.text.times import format_cost
from es_desktop.app.text.values import format_bytes
from es_desktop.system.counts import format_number
from es_desktop.views.entity.strip_scale import nice_step
from es_desktop.views.style.accessible import PRESS, Part
from es_desktop.views.style.painted import AT_RIGHT, PaintedWidget
from es_desktop.views.style.theme import SMALL_POINTS, ui_font
from es_desktop.views.style.tokens import LIGHT, Tokens

LEFT: Final = 78
RIGHT: Final = 10
TOP: Final = 44
BOTTOM: Final = 44
_BARS: Final = 0.62
"""Height of the tallest bar, as a part of the area."""
_ROOM_FOR_TIMES: Final = 46
"""Least width of a column that shows its time, in pixels; the chosen one always does."""
_LINE: Final = 13
"""Height of a word in pixels."""


@dataclass(slots=True)
class PlotContent:
    """What a plot shows."""

    points: Sequence[Point] = ()
    """The last one may be that without snapshots."""
    target: float = 0.0
    """Most seconds that a rebuild should take."""
    marks: Mapping[int, Sequence[tuple[str, str]]] = field(default_factory=dict)
    """Words above a column, each in a tone of ``Tokens.tone``."""
    chosen: int | None = None
    hover: int | None = None


class PlotScale:
    """Maps columns to x and times to y, in pixels."""

    def __init__(self, content: PlotContent, size: QSize) -> None:
        self._points = content.points
        self.area = QRectF(LEFT, TOP, size.width() - LEFT - RIGHT, size.height() - TOP - BOTTOM)
        taken = [each.seconds for each in content.points if each.bytes_per_thousand]
        # Rebuilds from zero may take a thousand times as long, so they do not set the scale.
        self.highest = 1.2 * max([*taken, content.target], default=1.0)

    @property
    def pitch(self) -> float:
        return self.area.width() / max(1, len(self._points))

    def column(self, index: int) -> QRectF:
        """Return the rectangle of the column of a point."""
        return QRectF(self.area.left() + index * self.pitch, self.area.top(), self.pitch, self.area.height())

    def index_at(self, x: float) -> int | None:
        """Return the point whose column is at a pixel."""
        index = int((x - self.area.left()) // self.pitch)
        return index if 0 <= index < len(self._points) else None

    def y(self, seconds: float) -> float:
        """Return the y of a time in seconds, at most that of the top."""
        return self.area.bottom() - self.area.height() * min(1.0, seconds / self.highest)

    def is_beyond(self, seconds: float) -> bool:
        return seconds > self.highest

    def point(self, index: int) -> QPointF:
        """Return the position of the time of a point."""
        return QPointF(self.column(index).center().x(), self.y(self._points[index].seconds))


class PlotPainter:
    """Paints the content in the colours of a theme."""

    def __init__(self, content: PlotContent) -> None:
        self._content = content
        self.tokens: Tokens = LIGHT

    def paint(self, painter: QPainter, size: QSize, has_focus: bool) -> None:
        """Paint everything; ``size`` is in logical pixels."""
        scale = PlotScale(self._content, size)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_background(painter, scale, has_focus)
        self._paint_times(painter, scale)
        self._paint_bars(painter, scale)
        self._paint_target(painter, scale)
        self._paint_line(painter, scale)
        for index in range(len(self._content.points)):
            self._paint_words(painter, scale, index)

    def _paint_background(self, painter: QPainter, scale: PlotScale, has_focus: bool) -> None:
        grounds = {self._content.hover: self.tokens.hover, self._content.chosen: self.tokens.accent_soft}
        for index, color in grounds.items():
            if index is not None:
                column = scale.column(index).adjusted(1, 6 - TOP, -1, BOTTOM - 2)
                edge = has_focus and index == self._content.chosen
                painter.setPen(QPen(QColor(self.tokens.accent), 1) if edge else Qt.PenStyle.NoPen)
                painter.setBrush(QColor(color))
                painter.drawRoundedRect(column, 5, 5)

    def _paint_times(self, painter: QPainter, scale: PlotScale) -> None:
        """Paint the scale at the left, with a line across for each time on it."""
        area, micro = scale.area, scale.highest * 1e6
        target = scale.y(self._content.target)
        painter.setFont(ui_font(SMALL_POINTS))
        for time in range(0, int(micro), nice_step(micro, 6)):
            y = round(scale.y(time / 1e6)) + 0.5
            painter.setPen(QPen(QColor(self.tokens.line if time == 0 else self.tokens.line_soft), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            if abs(y - target) >= _LINE:
                painter.setPen(QColor(self.tokens.faint))
                text = format_cost(time / 1e6) if time else "0"
                painter.drawText(QRectF(0, y - 8, LEFT - 10, 16), AT_RIGHT, text)
        painter.setPen(QColor(self.tokens.dim))
        for row, word in enumerate(("every", "per 1,000")):
            painter.drawText(QRectF(0, area.bottom() + 5 + 17 * row, LEFT - 10, _LINE), AT_RIGHT, word)
        painter.drawText(QRectF(0, area.top() - 21, LEFT - 10, 16), AT_RIGHT, "a rebuild")

    def _paint_bars(self, painter: QPainter, scale: PlotScale) -> None:
        most = max((each.bytes_per_thousand for each in self._content.points), default=0.0)
        painter.setPen(Qt.PenStyle.NoPen)
        for index, point in enumerate(self._content.points):
            if point.bytes_per_thousand:
                column = scale.column(index)
                height = max(1.5, column.height() * _BARS * point.bytes_per_thousand / most)
                width = min(26.0, column.width() * 0.5)
                left, top = column.center().x() - width / 2, column.bottom() - height
                painter.fillRect(QRectF(left, top, width, height), QColor(self.tokens.amber_soft))
                painter.fillRect(QRectF(left, top, width, 1.5), QColor(self.tokens.amber))

    def _paint_target(self, painter: QPainter, scale: PlotScale) -> None:
        y = round(scale.y(self._content.target)) + 0.5
        painter.setPen(QPen(QColor(self.tokens.green), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(scale.area.left(), y), QPointF(scale.area.right(), y))
        painter.setFont(ui_font(SMALL_POINTS, bold=True))
        painter.drawText(QRectF(0, y - 8, LEFT - 10, 16), AT_RIGHT, format_cost(self._content.target))

    def _paint_line(self, painter: QPainter, scale: PlotScale) -> None:
        """Paint the times as a line, dotted where no snapshots are taken."""
        points, accent = self._content.points, QColor(self.tokens.accent)
        for index in range(1, len(points)):
            plain = points[index].bytes_per_thousand > 0
            style = Qt.PenStyle.SolidLine if plain else Qt.PenStyle.DotLine
            painter.setPen(QPen(accent, 2 if plain else 1.4, style, Qt.PenCapStyle.RoundCap))
            painter.drawLine(scale.point(index - 1), scale.point(index))
        for index in range(len(points)):
            chosen = index == self._content.chosen
            painter.setPen(QPen(accent, 1.6))
            painter.setBrush(accent if chosen else QColor(self.tokens.panel))
            radius = 4.5 if chosen else 3.2
            painter.drawEllipse(scale.point(index), radius, radius)

    def _paint_words(self, painter: QPainter, scale: PlotScale, index: int) -> None:
        point, column, chosen = self._content.points[index], scale.column(index), index == self._content.chosen
        tokens, font = self.tokens, ui_font(SMALL_POINTS, bold=chosen)
        every = "never" if point.interval is None else format_number(point.interval)
        self._word(painter, column, column.bottom() + 5, font, tokens.text, every)
        written = format_bytes(point.bytes_per_thousand) if point.bytes_per_thousand else "–"
        self._word(painter, column, column.bottom() + 22, font, tokens.amber_text if chosen else tokens.dim, written)
        if chosen or scale.pitch >= _ROOM_FOR_TIMES:
            text = format_cost(point.seconds) + (" ↑" if scale.is_beyond(point.seconds) else "")
            ground = tokens.accent_soft if chosen else tokens.hover if index == self._content.hover else tokens.panel
            y, ink = scale.point(index).y() - 22, tokens.text if chosen else tokens.dim
            self._word(painter, column, y, font, ink, text, ground)
        for row, (word, tone) in enumerate(self._content.marks.get(index, ())):
            self._word(painter, column, 8 + 14 * row, ui_font(SMALL_POINTS, bold=True), tokens.tone(tone)[0], word)

    def _word(
        self, painter: QPainter, column: QRectF, y: float, font: QFont, color: str, text: str, ground: str = ""
    ) -> None:
        """Paint a word centred in a column, on a background of colour ``ground`` if given."""
        metrics = QFontMetricsF(font)
        position = QPointF(
            round(column.center().x() - metrics.horizontalAdvance(text) / 2), round(y + metrics.ascent())
        )
        if ground:
            letters = QPainterPath()
            letters.addText(position, font, text)
            painter.strokePath(letters, QPen(QColor(ground), 5, j=Qt.PenJoinStyle.RoundJoin))
        painter.setFont(font)
        painter.setPen(QColor(color))
        painter.drawText(position, text)


class CostPlot(PaintedWidget[PlotContent, PlotPainter]):
    """Shows the time of a rebuild and the bytes for each interval; arrows and clicks choose one."""

    chosen = Signal(object)
    """The ``Point`` that a person chose."""

    def __init__(self, parent: QWidget | None = None) -> None:
        content = PlotContent()
        super().__init__(content, PlotPainter(content), "What snapshots at other intervals would cost", parent)
        self._empty = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_points(self, points: Sequence[Point], marks: Mapping[int, Sequence[tuple[str, str]]]) -> None:
        """Show these points, with words above some of them."""
        self.content.points, self.content.marks = points, marks
        self.content.chosen = self.content.hover = None
        self.update()

    def show_nothing(self, why: str) -> None:
        """Show a sentence where there are no points."""
        self._empty = why
        self.show_points((), {})

    def set_target(self, seconds: float) -> None:
        """Show a line at the time that a rebuild may take."""
        self.content.target = seconds
        self.update()

    def choose(self, index: int | None) -> None:
        """Show a point as chosen; emits nothing."""
        self.content.chosen = index
        self.setAccessibleDescription("" if index is None else point_text(self.content.points[index]))
        self.speak_part(-1 if index is None else index)
        self.update()

    @property
    def scale(self) -> PlotScale:
        """The current scale."""
        return PlotScale(self.content, self.size())

    def tip_at(self, point: QPoint) -> str:
        index = self._index_at(point.x())
        return "" if index is None else point_text(self.content.points[index])

    def part_count(self) -> int:
        return len(self.content.points)

    def part(self, index: int) -> Part:
        point, marks = self.content.points[index], self.content.marks.get(index, ())
        name = " · ".join([point_text(point), *(word for word, _ in marks)])
        actions = {PRESS: partial(self._choose, index)}
        rect, value = self.scale.column(index).toAlignedRect(), format_cost(point.seconds)
        return Part(name, rect, value, index == self.content.chosen, actions)

    def _index_at(self, x: float) -> int | None:
        return self.scale.index_at(x) if self.content.points else None

    def _choose(self, index: int | None) -> None:
        if index is not None and 0 <= index < len(self.content.points) and index != self.content.chosen:
            self.choose(index)
            self.chosen.emit(self.content.points[index])

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.content.points:
            self._painter.paint(painter, self.size(), self.hasFocus())
        else:
            painter.setPen(QColor(self._painter.tokens.faint))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._empty)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last, at = len(self.content.points) - 1, self.content.chosen
        moves = {
            Qt.Key.Key_Left: 0 if at is None else at - 1,
            Qt.Key.Key_Right: 0 if at is None else at + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        wanted = moves.get(Qt.Key(event.key()))
        if wanted is None:
            super().keyPressEvent(event)
        else:
            self._choose(wanted)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(self._index_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._set_hover(self._index_at(event.position().x()))

    def sizeHint(self) -> QSize:
        return QSize(640, 260)

    def minimumSizeHint(self) -> QSize:
        return QSize(420, 200)
