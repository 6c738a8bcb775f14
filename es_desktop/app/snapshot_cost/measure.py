"""Measuring what snapshots are worth to one entity: it is rebuilt here and now, from zero and from its snapshot."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from statistics import fmean, median
from time import perf_counter
from typing import Any, Final

from es_desktop.app.entity.bases import NEAREST
from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.reader import Reading
from es_desktop.app.text.json_view import to_json
from es_desktop.core import ValueEncodingError
from es_desktop.replay import Checkpoint
from es_desktop.replay.fold import State

from .cost import EntityCosts
from .rebuilder import Rebuilder

_PAGE: Final = 500
_MOST_RECORDS: Final = 2000
"""Whose bytes are counted; those of a longer history are reckoned from them."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to measure an entity."""

    rounds: int = 9
    """Each rebuilds it in every way; the median of each way counts."""
    seconds: float = 1.5
    """After which no further round begins, and a replay that is not done by then is reckoned from its first part."""


@dataclass(slots=True)
class _Times:
    """What each round took, in seconds."""

    zero: list[float] = field(default_factory=list)
    query: list[float] = field(default_factory=list)
    snapshot: list[float] = field(default_factory=list)
    base: list[float] = field(default_factory=list)


def measure_entity(
    reading: Reading, entity: EntityFacts, checkpoint: Checkpoint = lambda: None, effort: Effort = Effort()
) -> EntityCosts:
    """Return what rebuilding the last state of an entity takes.

    Raises ``UserError`` where the entity has no snapshot, and its state is none that a snapshot could hold.
    """
    return _Measuring(reading, entity, checkpoint, effort).costs()


class _Measuring:
    """One entity under measurement."""

    def __init__(self, reading: Reading, entity: EntityFacts, checkpoint: Checkpoint, effort: Effort) -> None:
        self._reading = reading
        self._entity = entity
        self._checkpoint = checkpoint
        self._effort = effort
        self._rebuilder = Rebuilder(reading, entity)
        self._versions: Sequence[int] = reading.outline(entity.id).versions
        base = reading.bases(entity).chosen(NEAREST, entity.version) if entity.snapshots else None
        self._base = None if base is None else base.version
        self._skipped = 0 if base is None else bisect_right(self._versions, base.version)
        self._times = _Times()
        self._is_partly_read = False
        self._last: State = None

    def costs(self) -> EntityCosts:
        """Measure, and return what came of it."""
        self._replay(self._rebuilder.zero(), len(self._versions))  # the first question of all takes longer
        begun = perf_counter()
        while self._wants_round(perf_counter() - begun):
            self._checkpoint()
            self._round()
        store = self._reading.store.reader
        snapshot_bytes = _mean_bytes(store.snapshot_records(self._entity.id))
        return EntityCosts(
            events=len(self._versions),
            query=median(self._times.query),
            from_zero=median(self._times.zero),
            snapshot=median(self._times.snapshot),
            base=self._base,
            skipped=self._skipped,
            from_base=None if self._base is None else median(self._times.base),
            event_bytes=_mean_bytes(store.records(self._entity.id)) * len(self._versions),
            snapshot_bytes=snapshot_bytes * self._entity.snapshots,
            bytes_each=snapshot_bytes or _bytes_of(self._encoded()),
            is_partly_read=self._is_partly_read,
        )

    def _wants_round(self, spent: float) -> bool:
        done = len(self._times.zero)
        return not done or (done < self._effort.rounds and spent < self._effort.seconds)

    def _round(self) -> None:
        """Rebuild once in each way, so that what slows the machine down slows all of them."""
        times, rebuilder, base = self._times, self._rebuilder, self._base
        times.zero.append(self._replay(rebuilder.zero(), 0))
        times.query.append(self._replay(self._last, len(self._versions)))
        if base is None:
            item = self._encoded()
            times.snapshot.append(times.query[-1] + _timed(lambda: rebuilder.decode(item))[0])
        else:
            read, state = _timed(lambda: rebuilder.read_snapshot(base))
            times.snapshot.append(read)
            times.base.append(read + self._replay(state, self._skipped))

    def _replay(self, state: State, done: int) -> float:
        """Apply the events from index ``done`` on, and return how long that takes or would take."""
        first, total = done, len(self._versions)
        begun = perf_counter()
        while True:
            state = self._rebuilder.replay(state, self._versions[done - 1] if done else None, _PAGE)
            done = min(total, done + _PAGE)
            spent = perf_counter() - begun
            if done == total:
                self._last = state
                return spent
            if spent > self._effort.seconds:
                self._last, self._is_partly_read = state, True
                return spent * (total - first) / (done - first)
            self._checkpoint()

    def _encoded(self) -> Any:
        try:
            return self._rebuilder.encode(self._last)
        except ValueEncodingError as error:
            raise UserError(f"no snapshot of {self._entity.type} {self._entity.id} can be taken: {error}") from error


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begun = perf_counter()
    result = work()
    return perf_counter() - begun, result


def _mean_bytes(records: Iterable[Any]) -> float:
    sizes = [_bytes_of(each) for each in islice(records, _MOST_RECORDS)]
    return fmean(sizes) if sizes else 0.0


def _bytes_of(record: Any) -> int:
    """Return the bytes of a record's topic and payload; of one that the database takes apart, as JSON text."""
    return sum(map(_size, record[2:4]))


def _size(value: Any) -> int:
    if value is None:
        return 0
    if isinstance(value, bytes | memoryview):
        return len(value)
    return len((value if isinstance(value, str) else to_json(value)).encode("utf-8", "replace"))
