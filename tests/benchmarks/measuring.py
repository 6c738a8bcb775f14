"""Measuring two ways of doing the same, in turn, so that a machine that grows slow is slow for both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure is to reach: its ratio to the peer, or its own value in its own unit."""

    what: Literal["ratio", "ours"]
    bound: float
    is_least: bool

    def is_met_by(self, figure: Figure) -> bool:
        value = figure.ratio if self.what == "ratio" else figure.ours
        return value >= self.bound if self.is_least else value <= self.bound

    def __str__(self) -> str:
        return f"{self.what} {'≥' if self.is_least else '≤'} {self.bound:g}"


def ratio_of_at_least(bound: float) -> Goal:
    return Goal("ratio", bound, is_least=True)


def ratio_of_at_most(bound: float) -> Goal:
    return Goal("ratio", bound, is_least=False)


def at_most(bound: float) -> Goal:
    """Ours in the figure's own unit."""
    return Goal("ours", bound, is_least=False)


def at_least(bound: float) -> Goal:
    """Ours in the figure's own unit."""
    return Goal("ours", bound, is_least=True)


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured: ours and a peer's median, in the same unit."""

    name: str
    ours: float
    peer: float
    peer_name: str
    unit: str
    events: int
    goal: Goal | None = None

    @property
    def ratio(self) -> float:
        return self.ours / self.peer


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What measures one figure, or several, in a folder of its own, and how many events it takes by default."""

    measure: Callable[[Path, int], Figure | Iterable[Figure]]
    events: int = 50_000

    def figures(self, folder: Path, events: int | None) -> list[Figure]:
        found = self.measure(folder, self.events if events is None else events)
        return [found] if isinstance(found, Figure) else list(found)


def seconds(work: Callable[[], object]) -> float:
    """Return how long one call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def interleaved(ours: Callable[[], object], peer: Callable[[], object]) -> tuple[float, float]:
    """Return the median seconds of both, each called in turn after one call that does not count."""
    return alternated(lambda: seconds(ours), lambda: seconds(peer))


def alternated(ours: Callable[[], float], peer: Callable[[], float]) -> tuple[float, float]:
    """Return the median of what both return, each called in turn after one time that does not count."""
    ours(), peer()
    pairs = [(ours(), peer()) for _ in range(ROUNDS)]
    mine, theirs = zip(*pairs, strict=True)
    return statistics.median(mine), statistics.median(theirs)
