"""Paints the timeline strip: axis, hatching, dots or density columns, diamonds, flags, chosen version."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from es_desktop.system.counts import format_number
from es_desktop.views.style.painted import paint_hatching
from es_desktop.views.style.row_shapes import fill_with, paint_cross
from es_desktop.views.style.tokens import HUE_COUNT, LIGHT, Tokens, mix

from .strip_scale import Scale, nearest, nice_step, sparse

FLAG_HEIGHT: Final = 18
DIAMOND_Y: Final = 27
AXIS_Y: Final = 43
BAND: Final = 15
"""Half the height of hatching and density columns, in pixels."""
FLAGS_Y: Final = 60
LABEL_Y: Final = FLAGS_Y
"""Top of the labels if there are no flags."""
HEIGHT: Final = 86
MIN_PITCH: Final = 3.0
"""Least pixels per event for which each event is a dot."""
DIAMOND: Final = ((0, -5), (5, 0), (0, 5), (-5, 0))
FAINT: Final = 0.38
FAINT_HUE: Final = HUE_COUNT
"""Added to a hue index: the same hue, but faint."""
_HIDDEN: Final = 0.2
UNREAD: Final = 0.5
_CENTER: Final = Qt.AlignmentFlag.AlignCenter
ROW: Final = 6
"""Pixels from one row of flags to the next."""
_HEIGHT: Final = 5
_WIDTH: Final = 7
_BAR: Final = 2.0
_REACH: Final = 4
"""Pixels around a flag that count as the flag."""


@dataclass(slots=True)
class _FlagSet:
    versions: Sequence[int]
    tone: str
    _view: tuple[float, ...] = ()
    _spans: Sequence[tuple[float, float]] = ()

    def spans(self, scale: Scale) -> Sequence[tuple[float, float]]:
        """Return the x ranges of adjacent flags; cached while the same range is in view."""
        view = (scale.low, scale.high, scale.left, scale.width)
        if view != self._view:
            self._view, self._spans = (
                view,
                _merged_bars(round(scale.x(each)) for each in sparse(self.versions, scale, 1.0)),
            )
        return self._spans


class Flags:
    """The sets of flags of one strip, by name. An empty set takes no room."""

    def __init__(self) -> None:
        self._sets: dict[str, _FlagSet] = {}

    def set(self, name: str, versions: Sequence[int], tone: str) -> None:
        """Flag these versions, ascending, in a tone of ``Tokens.tone``; replaces the set with this name."""
        if versions:
            # An existing name keeps its row.
            self._sets[name] = _FlagSet(versions, tone)
        else:
            self._sets.pop(name, None)

    @property
    def height(self) -> int:
        """Height of all rows in pixels."""
        return ROW * len(self._sets)

    def at(self, version: int) -> list[str]:
        """Return the names of the sets that flag a version."""
        return [name for name, each in self._sets.items() if contains(each.versions, version)]

    def near(self, point: QPointF, scale: Scale) -> int | None:
        """Return the version whose flag is at a point."""
        row = int((point.y() - FLAGS_Y) // ROW)
        if not 0 <= row < len(self._sets):
            return None
        version = nearest([*self._sets.values()][row].versions, scale.version(point.x()))
        return version if abs(scale.x(version) - point.x()) <= _REACH else None

    def paint(self, painter: QPainter, scale: Scale, tokens: Tokens, pitch: float) -> None:
        """Paint the flags in view; ``pitch`` is the number of pixels per event."""
        for row, each in enumerate(self._sets.values()):
            top = FLAGS_Y + row * ROW
            color = QColor(tokens.mark(each.tone))
            if pitch >= _WIDTH:
                fill_with(painter, color)
                for version in sparse(each.versions, scale, 1.0):
                    painter.drawPolygon(_triangle(scale.x(version), top))
            else:
                for left, right in each.spans(scale):
                    painter.fillRect(QRectF(left, top, right - left, _HEIGHT), color)


def contains(versions: Sequence[int], version: int) -> bool:
    """Return whether an ascending sequence contains a version."""
    index = bisect_left(versions, version)
    return index < len(versions) and versions[index] == version


def _merged_bars(xs: Iterable[float]) -> list[tuple[float, float]]:
    """Return the x ranges of bars, ascending; bars that touch are merged."""
    spans: list[tuple[float, float]] = []
    for x in xs:
        left, right = x - _BAR / 2, x + _BAR / 2
        if spans and left <= spans[-1][1]:
            spans[-1] = (spans[-1][0], right)
        else:
            spans.append((left, right))
    return spans


def _triangle(x: float, top: float) -> list[QPointF]:
    bottom = top + _HEIGHT
    return [QPointF(x, top), QPointF(x + _WIDTH / 2, bottom), QPointF(x - _WIDTH / 2, bottom)]


@dataclass(slots=True)
class StripContent:
    """What a strip shows; all versions are ascending."""

    versions: Sequence[int] = range(0)
    hues: bytes = b""
    snapshots: Sequence[int] = ()
    false_snapshots: Sequence[int] = ()
    failed: Sequence[int] = ()
    flags: Flags = field(default_factory=Flags)
    base: int | None = None
    first: int | None = None
    position: int | None = None
    hover: int | None = None


class StripPainter:
    """Paints the content of a strip in the colours of a theme."""

    def __init__(self, content: StripContent, scale: Scale) -> None:
        self._content = content
        self._scale = scale
        self._layer: QPixmap | None = None
        self.tokens: Tokens = LIGHT

    def forget(self) -> None:
        """Drop the cached picture, because events, snapshots, scale or colours changed."""
        self._layer = None

    def paint(self, painter: QPainter, size: QSize, ratio: float) -> None:
        """Paint the strip; ``size`` is in logical pixels, ``ratio`` in device pixels per logical pixel."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        marks = self._marks(size, ratio)
        if self._is_dense():
            self._paint_marks(painter, marks)
            self._paint_hatching(painter)
            self._paint_axis(painter)
        else:
            self._paint_hatching(painter)
            self._paint_axis(painter)
            self._paint_marks(painter, marks)
        self._paint_labels(painter)
        self._paint_failed(painter)
        self._content.flags.paint(painter, self._scale, self.tokens, self._pitch())
        self._paint_pointer(painter, size)

    def _visible(self) -> tuple[int, int]:
        """Return first and end index of the events in view, with one more at each side."""
        first = bisect_left(self._content.versions, self._scale.low) - 1
        last = bisect_left(self._content.versions, self._scale.high) + 2
        return max(0, first), min(len(self._content.versions), last)

    def _pitch(self) -> float:
        first, last = self._visible()
        return self._scale.width / max(1, last - first)

    def _is_dense(self) -> bool:
        return self._pitch() < MIN_PITCH

    def _marks(self, size: QSize, ratio: float) -> QPixmap:
        """Return the cached picture of what depends on the events only; a step changes which part of it is faint."""
        if self._layer is None or self._layer.deviceIndependentSize() != size.toSizeF():
            self._layer = QPixmap(size * ratio)
            self._layer.setDevicePixelRatio(ratio)
            self._layer.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._layer)
            if self._is_dense():
                self._paint_columns(painter)
            else:
                self._paint_dots(painter)
            self._paint_diamonds(painter)
            painter.end()
        return self._layer

    def _paint_dots(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        colors = self._hues()
        radius = min(4.0, max(1.3, self._pitch() * 0.36))
        first, last = self._visible()
        for index in range(first, last):
            painter.setBrush(colors[self._content.hues[index]])
            painter.drawEllipse(QPointF(self._scale.x(self._content.versions[index]), AXIS_Y), radius, radius)

    def _hues(self) -> list[QColor]:
        """Return the colour of each hue index, then the faint ones."""
        hues = [self.tokens.hue(index) for index in range(HUE_COUNT)]
        return [*map(QColor, hues), *(QColor(mix(each, self.tokens.panel, _HIDDEN)) for each in hues)]

    def _paint_columns(self, painter: QPainter) -> None:
        versions, scale, pitch = self._content.versions, self._scale, 3
        left, right = int(scale.left), int(scale.left + scale.width) + 1
        edges = [bisect_left(versions, scale.version(x)) for x in range(left, right + pitch, pitch)]
        edges[-1] = min(len(versions), bisect_left(versions, scale.high) + 1)
        tallest = max(1, max(b - a for a, b in pairwise(edges)))
        colors = self._hues()
        for number, (start, end) in enumerate(pairwise(edges)):
            if start >= end:
                continue
            # A sample is enough for the proportions of types.
            sample = self._content.hues[start : end : max(1, (end - start) // 48)]
            bottom = AXIS_Y + BAND - 3
            height = max(3.0, (2 * BAND - 6) * ((end - start) / tallest) ** 0.5)
            top, seen, x = bottom, 0, left + number * pitch
            for hue in sorted(set(sample)):
                seen += sample.count(hue)
                above = bottom - round(height * seen / len(sample))
                painter.fillRect(x, above, pitch, top - above, colors[hue])
                top = above

    def _paint_diamonds(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill_with(painter, QColor(self.tokens.amber))
        for version in sparse(self._content.snapshots, self._scale, 11):
            x = self._scale.x(version)
            painter.drawPolygon([QPointF(x + dx, DIAMOND_Y + dy) for dx, dy in DIAMOND])
        painter.setPen(QPen(QColor(self.tokens.red), 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for version in self._content.false_snapshots:
            painter.drawEllipse(QPointF(self._scale.x(version), DIAMOND_Y), 9, 9)

    def _paint_axis(self, painter: QPainter) -> None:
        scale, content, tokens = self._scale, self._content, self.tokens
        left, right = scale.left - 2, scale.left + scale.width + 2
        y = AXIS_Y + BAND if self._is_dense() else AXIS_Y
        painter.fillRect(QRectF(left, y - 1, right - left, 2), QColor(tokens.line))
        start = content.base if content.base is not None else content.first
        if start is not None and content.position is not None:
            low, high = max(scale.x(start), left), min(scale.x(content.position), right)
            if high > low:
                is_false = content.base is not None and contains(content.false_snapshots, content.base)
                painter.fillRect(QRectF(low, y - 1.5, high - low, 3), QColor(tokens.red if is_false else tokens.accent))

    def _paint_labels(self, painter: QPainter) -> None:
        scale = self._scale
        painter.setPen(QColor(self.tokens.faint))
        metrics = painter.fontMetrics()
        widest = metrics.horizontalAdvance(format_number(int(scale.high)))
        step = nice_step(scale.high - scale.low, scale.width / max(44, widest + 26))
        chosen = -1e9 if self._content.position is None else scale.x(self._content.position)
        last = min(int(scale.high), self._content.versions[-1])
        top = LABEL_Y + self._content.flags.height
        for version in range(-(-int(scale.low) // step) * step, last + 1, step):
            x, text = scale.x(version), format_number(version)
            # The line of the chosen version is here, and its flag shows the number.
            if abs(x - chosen) > metrics.horizontalAdvance(text) / 2 + 3:
                painter.drawText(QRectF(x - 50, top, 100, metrics.height()), _CENTER, text)

    def _paint_hatching(self, painter: QPainter) -> None:
        if self._content.base is None:
            return
        scale = self._scale
        left, right = scale.left - 2, min(scale.x(self._content.base), scale.left + scale.width)
        if right <= left:
            return
        # Over columns the lines have the colour of the panel.
        ink = self.tokens.panel if self._is_dense() else mix(self.tokens.outline, self.tokens.panel, 0.75)
        area = QRectF(left, AXIS_Y - BAND, right - left, 2 * BAND).toRect()
        paint_hatching(painter, area, ink, 1.3 if self._is_dense() else 1.0)

    def _paint_marks(self, painter: QPainter, marks: QPixmap) -> None:
        scale, content = self._scale, self._content
        right = float(marks.width())
        # The dot of the chosen event is not faint; the next one is.
        after = right if content.position is None else scale.x(content.position) + min(6.0, self._pitch() / 2)
        unread = scale.x(content.base) if content.base is not None and self._is_dense() else 0.0
        top = AXIS_Y - BAND
        parts = (
            (QRectF(0, 0, unread, top), 1.0),
            (QRectF(0, top, unread, HEIGHT), UNREAD),
            (QRectF(unread, 0, max(0.0, after - unread), HEIGHT), 1.0),
            (QRectF(after, 0, max(0.0, right - after), HEIGHT), FAINT),
        )
        for rect, opacity in parts:
            painter.setClipRect(rect)
            painter.setOpacity(opacity)
            painter.drawPixmap(0, 0, marks)
        painter.setClipping(False)
        painter.setOpacity(1.0)

    def _paint_failed(self, painter: QPainter) -> None:
        red, panel = QColor(self.tokens.red), QColor(self.tokens.panel)
        dense = self._is_dense()
        for version in sparse(self._content.failed, self._scale, 4):
            x = self._scale.x(version)
            if dense:
                painter.fillRect(QRectF(x - 3, AXIS_Y - BAND, 6, 2 * BAND - 1), panel)
                painter.fillRect(QRectF(x - 1, AXIS_Y - BAND, 2, 2 * BAND), red)
            else:
                painter.setPen(QPen(red, 1.5))
                painter.setBrush(panel)
                painter.drawEllipse(QPointF(x, AXIS_Y), 6.5, 6.5)
                paint_cross(painter, QPointF(x, AXIS_Y), red)

    def _paint_pointer(self, painter: QPainter, size: QSize) -> None:
        hover = self._content.hover
        if hover is not None and hover != self._content.position and self._scale.shows(hover):
            painter.setPen(QPen(QColor(self.tokens.outline), 1.4))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(self._scale.x(hover), AXIS_Y), 7, 7)
        if self._content.position is None or not self._scale.shows(self._content.position):
            return
        x = round(self._scale.x(self._content.position))
        accent = QColor(self.tokens.accent)
        text = format_number(self._content.position)
        width = max(25, painter.fontMetrics().horizontalAdvance(text) + 13)
        left = min(max(2, x - width // 2), size.width() - width - 2)
        flag = QRectF(left, 0, width, FLAG_HEIGHT)
        painter.fillRect(QRectF(x - 1, FLAG_HEIGHT - 1, 2, size.height()), accent)
        fill_with(painter, accent)
        painter.drawRoundedRect(flag, 4, 4)
        self._paint_chosen_dot(painter, x)
        painter.setPen(QColor(self.tokens.on_accent))
        painter.drawText(flag, _CENTER, text)

    def _paint_chosen_dot(self, painter: QPainter, x: float) -> None:
        content = self._content
        index = bisect_left(content.versions, content.position or 0)
        if self._is_dense() or index == len(content.versions):
            return
        painter.setPen(QPen(QColor(self.tokens.panel), 2))
        painter.setBrush(QColor(self.tokens.hue(content.hues[index])))
        painter.drawEllipse(QPointF(x, AXIS_Y), 5.5, 5.5)
