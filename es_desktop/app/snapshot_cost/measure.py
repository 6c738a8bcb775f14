"""Measuring what snapshots cost and save: entities are rebuilt here and now, from zero and from their snapshots."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from statistics import fmean, median
from time import perf_counter
from typing import Any, Final

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.entity.verdict import NEAREST
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.reader import Reading
from es_desktop.app.text.json_view import to_json
from es_desktop.core import (
    SequencedItem,
    SequencedItemMapper,
    Snapshot,
    ValueEncodingError,
)
from es_desktop.replay import Checkpoint
from es_desktop.replay.fold import FoldedState, State, fold_events, start_of

from .cost import EntityCosts, Share, SnapshotCost


class Rebuilder:
    """The steps that a rebuild is made of, for entities whose class is known here and for all others.

    They are those of the core's repository: its player reads, and no copy of a state is kept. So nothing is applied any
    more from the first event on that fails, which is as far as a program comes.
    """

    def __init__(self, reading: Reading, entity: EntityFacts) -> None:
        self._entity = entity
        self._player = reading.player
        self._fold = reading.fold_here(entity)  # what a program takes by itself is asked, not what a pipe takes
        # The size of a snapshot is that of this program's format, whatever the format of the store.
        self._mapper = SequencedItemMapper(SequencedItem, "originator_id", "originator_version", reading.classes)

    def zero(self) -> FoldedState:
        """Return the state to begin with if there is no snapshot."""
        return start_of(self._fold, None)

    def read_snapshot(self, version: int) -> FoldedState:
        """Read and decode the last snapshot at or before a version, and return its state."""
        return start_of(self._fold, self._player.get_snapshot(self._entity.id, lte=version))

    def replay(self, start: FoldedState, after: int | None, limit: int) -> FoldedState:
        """Read and apply up to ``limit`` events after a version. May change the state it is given."""
        events = self._player.get_domain_events(self._entity.id, gt=after, limit=limit)
        return fold_events(self._fold, start, events, until_failure=True)

    def encode(self, state: State) -> SequencedItem:
        """Return the record that a snapshot of a state would be. Raises ``ValueEncodingError``."""
        kept = state if state is None or isinstance(state, dict) else vars(state)
        snapshot = Snapshot(
            originator_id=self._entity.id,
            originator_version=self._entity.version,
            topic=self._entity.topic or "",
            state=kept,
        )
        item: SequencedItem = self._mapper.to_sequenced_item(snapshot)
        return item

    def decode(self, item: SequencedItem) -> State:
        """Return the state that the record of a snapshot holds."""
        return self._fold.start(self._mapper.to_recorded_snapshot(item))


_PAGE: Final = 500
_MOST_RECORDS: Final = 2000
"""Whose bytes are counted; those of a longer history are estimated from them."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to measure an entity."""

    rounds: int = 9
    """Each rebuilds it in every way; the median of each way counts."""
    seconds: float = 1.5
    """After which no further round begins, and a replay that is not done by then is estimated from its first part."""


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

    Raises ``UserError`` if the entity has no snapshot, and its state is none that a snapshot could hold.
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
        self._last = self._rebuilder.zero()

    def costs(self) -> EntityCosts:
        """Measure the entity and return its costs."""
        self._replay(self._rebuilder.zero(), len(self._versions))  # the first question of all takes longer
        began = perf_counter()
        while self._wants_round(perf_counter() - began):
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

    def _replay(self, folded: FoldedState, done: int) -> float:
        """Apply the events from index ``done`` on, and return how long that takes or would take."""
        first, total = done, len(self._versions)
        began = perf_counter()
        while True:
            folded = self._rebuilder.replay(folded, self._versions[done - 1] if done else None, _PAGE)
            done = min(total, done + _PAGE)
            spent = perf_counter() - began
            if done == total:
                self._last = folded
                return spent
            if spent > self._effort.seconds:
                self._last, self._is_partly_read = folded, True
                return spent * (total - first) / (done - first)
            self._checkpoint()

    def _encoded(self) -> Any:
        try:
            return self._rebuilder.encode(self._last.state)
        except ValueEncodingError as error:
            raise UserError(f"no snapshot of {self._entity.type} {self._entity.id} can be taken: {error}") from error


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = perf_counter()
    result = work()
    return perf_counter() - began, result


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


_SECONDS: Final = 3.0
_EFFORT: Final = Effort(rounds=3, seconds=0.25)
_MAX_OF_A_GROUP: Final = 60
_CHECKED_AFTER: Final = 1000


def measure_store(reading: Reading, progress: Callable[[int, int], None], seconds: float = _SECONDS) -> SnapshotCost:
    """Return what snapshots cost and save to a store. ``progress`` may raise to stop the work.

    Entities of about the same length represent each other: at least one of each group is measured, and more of them for
    about ``seconds``. Raises ``UserError`` if there is no entity.
    """
    entities = list(_checked(reading.entities(), progress))
    if not entities:
        raise UserError("this store has no entity yet", "Make one first.")
    groups = group_by_length(entities)
    plan = sampling_plan(groups)
    began = perf_counter()
    measured: dict[int, list[EntityCosts]] = defaultdict(list)
    for done, (group, entity) in enumerate(plan):
        if len(measured) == len(groups) and perf_counter() - began > seconds:
            break
        progress(done, len(plan))
        measured[group].append(measure_entity(reading, entity, partial(progress, done, len(plan)), _EFFORT))
    return SnapshotCost(
        tuple(Share(each, len(groups[group]) / len(found)) for group, found in measured.items() for each in found),
        len(entities),
    )


def _checked(entities: Iterable[EntityFacts], progress: Callable[[int, int], None]) -> Iterator[EntityFacts]:
    for number, entity in enumerate(entities):
        if number % _CHECKED_AFTER == 0:
            progress(0, 0)  # how many there are is not known yet
        yield entity


def group_by_length(entities: Iterable[EntityFacts]) -> dict[int, list[EntityFacts]]:
    """Return entities by about how long they are: by powers of two, and the longest by itself (as kind 0)."""
    longest, *others = sorted(entities, key=lambda each: each.events, reverse=True)
    groups = {0: [longest]}
    for each in others:
        groups.setdefault(each.events.bit_length(), []).append(each)
    return groups


def sampling_plan(groups: Mapping[int, Sequence[EntityFacts]]) -> list[tuple[int, EntityFacts]]:
    """Return what to measure, in turn: one of each kind before a second of any, spread over the members of each."""
    turns = [
        (turn, group, members[index])
        for group, members in groups.items()
        for turn, index in enumerate(_spread(len(members), _MAX_OF_A_GROUP))
    ]
    return [(group, entity) for _, group, entity in sorted(turns, key=lambda each: each[:2])]


def _spread(count: int, most: int) -> list[int]:
    """Return at most ``most`` indexes below ``count``, of which the first few are far from each other."""
    taken = min(count, most)
    order = sorted(range(taken), key=lambda number: f"{number:016b}"[::-1])
    return [index * count // taken for index in order]
