"""Waiting times: how long entities take from an event type to another one, as median, 90th percentile and histogram."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Self

from es_desktop.app.text.times import DAY, HOUR, MINUTE
from es_desktop.index.sequences import EventRun

from .counting import Times, Types

_BOUNDS: Final = (
    *(0.0, 0.001, 0.01, 0.1, 1.0, 2.0, 5.0, 10.0, 30.0),
    *(each * MINUTE for each in (1, 2, 5, 10, 30)),
    *(each * HOUR for each in (1, 2, 4, 8, 16)),
    *(each * DAY for each in (1, 2, 4, 7, 14, 30, 60, 90, 180, 365, 730, 1825, 3650)),
    float("inf"),
)
"""Seconds at which a bar of the histogram ends and the next one begins."""
_UNKNOWN: Final = -1


@dataclass(frozen=True, slots=True)
class Waiting:
    """The waiting times between two event types, in seconds."""

    before: str
    after: str
    entities: int
    """Entities in which the second type comes after the first one, both with a time."""
    never: int
    """Entities with the first type, after which the second one does not come."""
    untimed: int
    """Entities in which one of the two events has no time, or the second has an earlier one."""
    median: float | None
    """``None`` if no entity has both."""
    p90: float | None
    """Nine of ten entities wait no longer."""
    longest: float | None
    bars: tuple[WaitingBar, ...]
    """From the shortest to the longest waiting time, also those in between without entities."""


@dataclass(frozen=True, slots=True)
class WaitingBar:
    """The entities that wait for a time in a range."""

    least: float
    """Seconds."""
    below: float
    """Seconds; infinite for the last bar there can be."""
    entities: int


class WaitingCounter:
    """Finds the waiting time of each entity: from its first event of a type to the next one of another type."""

    def __init__(self, before: str, after: str, names: Mapping[int, str]) -> None:
        """``names`` are those of the event types by their numbers in the index."""
        number_of = {name: number for number, name in names.items()}
        self._types = before, after
        self._before, self._after = number_of.get(before, _UNKNOWN), number_of.get(after, _UNKNOWN)
        self._waits = array("d")
        self._numbers = array("I")
        self._never = self._untimed = 0
        # Of the entity that is being counted:
        self._entity = 0
        self._has_begun = self._has_ended = False
        self._since: float | None = None

    def add_alike(self, types: Types, times: Sequence[Times], entities: Sequence[int]) -> None:
        if self._before not in types:
            return
        first = types.index(self._before)
        if self._after not in types[first + 1 :]:
            self._never += len(entities)
            return
        second = types.index(self._after, first + 1)
        for row, entity in zip(times, entities, strict=True):
            self._add(row[first], row[second], entity)

    def begin(self, entity: int) -> None:
        self._entity, self._has_begun, self._has_ended, self._since = entity, False, False, None

    def add(self, run: EventRun) -> None:
        for number, time in () if self._has_ended else zip(run.types, run.times, strict=True):
            if self._has_begun and number == self._after:
                self._has_ended = True
                self._add(self._since, time, self._entity)
                return
            if number == self._before and not self._has_begun:
                self._has_begun, self._since = True, time

    def end(self) -> None:
        self._never += self._has_begun and not self._has_ended

    def merge(self, other: Self) -> None:
        self._waits += other._waits
        self._numbers += other._numbers
        self._never += other._never
        self._untimed += other._untimed

    def _add(self, since: float | None, until: float | None, entity: int) -> None:
        if since is None or until is None or not 0.0 <= until - since < float("inf"):
            self._untimed += 1
        else:
            self._waits.append(until - since)
            self._numbers.append(entity)

    def numbers_between(self, least: float, below: float) -> array[int]:
        """Return the numbers in the index of the entities that wait for a time in a range, ascending."""
        found = (number for number, wait in zip(self._numbers, self._waits, strict=True) if least <= wait < below)
        return array("I", sorted(found))

    def result(self) -> Waiting:
        """Return what was counted."""
        waits = sorted(self._waits)
        counts = (len(waits), self._never, self._untimed)
        if not waits:
            return Waiting(*self._types, *counts, None, None, None, ())
        middle = (waits[(len(waits) - 1) // 2] + waits[len(waits) // 2]) / 2
        p90 = waits[-(-len(waits) * 9 // 10) - 1]
        return Waiting(*self._types, *counts, middle, p90, waits[-1], tuple(_bars(waits)))


def _bars(waits: Sequence[float]) -> list[WaitingBar]:
    first, last = (bisect_right(_BOUNDS, each) - 1 for each in (waits[0], waits[-1]))
    ends = [bisect_left(waits, each) for each in _BOUNDS[first : last + 2]]
    bounds = pairwise(_BOUNDS[first : last + 2])
    return [WaitingBar(*bound, end - begin) for bound, (begin, end) in zip(bounds, pairwise(ends), strict=True)]
