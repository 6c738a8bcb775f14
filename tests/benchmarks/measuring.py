"""Measuring two ways of doing the same, in turn, so that a machine that grows slow is slow for both."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

_rounds = 5


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
    processor: float = 0.0
    """Seconds of the processor of ours, in all processes; 0 where only time by the clock was measured."""
    memory: float = 0.0
    """MB of the largest process of ours at its peak; 0 where it was not measured."""

    @property
    def ratio(self) -> float:
        return self.ours / self.peer


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What measures one figure, or several, in a folder of its own, and how many events it takes by default."""

    measure: Callable[[Path, int], Figure | Iterable[Figure]]
    events: int = 50_000

    def figures(self, folder: Path, events: int | None) -> Iterator[Figure]:
        """Yield each figure when it is measured."""
        found = self.measure(folder, self.events if events is None else events)
        yield from [found] if isinstance(found, Figure) else found


def seconds(work: Callable[[], object]) -> float:
    """Return how long one call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def interleaved(ours: Callable[[], object], peer: Callable[[], object]) -> tuple[float, float]:
    """Return the median seconds of both, each called in turn after one call that does not count."""
    return alternated(lambda: seconds(ours), lambda: seconds(peer))


class Cost(NamedTuple):
    """What one call takes."""

    seconds: float
    """By the clock."""
    processor: float
    """Seconds of the processor, with those of the processes that it starts and waits for."""
    memory: float
    """MB at the peak of the largest process; 0 where the system does not say."""


def cost_of(work: Callable[[], object]) -> Cost:
    """Return what one call takes."""
    _forget_peak()
    before, start = _processor_seconds(), time.perf_counter()
    work()
    return Cost(time.perf_counter() - start, _processor_seconds() - before, _peak())


def costs(ours: Callable[[], object], peer: Callable[[], object]) -> tuple[Cost, Cost]:
    """Return the costs of the median time of both, each called in turn after one call that does not count.

    With one round each is called once: for what takes many minutes.
    """
    if _rounds > 1:
        ours(), peer()
    pairs = [(cost_of(ours), cost_of(peer)) for _ in rounds()]
    mine, theirs = (sorted(each)[len(each) // 2] for each in zip(*pairs, strict=True))
    return mine, theirs


def _processor_seconds() -> float:
    if sys.platform == "win32":
        return time.process_time()
    import resource

    used = [resource.getrusage(each) for each in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _forget_peak() -> None:
    """Let Linux measure the peak of the memory from now on."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def _peak() -> float:
    """Return the MB of this process at its peak, or of the largest one that it waited for."""
    if sys.platform != "linux":
        return 0.0
    import resource

    (line,) = [each for each in Path("/proc/self/status").read_text().splitlines() if each.startswith("VmHWM")]
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return max(int(line.split()[1]), children) / 1024


def set_rounds(count: int) -> None:
    """Measure each so many times from now on; with one there is no call that does not count."""
    global _rounds
    _rounds = count


def rounds() -> range:
    """Return one number for each time that a figure is measured."""
    return range(_rounds)


def alternated(ours: Callable[[], float], peer: Callable[[], float]) -> tuple[float, float]:
    """Return the median of what both return, each called in turn after one time that does not count."""
    if _rounds > 1:
        ours(), peer()
    pairs = [(ours(), peer()) for _ in rounds()]
    mine, theirs = zip(*pairs, strict=True)
    return statistics.median(mine), statistics.median(theirs)
