"""Paints lanes: numbers as a stepped line, texts as rounded bands; their labels, and where these are."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QScrollBar

from es_desktop.app.text.plain import elide
from es_desktop.app.watch.series import NO_TEXT, Lane
from es_desktop.views.entity.strip import TimelineStrip
from es_desktop.views.entity.strip_paint import AXIS_Y
from es_desktop.views.entity.strip_scale import Scale
from es_desktop.views.style.painted import AT_LEFT, AT_RIGHT, paint_text, text_width
from es_desktop.views.style.theme import SMALL_POINTS, mono_font, ui_font
from es_desktop.views.style.tokens import LIGHT, Tokens, hue_index, mix

TAIL: Final = 8.0
"""Pixels after the last version, so that its value is visible."""
_FAINT: Final = 0.45
"""Opacity of what comes after the chosen version."""
_LINE: Final = 2
_BAND: Final = 17
_RADIUS: Final = 3.5
_LEAST: Final = 3.0
"""Least width of a band in pixels; shorter ones share a column."""
_TEXT_PAD: Final = 6.0
_LEAST_TEXT: Final = 14.0
_SAMPLE: Final = 32
_MOST_DASHES: Final = 2_000
_TRUTH: Final = {"true": "accent", "false": "neutral"}


class LanePictures:
    """The graphs of lanes as cached pictures: a step only changes which part of them is faint."""

    def __init__(self) -> None:
        self._pictures: dict[str, QPixmap] = {}

    def forget(self, kept: Collection[str] = ()) -> None:
        """Drop the cached pictures except those of the paths ``kept``."""
        self._pictures = {path: picture for path, picture in self._pictures.items() if path in kept}

    def draw(self, lane: Lane, scale: Scale, area: QRectF, size: QSize, ratio: float, tokens: Tokens) -> None:
        """Draw the picture of a lane unless it is cached; ``size`` and ``area`` are in logical pixels."""
        if lane.path in self._pictures:
            return
        picture = QPixmap(size * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setFont(ui_font(SMALL_POINTS))
        paint_lane(painter, lane, scale, area, tokens)
        painter.end()
        self._pictures[lane.path] = picture

    def paint(self, painter: QPainter, path: str, top: int, after: int) -> None:
        """Paint the cached graph of a path, faint from the pixel ``after`` on."""
        picture = self._pictures[path]
        size = picture.deviceIndependentSize().toSize()
        for left, right, opacity in ((0, after, 1.0), (after, size.width(), _FAINT)):
            painter.save()
            painter.setClipRect(QRect(left, top, right - left, size.height()))
            painter.setOpacity(opacity)
            painter.drawPixmap(0, top, picture)
            painter.restore()


def paint_lane(painter: QPainter, lane: Lane, scale: Scale, area: QRectF, tokens: Tokens) -> None:
    """Paint a lane into an area, with the versions of a scale; clipped to the area."""
    painter.save()
    painter.setClipRect(area)
    if lane.numbers is None:
        _Bands(painter, lane, scale, area, tokens).paint()
    else:
        _paint_line(painter, lane, scale, area, tokens)
    painter.restore()


def _end(lane: Lane, scale: Scale, area: QRectF) -> float:
    return min(area.right(), scale.x(lane.last) + TAIL)


def _paint_line(painter: QPainter, lane: Lane, scale: Scale, area: QRectF, tokens: Tokens) -> None:
    line, ground = QColor(tokens.accent), QColor(tokens.accent_soft)
    left, right = math.floor(area.left()), math.ceil(_end(lane, scale, area))
    lowest, highest = lane.range_in(scale.low, scale.high)
    # By pixel columns, so that the cost does not depend on the number of values.
    edges = [bisect_left(lane.starts, scale.version(x)) for x in range(left, right + 1)]
    bottom = round(area.bottom())
    x = left
    while x < right:
        first, stop = edges[x - left], edges[x - left + 1]
        after = x + 1
        while stop == first and after < right and edges[after - left + 1] == stop:
            after += 1
        # A number is valid until the next one, so this column includes that of the column before.
        numbers = [each for each in lane.numbers[max(0, first - 1) : stop] if each == each] if lane.numbers else []
        if numbers:
            parts = (_part(each, lowest, highest) for each in (max(numbers), min(numbers)))
            top, low = (round(bottom - _LINE - part * (area.height() - _LINE)) for part in parts)
            painter.fillRect(x, low, after - x, bottom - low, ground)
            painter.fillRect(x, top, after - x, low - top + _LINE, line)
        x = after


def paint_dashes(
    painter: QPainter, false: Lane, lane: Lane, scale: Scale, area: QRectF, tokens: Tokens, until: int
) -> None:
    """Paint what a line would be from a false snapshot, up to a version; within the range of the true ``lane``."""
    first, stop = bisect_left(false.starts, scale.version(area.left())), bisect_right(false.starts, until)
    lowest, highest = lane.range_in(scale.low, scale.high)
    points: list[QPointF] = []
    for index in range(max(0, first - 1), stop, max(1, (stop - first) // _MOST_DASHES)):
        number = false.numbers[index] if false.numbers is not None else math.nan
        if number == number:
            part = max(0.0, min(_part(number, lowest, highest), 1.0))
            y = area.bottom() - _LINE / 2 - part * (area.height() - _LINE)
            end = false.starts[index + 1] if index + 1 < stop else until
            points += [QPointF(scale.x(false.starts[index]), y), QPointF(scale.x(end), y)]
    painter.save()
    painter.setClipRect(area)
    painter.setPen(QPen(QColor(tokens.red), 1.5, Qt.PenStyle.DashLine))
    painter.drawPolyline(points)
    painter.restore()


def _part(number: float, low: float, high: float) -> float:
    """Return the position of a number between two others, from 0 to 1."""
    span = high / 2 - low / 2  # halves, because the whole may be more than a float holds
    return (number / 2 - low / 2) / span if span else 0.5


class _Bands:
    """Paints the bands of one lane."""

    def __init__(self, painter: QPainter, lane: Lane, scale: Scale, area: QRectF, tokens: Tokens) -> None:
        self._painter, self._lane, self._scale, self._tokens = painter, lane, scale, tokens
        self._left, self._right = area.left(), _end(lane, scale, area)
        self._top = round(area.center().y() - _BAND / 2)
        self._metrics = QFontMetricsF(painter.font())
        self._mixed_colors: dict[int, QColor] = {}

    def paint(self) -> None:
        """Paint all that is in view."""
        starts, scale = self._lane.starts, self._scale
        index = max(0, bisect_right(starts, scale.version(self._left)) - 1)
        x = max(self._left, scale.x(starts[index])) if starts else self._right
        while index < len(starts) and x < self._right:
            end = min(self._right, self._edge(index + 1))
            if end - x >= _LEAST:
                self._paint_band(index, x, end)
                x, index = end, index + 1
                continue
            stop = x + _LEAST
            after = max(index + 1, bisect_left(starts, scale.version(stop)))
            self._paint_column(x, index, after)
            index = after - 1 if self._edge(after) > stop else after
            x = stop

    def _edge(self, index: int) -> float:
        """Return the x of the start of a band, or of the end of the last one."""
        starts = self._lane.starts
        return self._scale.x(starts[index]) if index < len(starts) else self._right

    def _paint_band(self, index: int, x: float, end: float) -> None:
        text_number = self._lane.text_numbers[index]
        if text_number == NO_TEXT:
            return
        painter, tokens = self._painter, self._tokens
        name = elide(self._lane.names[text_number])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(mix(self._hue(text_number), tokens.panel, 0.3 if tokens.is_dark else 0.2)))
        block = QRectF(x, self._top, max(_LEAST - 1, end - x - 1), _BAND)
        painter.drawRoundedRect(block, _RADIUS, _RADIUS)
        room = block.width() - 2 * _TEXT_PAD
        shown = self._metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
        if room >= min(_LEAST_TEXT, self._metrics.horizontalAdvance(name)) and shown.strip("…"):
            painter.setPen(QColor(mix(self._hue(text_number), tokens.text, 0.45)))
            painter.drawText(block.adjusted(_TEXT_PAD, 0, 0, 0), AT_LEFT, shown)

    def _paint_column(self, x: float, index: int, after: int) -> None:
        """Paint short bands as one column, stacked by frequency of their texts."""
        text_numbers = self._lane.text_numbers[index : after : max(1, (after - index) // _SAMPLE)]
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        seen, top = 0, float(self._top)
        for text_number in sorted(set(text_numbers)):
            seen += text_numbers.count(text_number)
            bottom = self._top + _BAND * seen / len(text_numbers)
            if text_number != NO_TEXT:
                self._painter.fillRect(QRectF(x, top, _LEAST, bottom - top), self._mixed_color(text_number))
            top = bottom

    def _mixed_color(self, text_number: int) -> QColor:
        if text_number not in self._mixed_colors:
            self._mixed_colors[text_number] = QColor(mix(self._hue(text_number), self._tokens.panel, 0.6))
        return self._mixed_colors[text_number]

    def _hue(self, text_number: int) -> str:
        name = elide(self._lane.names[text_number])
        if name in _TRUTH:
            return self._tokens.mark(_TRUTH[name])
        return self._tokens.hue(hue_index(name, text_number - 1))


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


class LaneLayout:
    """The rectangles of the parts of lanes, in viewport pixels."""

    def __init__(self, strip: TimelineStrip, bar: QScrollBar) -> None:
        self._strip = strip
        self._bar = bar

    def make_room(self, names: int, values: int, width: int) -> None:
        """Reserve margins beside the strip for names and values (widths in pixels), within limits."""
        left = min(_EDGE + names + _GAP + _REACH, max(122, min(160, width * 28 // 100)))
        right = min(_EDGE + values + _GAP + round(TAIL), max(64, min(130, width * 18 // 100)))
        self._strip.set_margins(max(64, left), max(40, right))

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

    def summary(self, lane: Lane | None) -> str:
        """Return the text of the range of a value."""
        return self.absent if lane is None else lane.summary()

    def widths(self, lanes: Sequence[NamedLane]) -> tuple[int, int]:
        """Return the widths of the widest name or range, and of the widest of the first values, in pixels."""
        names = (text for path, lane in lanes for text in (path, self.summary(lane)))
        values = (text for _, lane in lanes for text in _widest(lane))
        name, value = (
            max((text_width(font, each) for each in texts), default=0)
            for font, texts in ((ui_font(SMALL_POINTS), names), (mono_font(), values))
        )
        return name, value

    def paint_name(self, painter: QPainter, path: str, summary: str, box: QRect, room: int) -> None:
        """Paint the name, ``room`` pixels shorter than ``box``, and below it the range."""
        painter.setFont(ui_font(SMALL_POINTS))
        top, low = box.adjusted(0, 4, -room, -ROW // 2), box.adjusted(0, ROW // 2 - 1, 0, -4)
        paint_text(painter, top.toRectF(), elide(path), self.tokens.text, cut=Qt.TextElideMode.ElideMiddle)
        paint_text(painter, low.toRectF(), elide(summary), self.tokens.faint)

    def paint_value(self, painter: QPainter, lane: Lane, version: int, box: QRect, false: str = "") -> None:
        """Paint the value at a version, amber if it was set there; ``false`` is what a false snapshot makes of it."""
        if false:
            upper, box = box.adjusted(0, 2, 0, -ROW // 2), box.adjusted(0, ROW // 2 - 2, 0, -2)
            painter.setFont(mono_font())
            paint_text(painter, upper.toRectF(), false, self.tokens.red_text, AT_RIGHT)
        is_new = lane.span_at(version)[0] == version
        painter.setFont(mono_font())
        ink = self.tokens.amber_text if is_new else self.tokens.text
        paint_text(painter, box.toRectF(), lane.text_at(version), ink, AT_RIGHT)

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
    return (max(lane.texts, key=len, default=""),) if lane.is_line else lane.names[:50]
