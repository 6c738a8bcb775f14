"""Bounded counts of numbers: a sample of them all, and the exact counts of the smallest or the largest."""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

MOST_SAMPLED: Final = 200
MOST_ENDS: Final = 24


@dataclass(slots=True)
class Sample:
    """Some of the numbers that were added, each as likely as the others: the same ones in each run."""

    numbers: list[float] = field(default_factory=list)
    count: int = 0
    _random: Random = field(default_factory=lambda: Random(1))

    def add(self, number: float) -> None:
        self.count += 1
        if len(self.numbers) < MOST_SAMPLED:
            self.numbers.append(number)
        elif (at := self._random.randrange(self.count)) < MOST_SAMPLED:
            self.numbers[at] = number


@dataclass(slots=True)
class Ends:
    """How often each of the smallest numbers was added, or of the largest; how many were added in all."""

    largest: bool = False
    count: int = 0
    counts: dict[Any, int] = field(default_factory=dict)
    _order: list[Any] = field(default_factory=list)

    def add(self, number: Any) -> None:
        """Add a number. One that was passed over never returns, so the counts that are kept are exact."""
        self.count += 1
        if number in self.counts:
            self.counts[number] += 1
            return
        worst = None if len(self._order) < MOST_ENDS else self._order[0 if self.largest else -1]
        if worst is not None:
            if (number <= worst) if self.largest else (number >= worst):
                return
            self._order.remove(worst)
            del self.counts[worst]
        insort(self._order, number)
        self.counts[number] = 1

    def from_the_end(self) -> list[tuple[Any, int]]:
        """Return the numbers from the outermost one, each with its count."""
        numbers = reversed(self._order) if self.largest else self._order
        return [(each, self.counts[each]) for each in numbers]
