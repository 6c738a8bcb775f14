"""A track: one value over the versions, ready to be drawn and asked at any version."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from es_desktop.app.entity.view import EntityView
from es_desktop.app.text.values import count_text
from es_desktop.replay import BLOCK, Moment, ValueSeries, walk
from es_desktop.replay.value_series import series_of_moments

NO_TEXT: Final = 0
"""The kind where there is no value."""
_MOST_DECIMALS: Final = 4
_CLOSE: Final = 1e-9
_LARGE: Final = 1_000
"""What is larger is summed up without places after the point."""
_HUGE: Final = 1e15


@dataclass(frozen=True, slots=True)
class Track:
    """A value that holds from each of ``starts`` to the next one: as numbers, or as kinds of text."""

    path: str
    first: int
    last: int
    starts: array[int] = field(default_factory=lambda: array("q"))
    numbers: array[float] | None = None
    """Of a line: the number from each start on, NaN where there is none. ``None``: there are kinds in its place."""
    kinds: array[int] = field(default_factory=lambda: array("L"))
    """Of bands: the text from each start on, as an index into ``names``."""
    names: tuple[str, ...] = ("",)
    """Each text once, in the order in which they come; the first one stands for no value."""
    low: float = math.nan
    high: float = math.nan
    decimals: int = 0
    """How many places after the point tell every number."""

    @classmethod
    def of(cls, lane: ValueSeries) -> Track:
        """Return the track of a lane."""
        return _line(lane) if lane.points else _bands(lane)

    @property
    def is_line(self) -> bool:
        return self.numbers is not None

    def range_in(self, first: float, last: float) -> tuple[float, float]:
        """Return the least and the greatest number from one version to another; NaN twice where there is none."""
        if self.numbers is None or (first <= self.first and last >= self.last):
            return self.low, self.high
        start, stop = self._place(first), self._place(last) + 1
        return _ends([number for number in self.numbers[max(0, start) : stop] if math.isfinite(number)])

    def summary(self, first: float = -math.inf, last: float = math.inf) -> str:
        """Tell, from one version to another, the least and the greatest number, or how often the text changed."""
        if self.numbers is None:
            changes = self._place(last) - max(0, self._place(first))
            return count_text(max(0, changes), "change") if self.starts else "never set"
        low, high = self.range_in(first, last)
        large = min(abs(low), abs(high)) >= _LARGE
        texts = [self._text(number, 0 if large else self.decimals) for number in (low, high)]
        return " – ".join(dict.fromkeys(texts))

    def text_at(self, version: int) -> str:
        """Return the value at a version; ``–`` where there is none."""
        place = self._place(version)
        if place < 0:
            return "–"
        if self.numbers is not None:
            return self.number_text(self.numbers[place])
        return self.names[self.kinds[place]] or "–"

    def span_at(self, version: int) -> tuple[int, int]:
        """Return the first and the last version, around this one, that have the same value."""
        place = self._place(version)
        first = self.starts[place] if place >= 0 else self.first
        last = self.starts[place + 1] - 1 if place + 1 < len(self.starts) else self.last
        return first, last

    def number_text(self, number: float) -> str:
        """Return a number with the places that all of the track have; ``–`` where there is none."""
        return self._text(number, self.decimals)

    def _text(self, number: float, decimals: int) -> str:
        if not math.isfinite(number):
            return "–"
        return f"{number:,.{decimals}f}" if abs(number) < _HUGE else f"{number:g}"

    def _place(self, version: float) -> int:
        return bisect_right(self.starts, version) - 1


def tracks(view: EntityView, paths: Sequence[str], progress: Callable[[int, int], None]) -> list[Track]:
    """Return the tracks of paths, from one walk through all events of an entity beside any other thread's work.

    ``progress`` is told how many events are done, and may raise to stop the work. Raises ``PathError``.
    """
    chain = view.own_chain()

    def moments() -> Iterator[Moment]:
        for done, moment in enumerate(walk(chain)):
            if done % BLOCK == 0:
                progress(done, len(chain))
            yield moment

    return [Track.of(lane) for lane in series_of_moments(moments(), paths)]


def _line(lane: ValueSeries) -> Track:
    numbers = array("d", (number for _, number in lane.points))
    finite = [number for number in numbers if math.isfinite(number)]
    low, high = _ends(finite)
    return Track(
        lane.path,
        lane.first,
        lane.last,
        array("q", (version for version, _ in lane.points)),
        numbers,
        low=low,
        high=high,
        decimals=_decimals(finite),
    )


def _bands(lane: ValueSeries) -> Track:
    numbered: dict[str, int] = {"": NO_TEXT}
    starts, kinds = array("q"), array("L")
    for start, text in _texts(lane):
        starts.append(start)
        kinds.append(NO_TEXT if text is None else numbered.setdefault(text, len(numbered)))
    return Track(lane.path, lane.first, lane.last, starts, None, kinds, tuple(numbered))


def _texts(lane: ValueSeries) -> Iterator[tuple[int, str | None]]:
    """Yield where each text begins, and ``None`` where one ends that no other follows."""
    for place, band in enumerate(lane.bands):
        yield band.first, band.text or '""'
        after = lane.bands[place + 1].first if place + 1 < len(lane.bands) else lane.last + 1
        if band.last + 1 < after:
            yield band.last + 1, None


def _ends(numbers: Sequence[float]) -> tuple[float, float]:
    return min(numbers, default=math.nan), max(numbers, default=math.nan)


def _decimals(numbers: Sequence[float]) -> int:
    needed = 0
    for number in set(numbers):
        while needed < _MOST_DECIMALS and abs(round(number, needed) - number) > _CLOSE * max(1.0, abs(number)):
            needed += 1
        if needed == _MOST_DECIMALS:
            break
    return needed
