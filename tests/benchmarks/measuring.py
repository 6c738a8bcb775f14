"""Measuring two ways of doing the same, in turn, so that a machine that grows slow is slow for both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured: ours and a peer's median, in the same unit."""

    name: str
    ours: float
    peer: float
    peer_name: str
    unit: str
    events: int

    @property
    def ratio(self) -> float:
        return self.ours / self.peer


def seconds(work: Callable[[], object]) -> float:
    """Return how long one call takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def interleaved(ours: Callable[[], object], peer: Callable[[], object]) -> tuple[float, float]:
    """Return the median seconds of both, each called in turn after one call that does not count."""
    ours(), peer()
    pairs = [(seconds(ours), seconds(peer)) for _ in range(ROUNDS)]
    mine, theirs = zip(*pairs, strict=True)
    return statistics.median(mine), statistics.median(theirs)
