"""A chain of steps: the events of one entity applied from a base on, computed on demand.

An entity may have a million events, and a person may jump to any version. So steps are computed in blocks, and the
state before a block is kept: any step is then at most one block away from a kept state. The number of kept states is
limited by dropping every second one, which keeps them evenly spread.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from time import perf_counter
from typing import Any, Final, Protocol, TypeVar

from es_desktop.core import EntityId, RecordedEvent, RecordedSnapshot
from es_desktop.core.recorded import NO_PAYLOAD

from .diff import PlainTree, diff, plain
from .fold import EventResult, Failure, Fold, FoldedState, StateLost, fold_events, start_of
from .steps import Base, Exactness, Rebuild, Step, after_step, writers

_MOST_KEPT: Final = 512


class Player(Protocol):
    """The part of ``core.EventPlayer`` that is used, with ``RecordedEvent`` and ``RecordedSnapshot``."""

    def get_snapshot(self, entity_id: EntityId, lt: Any = None, lte: Any = None) -> Any:
        """Return the latest ``RecordedSnapshot`` of an entity within bounds; ``None`` if there is none."""

    def get_domain_events(self, entity_id: EntityId, gt: Any = None, limit: int | None = None) -> list[Any]:
        """Return the first ``limit`` events of an entity after a version, in ascending order."""


class EntityPlayer:
    """The player of one entity, with its snapshots and a cache of the events that were read last.

    For one thread at a time.
    """

    def __init__(self, player: Player, versions: Sequence[int], snapshots: Sequence[RecordedSnapshot] = ()) -> None:
        """``versions`` are those of all events of the entity, ``snapshots`` all its snapshots; both ascending."""
        self._player = player
        self._versions = versions
        # The cache is by version, which must be unique for that.
        self._is_unique = isinstance(versions, range) or len(set(versions)) == len(versions)
        self._snapshots = snapshots
        self._events: dict[int, RecordedEvent] = {}

    def get_snapshot(self, entity_id: EntityId, lt: Any = None, lte: Any = None) -> Any:
        found = [
            each
            for each in self._snapshots
            if (lt is None or each.version < lt) and (lte is None or each.version <= lte)
        ]
        return found[-1] if found else None

    def get_domain_events(self, entity_id: EntityId, gt: Any = None, limit: int | None = None) -> list[Any]:
        if limit is None or not self._is_unique:
            return self._player.get_domain_events(entity_id, gt=gt, limit=limit)
        first = 0 if gt is None else bisect_right(self._versions, gt)
        wanted = self._versions[first : first + limit]
        missing = [at for at, version in enumerate(wanted) if version not in self._events]
        if missing:
            after = wanted[missing[0] - 1] if missing[0] else gt
            count = missing[-1] - missing[0] + 1
            read = self._player.get_domain_events(entity_id, gt=after, limit=count)
            self._events.update((event.version, event) for event in read)
        events = [self._events[version] for version in wanted if version in self._events]
        for oldest in list(islice(self._events, max(0, len(self._events) - _MOST_KEPT))):
            del self._events[oldest]
        return events


BLOCK: Final = 128
"""Steps that are computed together."""
_BLOCKS_KEPT: Final = 64
_STATES_KEPT: Final = 400  # before blocks

Checkpoint = Callable[[], None]
"""Called regularly during long work; raises to stop it."""
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Kept:
    """The state before a block, which no fold may change, and the seconds from the base to it."""

    folded: FoldedState
    seconds: float


@dataclass(frozen=True, slots=True)
class _SingleStep:
    """The state after ``count`` steps, and the last of these steps, without the others."""

    count: int
    state: PlainTree | None
    step: Step
    seconds: float


class Chain:
    """The steps of one entity from a base on. For one thread at a time.

    ``versions`` are those of the events after the base. A failed event leaves the state unchanged. An event whose
    version is not the next one breaks the state, even if the fold applies it.
    """

    def __init__(
        self, fold: Fold, player: Player, entity_id: EntityId, versions: Sequence[int], base: int | None = None
    ) -> None:
        """Start from the snapshot at the version ``base``; from zero for ``None``, or if that snapshot does not exist.

        ``versions`` are those of all events of the entity, ascending; the player reads the events. Raises
        ``TopicResolutionError`` for a snapshot of an unknown class.
        """
        self.fold = fold
        self._is_by_code = fold.exactness is Exactness.EXACT
        self._player = player
        self._entity_id = entity_id
        began = perf_counter()
        snapshot = None if base is None else player.get_snapshot(entity_id, lte=base)
        snapshot = None if snapshot is None or snapshot.version != base else snapshot
        self.base = Base(None if snapshot is None else snapshot.version)
        self.skipped = 0 if snapshot is None else bisect_right(versions, snapshot.version)
        self.versions = versions[self.skipped :]
        first = _Kept(start_of(fold, snapshot), 0.0)
        self.base_state: PlainTree = None if snapshot is None else fold.view(first.folded.state)
        self.base_seconds = 0.0 if snapshot is None else perf_counter() - began  # with reading the snapshot
        self._kept = {0: first}
        self._latest: dict[int, _Kept] = {}
        """The state before the block that was computed last, by its number."""
        self._every = 1
        self.failures: dict[int, Failure] = {}
        """The failures of the steps that were computed so far, by index."""
        self._blocks: OrderedDict[int, tuple[Step, ...]] = OrderedDict()
        self._last_single: _SingleStep | None = None

    def __len__(self) -> int:
        return len(self.versions)

    def copy_start_of(self, other: Chain, count: int) -> None:
        """Take over what another chain has computed of the first ``count`` steps, which must be the same in both.

        Call it before any other method. Both chains must then be used in the same thread.
        """
        self._every = other._every
        self._kept = {number: kept for number, kept in other._kept.items() if number * BLOCK <= count}
        self.failures = {index: failure for index, failure in other.failures.items() if index < count}
        complete = [number for number in other._blocks if (number + 1) * BLOCK <= count]
        self._blocks = OrderedDict((number, other._blocks[number]) for number in complete)

    def index_of(self, version: int) -> int:
        """Return the number of steps up to a version."""
        return bisect_right(self.versions, version)

    def steps(self, first: int, stop: int, checkpoint: Checkpoint = lambda: None) -> list[Step]:
        """Return the steps at the indexes from ``first`` to before ``stop``."""
        return self._with_retry(lambda: self._steps(first, min(stop, len(self)), checkpoint))

    def state_after(self, count: int, checkpoint: Checkpoint = lambda: None) -> tuple[PlainTree | None, Exactness]:
        """Return the state after the first ``count`` steps, and its exactness."""
        if not count:
            return plain(self.base_state), self._kept[0].folded.exactness
        return self._with_retry(lambda: self._state_after(count, checkpoint))

    def seconds(self, count: int, checkpoint: Checkpoint = lambda: None) -> float:
        """Return the seconds that the first ``count`` steps took: reading, decoding and applying."""
        if self._last_single is not None and self._last_single.count == count:
            return self._last_single.seconds
        number = count // BLOCK
        kept = self._with_retry(lambda: self._kept_before(number, checkpoint))
        return kept.seconds + sum(step.seconds for step in self.steps(number * BLOCK, count, checkpoint))

    def rebuild(self, version: int, checkpoint: Checkpoint = lambda: None) -> Rebuild:
        """Return the state at a version with all steps from the base on."""
        count = self.index_of(version)
        steps = tuple(self.steps(0, count, checkpoint))
        state, exactness = self.state_after(count, checkpoint)
        return Rebuild(self.base, self.base_state, self.skipped, steps, state, exactness, writers(steps))

    def _with_retry(self, work: Callable[[], _T]) -> _T:
        """Call ``work``. If the fold has lost a kept state, call it again from the base, which it can always make.

        Trusted code runs in another process, which may be restarted: all states but the base are then gone.
        """
        while True:
            try:
                return work()
            except StateLost:
                first = self._kept[0]
                self._kept, self._latest = {0: first}, {}

    def _steps(self, first: int, stop: int, checkpoint: Checkpoint) -> list[Step]:
        if self._last_single is not None and (first + 1, stop) == (self._last_single.count, self._last_single.count):
            return [self._last_single.step]
        found: list[Step] = []
        for number in range(first // BLOCK, -(-stop // BLOCK)):
            block = self._block(number, checkpoint)
            found += block[max(0, first - number * BLOCK) : stop - number * BLOCK]
        return found

    def _state_after(self, count: int, checkpoint: Checkpoint) -> tuple[PlainTree | None, Exactness]:
        single = self._single(count, checkpoint)
        if single is not None:
            return plain(single.state), single.step.exactness
        number = count // BLOCK
        kept = self._kept_before(number, checkpoint)
        state, exactness = self.fold.view(kept.folded.state), kept.folded.exactness
        for step in self._steps(number * BLOCK, count, checkpoint):
            state, exactness = after_step(state, step), step.exactness
        return plain(state), exactness

    def _single(self, count: int, checkpoint: Checkpoint) -> _SingleStep | None:
        """Compute only the last of ``count`` steps; ``None`` if its whole block is better.

        A person who jumps to a version needs one step; the changes of the others in its block would take most of the
        time. The second request for the same block computes all of it, because then the person stays there.
        """
        if self.fold.run is not None:  # in one call a whole block is faster than two parts of it
            return None
        number = (count - 1) // BLOCK
        last = self._last_single
        if last is not None and last.count == count:
            return last
        if number in self._blocks or (last is not None and (last.count - 1) // BLOCK == number):
            return None
        checkpoint()
        kept = self._kept_before(number, checkpoint)
        began, first = perf_counter(), number * BLOCK
        events = self._events_at(first, count - first)
        if len(events) < count - first:  # the event does not exist any more
            return None
        before = self._fold_on(kept.folded, first, events[:-1])
        steps: list[Step] = []
        spent = kept.seconds + perf_counter() - began
        after = self._fold_on(before, count - 1, events[-1:], steps)
        [step] = steps
        self._last_single = _SingleStep(count, self.fold.view(after.state), step, spent + step.seconds)
        return self._last_single

    def _block(self, number: int, checkpoint: Checkpoint) -> tuple[Step, ...]:
        if number in self._blocks:
            self._blocks.move_to_end(number)
            return self._blocks[number]
        checkpoint()
        kept = self._kept_before(number, checkpoint)
        steps: list[Step] = []
        began = perf_counter()
        events = self._events_at(number * BLOCK, BLOCK)
        reading = (perf_counter() - began) / max(1, len(events))
        folded = self._fold_on(kept.folded, number * BLOCK, events, steps, reading)
        self._keep(number + 1, folded, kept.seconds + sum(step.seconds for step in steps))
        self._blocks[number] = tuple(steps)
        if len(self._blocks) > _BLOCKS_KEPT:
            self._blocks.popitem(last=False)
        return self._blocks[number]

    def _kept_before(self, number: int, checkpoint: Checkpoint) -> _Kept:
        """Return the state before a block, computed from the nearest kept state before it."""
        states = self._latest if number in self._latest else self._kept
        start = max(each for each in states if each <= number)
        kept = states[start]
        for each in range(start, number):
            checkpoint()
            began = perf_counter()
            folded = self._fold_on(kept.folded, each * BLOCK, self._events_at(each * BLOCK, BLOCK))
            kept = self._keep(each + 1, folded, kept.seconds + perf_counter() - began)
        return kept

    def _keep(self, number: int, folded: FoldedState, seconds: float) -> _Kept:
        """Return the state before a block; keep it if ``number`` is a multiple of the current spacing."""
        kept = self._kept.get(number) or _Kept(folded, seconds)
        self._latest = {number: kept}
        if number % self._every == 0:
            self._kept[number] = kept
            if len(self._kept) > _STATES_KEPT:
                self._every *= 2
                self._kept = {each: state for each, state in self._kept.items() if each % self._every == 0}
        return kept

    def _fold_on(
        self,
        start: FoldedState,
        first: int,
        events: list[RecordedEvent],
        steps: list[Step] | None = None,
        reading: float = 0.0,
    ) -> FoldedState:
        """Apply events, the first of which has the index ``first``; append their steps to ``steps`` if given.

        ``reading`` is the time that it took to read each event, in seconds. Events that failed before are not applied
        again: user code could succeed the second time, and the states would not fit the steps.
        """
        known = {at: self.failures[first + at] for at in range(len(events)) if first + at in self.failures}

        def watch(at: int, outcome: EventResult) -> None:
            if outcome.failure is not None:
                self.failures[first + at] = outcome.failure
            if steps is not None:
                step = _step(events[at], outcome, reading)
                note = "" if self._is_by_code or step.changes or step.error else _why_unchanged(events[at], step)
                # What the note of the step says need not be said of the record too.
                is_said = {note, NO_PAYLOAD} if note == UNKNOWN_CHANGE else {note}
                odd = "; ".join(each for each in step.odd.split("; ") if each not in is_said)
                steps.append(replace(step, note=note, odd=odd) if note else step)

        return fold_events(self.fold, start, events, watch, known, views=steps is not None)

    def _events_at(self, first: int, count: int) -> list[RecordedEvent]:
        """Read ``count`` events from the index ``first`` on."""
        if not count or first >= len(self):
            return []
        # The player reads by version. Several events may have the same one, so start at the first of them.
        start = bisect_left(self.versions, self.versions[first])
        after = self.versions[start - 1] if start else self.base.version
        return self._player.get_domain_events(self._entity_id, gt=after, limit=count + first - start)[first - start :]


UNKNOWN_CHANGE: Final = "unknown: the event has no payload"
"""Only the model's code could say what it changed."""


def _why_unchanged(event: RecordedEvent, step: Step) -> str:
    return event.passed_over or ("" if event.data or step.discards else UNKNOWN_CHANGE)


def _step(event: RecordedEvent, outcome: EventResult, reading: float) -> Step:
    before, after, error = outcome.before, outcome.after, outcome.error
    changes = tuple(diff(before, after))
    in_lists = any("[" in change.path for change in changes)
    readable = tuple(diff(before, after, for_people=True)) if in_lists else changes
    return Step(
        version=event.version,
        type=event.type,
        timestamp=event.timestamp,
        changes=changes,
        error=None if error is None else error.reason,
        traceback="" if error is None else error.traceback,
        exists=after is not None,
        seconds=reading + outcome.seconds,
        exactness=outcome.exactness,
        discards=after is None and before is not None,
        shortened=None if readable == changes else readable,
        odd=event.note,
    )


@dataclass(frozen=True, slots=True)
class Moment:
    """One version of an entity, with the states before and after its step.

    A state is ``None`` if the entity does not exist. States share unchanged parts, so they must not be modified.
    """

    version: int | None
    """``None`` before the first event."""
    step: Step | None
    """``None`` at the base."""
    before: PlainTree | None
    after: PlainTree | None


def base_moment(chain: Chain) -> Moment:
    """Return the base of a chain as a moment without changes."""
    return Moment(chain.base.version, None, chain.base_state, chain.base_state)


def walk(
    chain: Chain, checkpoint: Checkpoint = lambda: None, first: int = 0, stop: int | None = None
) -> Iterator[Moment]:
    """Yield the moments of the steps at the indexes from ``first`` to before ``stop``; by default of all."""
    stop = len(chain) if stop is None else min(stop, len(chain))
    state = chain.state_after(first, checkpoint)[0]
    while first < stop:
        checkpoint()
        end = min(stop, (first // BLOCK + 1) * BLOCK)
        for step in chain.steps(first, end, checkpoint):
            before, state = state, after_step(state, step)
            yield Moment(step.version, step, before, state)
        first = end


class Walker:
    """A walk in parts, to ascending versions."""

    def __init__(self, chain: Chain, checkpoint: Checkpoint = lambda: None) -> None:
        self._chain = chain
        self._moments = walk(chain, checkpoint)
        self._count = 0

    def up_to(self, version: int) -> Iterator[Moment]:
        """Yield the moments up to a version that were not yielded before, with all events of that version."""
        for moment in islice(self._moments, max(0, self._chain.index_of(version) - self._count)):
            self._count += 1
            yield moment
