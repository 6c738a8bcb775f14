"""A chain of steps: the events of one entity applied from a base on, worked out where they are asked for."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Final, TypeVar

from es_desktop.core import EntityId, RecordedEvent

from .diff import diff
from .fold import Failure, Fold, StateLost
from .fold_loop import EventResult, FoldedState, fold_events, start_of
from .patch import after_step
from .player import Player
from .steps import Base, Exactness, Rebuild, Step, writers
from .tree import PlainTree, plain

BLOCK: Final = 128
"""Steps that are worked out together. The state before each block is kept, so that no step is far from one."""
_BLOCKS_KEPT: Final = 64
_STATES_KEPT: Final = 400
"""Of the states before blocks. Where there are more, every other one is given up, so that they stay evenly spread."""

Checkpoint = Callable[[], None]
"""Called now and then during long work; raises where the work is not wanted any more."""
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Kept:
    """The state after so many steps, as it was: copied before anything is applied to it."""

    folded: FoldedState
    seconds: float


@dataclass(frozen=True, slots=True)
class _OneStep:
    """The state after so many steps, and the last of them; none of the others was worked out."""

    count: int
    state: PlainTree | None
    step: Step
    seconds: float


class Chain:
    """The steps of one entity from a base on.

    ``versions`` are those of the events after the base. A step is reached from the nearest kept state before it; what
    was passed on the way is kept, as far as ``_STATES_KEPT`` allows, so the second visit is near. Who looks at one
    place, and then at another, gets just these; who stays in a block gets all of its steps worked out. An event that
    fails leaves the state as it was before. One whose version does not follow on the version before it breaks the
    state, even where the fold applies it.
    """

    def __init__(
        self, fold: Fold, player: Player, entity_id: EntityId, versions: Sequence[int], base: int | None = None
    ) -> None:
        """Start from the snapshot at the version ``base``, or from zero, as where there is no such snapshot any more.

        ``versions`` are those of all events of the entity, ascending; the player reads the events. Raises
        ``TopicResolutionError`` for a snapshot of an unknown class.
        """
        self._fold = fold
        self._player = player
        self._entity_id = entity_id
        snapshot = None if base is None else player.get_snapshot(entity_id, lte=base)
        if snapshot is not None and snapshot.version != base:
            snapshot = None
        self.base = Base(None if snapshot is None else snapshot.version)
        self.skipped = 0 if snapshot is None else bisect_right(versions, snapshot.version)
        self.versions = versions[self.skipped :]
        first = _Kept(start_of(fold, snapshot), 0.0)
        self.base_state: PlainTree = None if snapshot is None else fold.view(first.folded.state)
        self._kept = {0: first}
        self._latest = (0, first)
        self._every = 1
        self._failures: dict[int, Failure] = {}
        self._blocks: OrderedDict[int, tuple[Step, ...]] = OrderedDict()
        self._last_look: _OneStep | None = None

    @property
    def fold(self) -> Fold:
        """What applies the events."""
        return self._fold

    @property
    def failures(self) -> Mapping[int, Failure]:
        """Why events failed, by index, of the steps that were worked out so far."""
        return self._failures

    def __len__(self) -> int:
        return len(self.versions)

    def copy_start_of(self, other: Chain, count: int) -> None:
        """Take over what another chain has worked out, from the same base, of the ``count`` first steps: the same ones.

        To be called before anything is asked of this chain; the two are not for two threads at once.
        """
        self._every = other._every
        self._kept = {number: kept for number, kept in other._kept.items() if number * BLOCK <= count}
        self._failures = {index: failure for index, failure in other._failures.items() if index < count}
        whole = [number for number in other._blocks if (number + 1) * BLOCK <= count]
        self._blocks = OrderedDict((number, other._blocks[number]) for number in whole)

    def index_of(self, version: int) -> int:
        """Return how many steps lead to a version."""
        return bisect_right(self.versions, version)

    def steps(self, first: int, stop: int, checkpoint: Checkpoint = lambda: None) -> list[Step]:
        """Return the steps at the indexes ``first`` to ``stop``, that one left out."""
        return self._surely(lambda: self._steps(first, min(stop, len(self)), checkpoint))

    def state_after(self, count: int, checkpoint: Checkpoint = lambda: None) -> tuple[PlainTree | None, Exactness]:
        """Return the state after the first ``count`` steps, and how far it can be trusted."""
        if not count:
            return plain(self.base_state), self._kept[0].folded.exactness
        return self._surely(lambda: self._state_after(count, checkpoint))

    def seconds(self, count: int, checkpoint: Checkpoint = lambda: None) -> float:
        """Return how long the first ``count`` steps took: reading, decoding and applying."""
        if self._last_look is not None and self._last_look.count == count:
            return self._last_look.seconds
        number = count // BLOCK
        kept = self._surely(lambda: self._kept_before(number, checkpoint))
        return kept.seconds + sum(step.seconds for step in self.steps(number * BLOCK, count, checkpoint))

    def rebuild(self, version: int, checkpoint: Checkpoint = lambda: None) -> Rebuild:
        """Return how the state at a version came to be, with every step from the base on."""
        count = self.index_of(version)
        steps = tuple(self.steps(0, count, checkpoint))
        state, exactness = self.state_after(count, checkpoint)
        return Rebuild(self.base, self.base_state, self.skipped, steps, state, exactness, writers(steps))

    def _surely(self, work: Callable[[], _T]) -> _T:
        """Do work from kept states; where the fold has lost them, from the base again, which it can always make."""
        while True:
            try:
                return work()
            except StateLost:
                first = self._kept[0]
                self._kept, self._latest = {0: first}, (0, first)

    def _steps(self, first: int, stop: int, checkpoint: Checkpoint) -> list[Step]:
        if self._last_look is not None and (first + 1, stop) == (self._last_look.count, self._last_look.count):
            return [self._last_look.step]
        found: list[Step] = []
        for number in range(first // BLOCK, -(-stop // BLOCK)):
            block = self._block(number, checkpoint)
            found += block[max(0, first - number * BLOCK) : stop - number * BLOCK]
        return found

    def _state_after(self, count: int, checkpoint: Checkpoint) -> tuple[PlainTree | None, Exactness]:
        look = self._look(count, checkpoint)
        if look is not None:
            return plain(look.state), look.step.exactness
        number = count // BLOCK
        kept = self._kept_before(number, checkpoint)
        state, exactness = self._fold.view(kept.folded.state), kept.folded.exactness
        for step in self._steps(number * BLOCK, count, checkpoint):
            state, exactness = after_step(state, step), step.exactness
        return plain(state), exactness

    def _look(self, count: int, checkpoint: Checkpoint) -> _OneStep | None:
        """Look at one place; ``None`` where its block is worked out, or has been looked into last."""
        if self._fold.run is not None:  # which is asked for a whole block sooner than for two parts of it
            return None
        number = (count - 1) // BLOCK
        last = self._last_look
        if last is not None and last.count == count:
            return last
        if number in self._blocks or (last is not None and (last.count - 1) // BLOCK == number):
            return None
        checkpoint()
        kept = self._kept_before(number, checkpoint)
        began, first = perf_counter(), number * BLOCK
        events = self._events_at(first, count - first)
        if len(events) < count - first:  # the event is not there any more
            return None
        before = self._fold_on(kept.folded, first, events[:-1])
        steps: list[Step] = []
        spent = kept.seconds + perf_counter() - began
        after = self._fold_on(before, count - 1, events[-1:], steps)
        self._last_look = _OneStep(count, self._fold.view(after.state), steps[0], spent + steps[0].seconds)
        return self._last_look

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
        """Return the state before a block, working forward from the nearest one that is kept."""
        start, kept = self._latest
        if start != number:
            start = max(each for each in self._kept if each <= number)
            kept = self._kept[start]
        for each in range(start, number):
            checkpoint()
            began = perf_counter()
            folded = self._fold_on(kept.folded, each * BLOCK, self._events_at(each * BLOCK, BLOCK))
            kept = self._keep(each + 1, folded, kept.seconds + perf_counter() - began)
        return kept

    def _keep(self, number: int, folded: FoldedState, seconds: float) -> _Kept:
        """Return the state before a block to go on from; it is kept where its turn is."""
        kept = self._kept.get(number) or _Kept(folded, seconds)
        self._latest = (number, kept)
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
        """Apply events, of which the first is at the index ``first``; append their steps where they are asked for.

        ``reading`` is how many seconds it took to read each of them.
        """
        known = {at: self._failures[first + at] for at in range(len(events)) if first + at in self._failures}

        def watch(at: int, outcome: EventResult) -> None:
            if outcome.failure is not None:
                self._failures[first + at] = outcome.failure
            if steps is not None:
                steps.append(_step(events[at], outcome, reading))

        return fold_events(self._fold, start, events, watch, known, views=steps is not None)

    def _events_at(self, first: int, count: int) -> list[RecordedEvent]:
        """Read the events at the indexes from ``first`` on."""
        if not count or first >= len(self):
            return []
        # An event is found by its version; others of the same version, where there are any, are read with it.
        start = bisect_left(self.versions, self.versions[first])
        after = self.versions[start - 1] if start else self.base.version
        return self._player.get_domain_events(self._entity_id, gt=after, limit=count + first - start)[first - start :]


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
    )
