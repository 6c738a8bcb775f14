"""Times between events: their number, mean and median in constant memory."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable
from typing import Final

MOST_EXACT: Final = 512
"""Up to so many values a median is exact; of more it is within ``ERROR`` of the exact one."""
ERROR: Final = 0.005
_LOG_STEP: Final = math.log1p(2 * ERROR)
_SHORTEST: Final = 1e-9
"""Seconds; what is shorter counts as no time at all."""


class Durations:
    """Collects durations in seconds. What is negative or no finite number is only counted, as ``left_out``."""

    __slots__ = ("_buckets", "_values", "count", "left_out", "total")

    def __init__(self) -> None:
        self.count = 0
        """How many durations there are, without those that are left out."""
        self.total = 0.0
        """Their sum in seconds."""
        self.left_out = 0
        self._values: array[float] | None = array("d")
        self._buckets: Counter[int] | None = None

    def extend(self, values: Iterable[float]) -> None:
        """Add durations."""
        given = array("d", values)
        kept = array("d", (each for each in given if 0.0 <= each < math.inf))
        self.left_out += len(given) - len(kept)
        self.count += len(kept)
        self.total += math.fsum(kept)
        if self._values is not None:
            self._values.extend(kept)
            if len(self._values) <= MOST_EXACT:
                return
            kept, self._values, self._buckets = self._values, None, Counter()
        assert self._buckets is not None, "there are values or buckets"
        self._buckets.update(map(_bucket, kept))

    def merge(self, other: Durations) -> None:
        """Add the durations that another one has collected."""
        if other._values is not None:
            self.extend(other._values)
            self.left_out += other.left_out
            return
        assert other._buckets is not None, "there are values or buckets"
        if self._values is not None:
            self._buckets, self._values = Counter(map(_bucket, self._values)), None
        assert self._buckets is not None, "it has just been made"
        self._buckets.update(other._buckets)
        self.count, self.total = self.count + other.count, self.total + other.total
        self.left_out += other.left_out

    @property
    def mean(self) -> float | None:
        """The mean in seconds; ``None`` if there is no duration."""
        return self.total / self.count if self.count else None

    @property
    def median(self) -> float | None:
        """The median in seconds; ``None`` if there is no duration."""
        if self._values is not None:
            ordered, middle = sorted(self._values), len(self._values) // 2
            if len(ordered) % 2:
                return ordered[middle]
            return (ordered[middle - 1] + ordered[middle]) / 2 if ordered else None
        assert self._buckets is not None, "there are values or buckets"
        left = (self.count + 1) // 2
        for bucket in sorted(self._buckets):
            left -= self._buckets[bucket]
            if left <= 0:
                return _middle(bucket)
        return None


_NO_TIME: Final = math.floor(math.log(_SHORTEST) / _LOG_STEP) - 1


def _bucket(seconds: float) -> int:
    return _NO_TIME if seconds < _SHORTEST else math.floor(math.log(seconds) / _LOG_STEP)


def _middle(bucket: int) -> float:
    return 0.0 if bucket == _NO_TIME else math.exp((bucket + 0.5) * _LOG_STEP)
