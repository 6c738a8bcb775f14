"""Where the columns of the histogram stand: bars summed until there is room for them, over a range of pixels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from PySide6.QtCore import QRectF

from es_desktop.app.search.activity import Bars

_NARROWEST: Final = 3.0
"""Pixels of a column, with the gap beside it."""
_WIDEST: Final = 22.0
_STANDS_OUT: Final = 8.0
"""So many times the usual count, and the highest would press all others to the ground."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Bars, some of them summed into each column, so that all columns are of the same length of time."""

    begin: float
    """Seconds since the epoch, where the first column begins."""
    seconds: float
    """Of each column."""
    counts: Sequence[int]

    @classmethod
    def fitting(cls, bars: Bars, width: float) -> Columns:
        """Return as many columns as so many pixels have room for."""
        most = max(1, int(width // _NARROWEST))
        each = max(1, -(-len(bars.counts) // most))
        counts = [sum(bars.counts[start : start + each]) for start in range(0, len(bars.counts), each)]
        return cls(bars.begin, bars.width * each, counts)

    @property
    def highest(self) -> int:
        return max(self.counts, default=0)

    def stretch(self, first: int, last: int) -> tuple[float, float]:
        """Return from when on and until when some columns are, the last one of them as well."""
        return self.begin + first * self.seconds, self.begin + (last + 1) * self.seconds

    def count(self, first: int, last: int) -> int:
        """Return how many events there are in some columns."""
        return sum(self.counts[first : last + 1])

    def inside(self, since: float | None, until: float | None) -> range:
        """Return the columns whose middle is in a stretch that may be open at either end."""
        last = len(self.counts)
        first = 0 if since is None else round((since - self.begin) / self.seconds)
        end = last if until is None else round((until - self.begin) / self.seconds)
        return range(min(max(0, first), last), min(max(0, end), last))


class HistogramScale:
    """Lays bars over an area: time from left to right, counts from the bottom up."""

    def __init__(self, bars: Bars, area: QRectF) -> None:
        self.area = area
        self.columns = Columns.fitting(bars, area.width())
        self.pitch = min(_WIDEST, area.width() / max(1, len(self.columns.counts)))
        self.highest = self.columns.highest
        usual = median([count for count in self.columns.counts if count] or [1])
        # Beside a burst of events the usual days would not be seen; roots let both be.
        self._power = 1.0 if self.highest <= _STANDS_OUT * usual else 0.5

    def x(self, time: float) -> float:
        """Return where a time, in seconds since the epoch, stands; one beyond the columns at their end."""
        place = (time - self.columns.begin) / self.columns.seconds
        return self.area.left() + self.pitch * min(max(0.0, place), len(self.columns.counts))

    def y(self, count: float) -> float:
        """Return how high so many events reach."""
        part: float = (count / max(1, self.highest)) ** self._power
        return self.area.bottom() - self.area.height() * part

    def column_at(self, x: float) -> int | None:
        """Return the column that is at a pixel."""
        index = int((x - self.area.left()) // self.pitch)
        return index if 0 <= index < len(self.columns.counts) else None

    def nearest_column(self, x: float) -> int:
        """Return the column that is at a pixel, or nearest to it; there has to be one."""
        index = int((x - self.area.left()) // self.pitch)
        return min(max(0, index), len(self.columns.counts) - 1)

    def column(self, index: int) -> QRectF:
        """Return the room of a column, from the top of the area to its bottom, in whole pixels."""
        left, right = (round(self.area.left() + self.pitch * each) for each in (index, index + 1))
        return QRectF(left, self.area.top(), right - left, self.area.height())

    @property
    def middle(self) -> int:
        """A round count that reaches up to about half the height; 0 where there is none below the highest."""
        wanted = 1.3 * self.highest * 0.5 ** (1 / self._power)
        if wanted < 1:
            return 0
        power: int = 10 ** int(math.log10(wanted))
        found = max(digit * power for digit in (1, 2, 5) if digit * power <= wanted)
        return found if found < 0.8 * self.highest else 0
