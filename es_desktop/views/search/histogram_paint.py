"""Paints the histogram: columns, the chosen time range, counts and times; and its scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen

from es_desktop.app.search.lists import Bars
from es_desktop.app.text.times import format_length, format_time_range, time_ticks
from es_desktop.system.counts import count_text, format_number
from es_desktop.views.style.painted import AT_RIGHT, paint_text
from es_desktop.views.style.theme import SMALL_POINTS, ui_font
from es_desktop.views.style.tokens import LIGHT, Tokens, mix

_NARROWEST: Final = 3.0
"""Least width of a column in pixels, with its gap."""
_WIDEST: Final = 22.0
_STANDS_OUT: Final = 8.0
"""If the highest count is more than this many times the median, heights are square roots."""
COMPACT_HEIGHT: Final = 62
_EDGE: Final = 13
"""Free pixels at the left and at the right."""
_CAPTION: Final = 30
_AXIS: Final = 22
_COMPACT_TOP: Final = 7
_GAP: Final = 8
_USUAL: Final = 0.72
"""Opacity of columns that are not under the pointer."""
_OUTSIDE: Final = 0.22
HINT: Final = "Drag to choose a time range, click to go to a time"


@dataclass(slots=True)
class HistogramContent:
    """What a histogram shows."""

    bars: Bars | None = None
    since: float | None = None
    """Start of the chosen time range, in seconds since the epoch (UTC); ``None`` if open."""
    until: float | None = None
    brush: tuple[int, int] | None = None
    """First and last column of the time range that is being dragged."""
    caret: int | None = None
    """The column that has the keyboard focus."""
    hover: int | None = None

    @property
    def has_range(self) -> bool:
        return self.since is not None or self.until is not None


class HistogramPainter:
    """Paints the content in the colours of a theme."""

    def __init__(self, content: HistogramContent, *, is_compact: bool) -> None:
        self._content = content
        self._is_compact = is_compact
        self._scale: HistogramScale | None = None
        self.tokens: Tokens = LIGHT

    @property
    def _metrics(self) -> QFontMetrics:
        return QFontMetrics(ui_font(SMALL_POINTS))

    def forget(self) -> None:
        """Drop the cached scale, because the bars or the size changed."""
        self._scale = None

    def scale(self, size: QSize) -> HistogramScale | None:
        """Return the scale for a size in pixels; ``None`` without bars or space."""
        bars = self._content.bars
        if bars is None or not bars.counts:
            return None
        if self._scale is None:
            top = _COMPACT_TOP if self._is_compact else _CAPTION
            highest = Columns.fitting(bars, size.width() - 2 * _EDGE).highest
            left = _EDGE + self._metrics.horizontalAdvance(format_number(highest)) + _GAP
            area = QRectF(left, top, size.width() - left - _EDGE, size.height() - top - _AXIS)
            self._scale = HistogramScale(bars, area) if min(area.width(), area.height()) > 8 else None
        return self._scale

    def caption(self, scale: HistogramScale) -> str:
        """Return what is pointed at or chosen; otherwise the times of all columns, and their length."""
        pointed = self._caption(scale)[0]
        if pointed != HINT:
            return pointed
        whole = format_time_range(*scale.columns.time_range(0, len(scale.columns.counts) - 1))
        return f"{whole} · {_length(scale)}"

    def describe(self, scale: HistogramScale, first: int, last: int) -> str:
        """Return a description of the columns from ``first`` to ``last``."""
        count = count_text(scale.columns.count(first, last), "event")
        return f"{format_time_range(*scale.columns.time_range(first, last))} · {count}"

    def describe_chosen(self, scale: HistogramScale, chosen: range) -> str:
        """Return a description of the chosen time range; with the count only if it is that of whole columns."""
        first, last = scale.columns.time_range(chosen[0], chosen[-1])
        since, until = self._content.since, self._content.until
        if (since is None or abs(since - first) < 1e-3) and (until is None or abs(until - last) < 1e-3):
            return self.describe(scale, chosen[0], chosen[-1])
        return format_time_range(first if since is None else since, last if until is None else until)

    def paint(self, painter: QPainter, size: QSize, has_focus: bool) -> None:
        """Paint everything; ``size`` is in logical pixels."""
        scale = self.scale(size)
        if scale is None:
            return
        painter.setFont(ui_font(SMALL_POINTS))
        self._paint_range(painter, scale)
        self._paint_hover(painter, scale, has_focus)
        self._paint_counts(painter, scale)
        self._paint_columns(painter, scale)
        ground = self.tokens.accent if has_focus else self.tokens.line
        area = scale.area
        painter.fillRect(QRectF(area.left(), area.bottom(), area.width(), 1), QColor(ground))
        self._paint_times(painter, scale)
        if not self._is_compact:
            self._paint_caption(painter, scale)

    def _chosen(self, scale: HistogramScale) -> range | None:
        """Return the columns of the chosen or dragged time range; ``None`` without one."""
        content = self._content
        if content.brush is not None:
            return range(content.brush[0], content.brush[1] + 1)
        return scale.columns.inside(content.since, content.until) if content.has_range else None

    def _paint_range(self, painter: QPainter, scale: HistogramScale) -> None:
        """Paint the background of the time range, with a line at each end."""
        content, area = self._content, scale.area
        if content.brush is not None:
            since, until = scale.columns.time_range(*content.brush)
        elif content.has_range:
            since = scale.columns.begin if content.since is None else content.since
            until = float("inf") if content.until is None else content.until
        else:
            return
        left, right = round(scale.x(since)), round(scale.x(until))
        painter.fillRect(QRectF(left, area.top() - 3, right - left, area.height() + 3), QColor(self.tokens.accent_soft))
        for x in (left - 1, right):
            painter.fillRect(QRectF(x, area.top() - 3, 1, area.height() + 3), QColor(self.tokens.accent))

    def _paint_hover(self, painter: QPainter, scale: HistogramScale, has_focus: bool) -> None:
        content, tokens = self._content, self.tokens
        if content.hover is not None:
            ground = mix(tokens.text, tokens.panel, 0.07)
            painter.fillRect(scale.column(content.hover).adjusted(-1, -3, 0, 0), QColor(ground))
        if content.caret is not None and has_focus:
            painter.setPen(QPen(QColor(tokens.accent), 1))
            painter.setBrush(QColor(tokens.accent_soft))
            painter.drawRect(scale.column(content.caret).adjusted(-1.5, -2.5, 0.5, 1.5))

    def _paint_counts(self, painter: QPainter, scale: HistogramScale) -> None:
        """Paint the highest count, and a lower one with a line across if there is space."""
        area, half = scale.area, self._metrics.height() / 2
        for count in (scale.highest, 0 if self._is_compact else scale.middle):
            y = scale.y(count)
            if count:
                if count != scale.highest:
                    line = QRectF(area.left(), round(y), area.width(), 1)
                    painter.fillRect(line, QColor(self.tokens.line_soft))
                painter.setPen(QColor(self.tokens.dim if count == scale.highest else self.tokens.faint))
                painter.drawText(QRectF(0, y - half, area.left() - _GAP, 2 * half), AT_RIGHT, format_number(count))

    def _paint_columns(self, painter: QPainter, scale: HistogramScale) -> None:
        tokens, chosen = self.tokens, self._chosen(scale)
        usual, whole, faint = (QColor(mix(tokens.accent, tokens.panel, part)) for part in (_USUAL, 1.0, _OUTSIDE))
        gap = 1 if scale.pitch >= 3 else 0
        for index, count in enumerate(scale.columns.counts):
            if not count:
                continue
            room = scale.column(index)
            # Even one event is visible.
            top = min(round(scale.y(count)), room.bottom() - 2)
            color = whole if index == self._content.hover else usual
            if chosen is not None and index not in chosen:
                color = faint
            elif chosen is not None:
                color = whole
            painter.fillRect(QRectF(room.left(), top, room.width() - gap, room.bottom() - top), color)

    def _paint_times(self, painter: QPainter, scale: HistogramScale) -> None:
        area, columns = scale.area, scale.columns
        end = columns.begin + columns.seconds * len(columns.counts)
        room = self._metrics.horizontalAdvance("00:00:00") + 22
        free = 0.0
        for tick in time_ticks(columns.begin, end, scale.pitch * len(columns.counts) / room):
            x, width = round(scale.x(tick.seconds)), self._metrics.horizontalAdvance(tick.text)
            left = max(2.0, min(x - width / 2, area.right() + _EDGE - width - 2))
            if left < free:
                continue
            free = left + width + _GAP
            painter.fillRect(QRectF(x, area.bottom() + 1, 1, 3), QColor(self.tokens.outline))
            painter.setPen(QColor(self.tokens.dim if tick.is_strong else self.tokens.faint))
            painter.drawText(QPointF(round(left), area.bottom() + 6 + self._metrics.ascent()), tick.text)

    def _paint_caption(self, painter: QPainter, scale: HistogramScale) -> None:
        """Paint the caption: what is hovered or chosen, and the length of a column."""
        caption, ink = self._caption(scale)
        room = QRectF(_EDGE, 4, scale.area.right() - _EDGE, self._metrics.height() + 4)
        paint_text(painter, room, caption, ink)
        length = _length(scale)
        if sum(map(self._metrics.horizontalAdvance, (caption, length))) + 2 * _GAP <= room.width():
            painter.setPen(QColor(self.tokens.faint))
            painter.drawText(room, AT_RIGHT, length)

    def _caption(self, scale: HistogramScale) -> tuple[str, str]:
        """Return the text of the caption and its colour."""
        content, chosen = self._content, self._chosen(scale)
        pointed = content.hover if content.hover is not None else content.caret
        if content.brush is not None:
            return self.describe(scale, *content.brush), self.tokens.text
        if pointed is not None:
            return self.describe(scale, pointed, pointed), self.tokens.text
        if chosen:
            return self.describe_chosen(scale, chosen), self.tokens.accent_text
        return HINT, self.tokens.faint


def _length(scale: HistogramScale) -> str:
    return f"one bar is {format_length(scale.columns.seconds)}"


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of equal length in time, each the sum of some bars."""

    begin: float
    """Start of the first column, in seconds since the epoch (UTC)."""
    seconds: float
    """Length of each column."""
    counts: Sequence[int]

    @classmethod
    def fitting(cls, bars: Bars, width: float) -> Columns:
        """Return the most columns that fit into a width in pixels."""
        most = max(1, int(width // _NARROWEST))
        each = max(1, -(-len(bars.counts) // most))
        counts = [sum(bars.counts[start : start + each]) for start in range(0, len(bars.counts), each)]
        return cls(bars.begin, bars.width * each, counts)

    @property
    def highest(self) -> int:
        return max(self.counts, default=0)

    def time_range(self, first: int, last: int) -> tuple[float, float]:
        """Return start and end of the columns from ``first`` to ``last``, inclusive."""
        return self.begin + first * self.seconds, self.begin + (last + 1) * self.seconds

    def count(self, first: int, last: int) -> int:
        """Return the number of events in the columns from ``first`` to ``last``, inclusive."""
        return sum(self.counts[first : last + 1])

    def inside(self, since: float | None, until: float | None) -> range:
        """Return the columns whose middle is in a time range, which may be open at either end."""
        last = len(self.counts)
        first = 0 if since is None else round((since - self.begin) / self.seconds)
        end = last if until is None else round((until - self.begin) / self.seconds)
        return range(min(max(0, first), last), min(max(0, end), last))


class HistogramScale:
    """Maps time to x and counts to y in an area, in pixels."""

    def __init__(self, bars: Bars, area: QRectF) -> None:
        self.area = area
        self.columns = Columns.fitting(bars, area.width())
        self.pitch = min(_WIDEST, area.width() / max(1, len(self.columns.counts)))
        self.highest = self.columns.highest
        usual = median([count for count in self.columns.counts if count] or [1])
        # Beside a burst of events usual columns would be invisible; square roots show both.
        self._power = 1.0 if self.highest <= _STANDS_OUT * usual else 0.5

    def x(self, time: float) -> float:
        """Return the x of a time (seconds since the epoch, UTC), at most that of the end of the columns."""
        column = (time - self.columns.begin) / self.columns.seconds
        return self.area.left() + self.pitch * min(max(0.0, column), len(self.columns.counts))

    def y(self, count: float) -> float:
        """Return the y of a count."""
        part: float = (count / max(1, self.highest)) ** self._power
        return self.area.bottom() - self.area.height() * part

    def column_at(self, x: float) -> int | None:
        """Return the column that is at a pixel."""
        index = int((x - self.area.left()) // self.pitch)
        return index if 0 <= index < len(self.columns.counts) else None

    def nearest_column(self, x: float) -> int:
        """Return the column nearest to a pixel; there must be one."""
        index = int((x - self.area.left()) // self.pitch)
        return min(max(0, index), len(self.columns.counts) - 1)

    def column(self, index: int) -> QRectF:
        """Return the rectangle of a column with the full height of the area, in whole pixels."""
        left, right = (round(self.area.left() + self.pitch * each) for each in (index, index + 1))
        return QRectF(left, self.area.top(), right - left, self.area.height())

    @property
    def middle(self) -> int:
        """A round count at about half the height; 0 if there is none below the highest."""
        wanted = 1.3 * self.highest * 0.5 ** (1 / self._power)
        if wanted < 1:
            return 0
        power: int = 10 ** int(math.log10(wanted))
        found = max(digit * power for digit in (1, 2, 5) if digit * power <= wanted)
        return found if found < 0.8 * self.highest else 0
