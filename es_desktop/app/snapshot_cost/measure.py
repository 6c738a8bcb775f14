"""Measuring what snapshots cost and save: entities are rebuilt here and now, from zero and from their snapshots."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from statistics import fmean, median
from time import perf_counter
from typing import Any, Final

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.entity.verdict import NEAREST
from es_desktop.app.runtime.errors import Progress, UserError
from es_desktop.app.store.reader import Reading
from es_desktop.app.text.json_view import to_json
from es_desktop.core import SequencedItem, SequencedItemMapper, Snapshot, ValueEncodingError
from es_desktop.replay import Checkpoint
from es_desktop.replay.fold import FoldedState, State, fold_events, start_of

from .cost import EntityCosts, Share, SnapshotCost


class Rebuilder:
    """The steps of a rebuild, for entities whose class is known here and for all others.

    They are those of the core's repository: its player reads, and no copy of a state is kept. Events after the first
    one that fails are not applied, because a program would end there.
    """

    def __init__(self, reading: Reading, entity: EntityFacts) -> None:
        self._entity = entity
        self._player = reading.player
        self._fold = reading.fold_here(entity)  # the time of a program itself is measured, not that of a pipe
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
        return SequencedItem(*self._mapper.to_sequenced_item(snapshot))

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


_WHOLE_EFFORT: Final = Effort()


def measure_entity(
    reading: Reading, entity: EntityFacts, checkpoint: Checkpoint = lambda: None, effort: Effort | None = None
) -> EntityCosts:
    """Return the measured costs. Raises ``UserError`` if there is no snapshot, and the state cannot be one."""
    return _Measuring(reading, entity, checkpoint, effort or _WHOLE_EFFORT).costs()


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
        self._zero: list[float] = []
        """The seconds of each round."""
        self._query: list[float] = []
        self._snapshot: list[float] = []
        self._from_base: list[float] = []
        self._is_partly_read = False
        self._last = self._rebuilder.zero()

    def costs(self) -> EntityCosts:
        """Measure the entity and return its costs."""
        self._replay(self._rebuilder.zero(), len(self._versions))  # the very first select takes longer
        began = perf_counter()
        rounds = self._effort.rounds
        while not self._zero or (len(self._zero) < rounds and perf_counter() - began < self._effort.seconds):
            self._checkpoint()
            self._round()
        store = self._reading.store.reader
        snapshot_bytes = _mean_bytes(store.snapshot_records(self._entity.id))
        return EntityCosts(
            events=len(self._versions),
            query=median(self._query),
            from_zero=median(self._zero),
            snapshot=median(self._snapshot),
            base=self._base,
            skipped=self._skipped,
            from_base=None if self._base is None else median(self._from_base),
            event_bytes=_mean_bytes(store.records(self._entity.id)) * len(self._versions),
            snapshot_bytes=snapshot_bytes * self._entity.snapshots,
            bytes_each=snapshot_bytes or _bytes_of(self._encoded()),
            is_partly_read=self._is_partly_read,
        )

    def _round(self) -> None:
        """Rebuild once in each way, so that what slows the machine down slows all of them."""
        rebuilder, base = self._rebuilder, self._base
        self._zero.append(self._replay(rebuilder.zero(), 0))
        self._query.append(self._replay(self._last, len(self._versions)))
        if base is None:
            item = self._encoded()
            began = perf_counter()
            rebuilder.decode(item)
            self._snapshot.append(self._query[-1] + perf_counter() - began)
        else:
            began = perf_counter()
            state = rebuilder.read_snapshot(base)
            self._snapshot.append(perf_counter() - began)
            self._from_base.append(self._snapshot[-1] + self._replay(state, self._skipped))

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


def _mean_bytes(records: Iterable[Any]) -> float:
    sizes = [_bytes_of(each) for each in islice(records, _MOST_RECORDS)]
    return fmean(sizes) if sizes else 0.0


def _bytes_of(record: Any) -> int:
    """Return the bytes of a record's topic and payload; of a payload that the database decodes, as JSON text."""
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


def measure_store(reading: Reading, progress: Progress, seconds: float | None = None) -> SnapshotCost:
    """Return what snapshots cost and save to a store. ``progress`` may raise to stop the work.

    Entities of about the same length represent each other: at least one of each group is measured, and more of them for
    about ``seconds``, by default 3. Raises ``UserError`` if there is no entity.
    """
    entities = list(_checked(reading.entities(), progress))
    if not entities:
        raise UserError("this store has no entity yet", "Make one first.")
    groups = group_by_length(entities)
    plan = sampling_plan(groups)
    began, most = perf_counter(), _SECONDS if seconds is None else seconds
    measured: dict[int, list[EntityCosts]] = defaultdict(list)
    for done, (group, entity) in enumerate(plan):
        if len(measured) == len(groups) and perf_counter() - began > most:
            break
        progress(done, len(plan))
        measured[group].append(measure_entity(reading, entity, partial(progress, done, len(plan)), _EFFORT))
    return SnapshotCost(
        tuple(Share(each, len(groups[group]) / len(found)) for group, found in measured.items() for each in found),
        len(entities),
    )


def _checked(entities: Iterable[EntityFacts], progress: Progress) -> Iterator[EntityFacts]:
    for number, entity in enumerate(entities):
        if number % _CHECKED_AFTER == 0:
            progress(0, 0)  # how many there are is not known yet
        yield entity


def group_by_length(entities: Iterable[EntityFacts]) -> dict[int, list[EntityFacts]]:
    """Return entities by about how long they are: by powers of two, and the longest by itself (as group 0)."""
    longest, *others = sorted(entities, key=lambda each: each.events, reverse=True)
    groups = {0: [longest]}
    for each in others:
        groups.setdefault(each.events.bit_length(), []).append(each)
    return groups


def sampling_plan(groups: Mapping[int, Sequence[EntityFacts]]) -> list[tuple[int, EntityFacts]]:
    """Return what to measure, in order: one of each group before a second of any, spread over the members of each."""
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
