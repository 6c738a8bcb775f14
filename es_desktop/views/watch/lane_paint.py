"""Paints lanes: numbers as a stepped line, texts as rounded bands."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Collection
from typing import Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap

from es_desktop.app.watch.series import NO_TEXT, Lane
from es_desktop.views.entity.strip_scale import Scale
from es_desktop.views.style.tokens import Tokens, hue_index, mix

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
_TRUTH: Final = {"true": "green", "false": "neutral"}


class LanePictures:
    """The graphs of lanes as cached pictures: a step only changes which part of them is faint."""

    def __init__(self, font: QFont) -> None:
        self._font = font
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
        painter.setFont(self._font)
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
        name = self._lane.names[text_number]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(mix(self._hue(text_number), tokens.panel, 0.3 if tokens.is_dark else 0.2)))
        block = QRectF(x, self._top, max(_LEAST - 1, end - x - 1), _BAND)
        painter.drawRoundedRect(block, _RADIUS, _RADIUS)
        room = block.width() - 2 * _TEXT_PAD
        shown = self._metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
        if room >= min(_LEAST_TEXT, self._metrics.horizontalAdvance(name)) and shown.strip("…"):
            painter.setPen(QColor(mix(self._hue(text_number), tokens.text, 0.45)))
            inner = block.adjusted(_TEXT_PAD, 0, 0, 0)
            painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

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
        name = self._lane.names[text_number]
        if name in _TRUTH:
            return self._tokens.tone(_TRUTH[name])[0]
        return self._tokens.hue(hue_index(name, text_number - 1))
