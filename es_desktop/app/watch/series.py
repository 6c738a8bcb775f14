"""A lane: the values of one path over the versions of an entity, prepared for drawing."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any, Final

from es_desktop.app.entity.view import EntityView
from es_desktop.app.runtime.errors import Progress
from es_desktop.app.text.values import format_value
from es_desktop.replay import BLOCK, Moment, Step, ValueSeries, walk
from es_desktop.replay.watch import series_of_moments
from es_desktop.system.counts import count_text

NO_TEXT: Final = 0
"""The number of the text that stands for no value."""
_LONGEST: Final = 40
"""Characters of a text."""


@dataclass(frozen=True, slots=True)
class Lane:
    """The values of one path. Each holds from one of ``starts``, a version, to the next one."""

    path: str
    first: int
    last: int
    starts: array[int] = field(default_factory=lambda: array("q"))
    numbers: array[float] | None = None
    """Of a line: the number from each start on, NaN for no number. ``None`` for a lane of texts."""
    text_numbers: array[int] = field(default_factory=lambda: array("L"))
    """Of a lane of texts: the text from each start on, as an index into ``names``."""
    names: tuple[str, ...] = ("",)
    """Each text once, in the order of its first use; index 0 stands for no value."""
    low: float = math.nan
    high: float = math.nan
    texts: tuple[str, ...] = ()
    """Of a line: the text of the value from each start on; empty for no value."""

    @classmethod
    def of(cls, series: ValueSeries) -> Lane:
        """Return the lane of a value series."""
        return _line(series) if series.points else _bands(series)

    @property
    def is_line(self) -> bool:
        return self.numbers is not None

    def range_in(self, first: float, last: float) -> tuple[float, float]:
        """Return the smallest and the largest number from one version to another; two NaN for no number."""
        if self.numbers is None or (first <= self.first and last >= self.last):
            return self.low, self.high
        start, stop = self._index(first), self._index(last) + 1
        return _ends([number for number in self.numbers[max(0, start) : stop] if math.isfinite(number)])

    def summary(self, first: float = -math.inf, last: float = math.inf) -> str:
        """Return the smallest and largest number between two versions, or how often the text changed, as text."""
        if self.numbers is None:
            changes = self._index(last) - max(0, self._index(first))
            return count_text(max(0, changes), "change") if self.starts else "never set"
        ends = self.range_in(first, last)
        if math.isnan(ends[0]):
            return "–"
        start = max(0, self._index(first))
        return " – ".join(dict.fromkeys(self.texts[self.numbers.index(each, start)] for each in ends))

    def text_at(self, version: int) -> str:
        """Return the value at a version as text; ``–`` for no value."""
        index = self._index(version)
        if index < 0:
            return "–"
        if self.numbers is not None:
            return self.texts[index] or "–"
        return self.names[self.text_numbers[index]] or "–"

    def span_at(self, version: int) -> tuple[int, int]:
        """Return the first and the last version, around this one, that have the same value."""
        index = self._index(version)
        first = self.starts[index] if index >= 0 else self.first
        last = self.starts[index + 1] - 1 if index + 1 < len(self.starts) else self.last
        return first, last

    def _index(self, version: float) -> int:
        return bisect_right(self.starts, version) - 1


_TELLING: Final = ("total", "balance", "amount", "quantity", "price", "count")
_STATES: Final = ("status", "state", "phase", "stage")


def offered_paths(state: Mapping[str, Any]) -> tuple[str, ...]:
    """Return which values of a state are drawn as lanes without being asked for: one number, and its status.

    None of a state without numbers. Of several numbers it is one that is named like a sum, or else the first fraction.
    """
    numbers = [name for name, value in state.items() if isinstance(value, int | float | Decimal)]
    numbers = [name for name in numbers if not isinstance(state[name], bool)]
    if not numbers:
        return ()
    named = [name for name in _TELLING if name in numbers]
    fractions = [name for name in numbers if not isinstance(state[name], int)]
    return ((named or fractions or numbers)[0], *[name for name in _STATES if name in state][:1])


def lanes_of_paths(view: EntityView, paths: Sequence[str], progress: Progress, base: int | None = None) -> list[Lane]:
    """Return the lanes of paths, from one walk through all events; for any thread. Raises ``PathError``.

    ``base`` is the version of a snapshot: the lanes begin there, as its state and the later events make them.
    """
    chain = view.own_chain() if base is None else view.reading.chain(view.facts, view.outline.versions, base)

    def moments() -> Iterator[Moment]:
        if base is not None:
            yield Moment(base, Step(base, "", None), None, chain.base_state)
        for done, moment in enumerate(walk(chain)):
            if done % BLOCK == 0:
                progress(done, len(chain))
            yield moment

    return [Lane.of(series) for series in series_of_moments(moments(), paths, partial(format_value, limit=_LONGEST))]


def _line(series: ValueSeries) -> Lane:
    numbers = array("d", (number for _, number in series.points))
    finite = [number for number in numbers if math.isfinite(number)]
    starts = array("q", (version for version, _ in series.points))
    low, high = _ends(finite)
    texts = series.texts or tuple("" if math.isnan(number) else format_value(number) for number in numbers)
    return Lane(series.path, series.first, series.last, starts, numbers, low=low, high=high, texts=texts)


def _bands(series: ValueSeries) -> Lane:
    numbered: dict[str, int] = {"": NO_TEXT}
    starts, text_numbers = array("q"), array("L")
    ends = [*(band.first for band in series.bands[1:]), series.last + 1]
    for band, end in zip(series.bands, ends, strict=False):
        starts.append(band.first)
        text_numbers.append(numbered.setdefault(band.text or '""', len(numbered)))
        if band.last + 1 < end:  # there is no value until then
            starts.append(band.last + 1)
            text_numbers.append(NO_TEXT)
    return Lane(series.path, series.first, series.last, starts, None, text_numbers, tuple(numbered))


def _ends(numbers: Sequence[float]) -> tuple[float, float]:
    return min(numbers, default=math.nan), max(numbers, default=math.nan)
