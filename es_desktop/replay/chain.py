"""A chain of steps: the events of one entity applied from a base on, worked out where they are asked for."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final

from es_desktop.core import RecordedEvent, RecordedSnapshot

from .diff import diff, leaf_paths
from .fold import Fold, FoldError, State
from .steps import Base, Exactness, Rebuild, Step
from .tree import PlainTree

BLOCK: Final = 128
"""Steps that are worked out together. The state before each block is kept, so that no step is far from one."""
_BLOCKS_KEPT: Final = 64

ReadEvents = Callable[[int | None, int], list[RecordedEvent]]
"""``(after version or None, limit)`` to the next events of the entity, in ascending order."""
Checkpoint = Callable[[], None]
"""Called now and then during long work; raises where the work is not wanted any more."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """The state after so many steps, as it was: copied before anything is applied to it."""

    state: State
    exactness: Exactness
    seconds: float


class Chain:
    """The steps of one entity from a base on.

    ``versions`` are those of the events after the base. A step is reached from the nearest kept state before it; what
    was passed on the way is kept, so the second visit is near. An event that fails leaves the state as it was before.
    """

    def __init__(
        self, fold: Fold, versions: Sequence[int], read: ReadEvents, snapshot: RecordedSnapshot | None = None
    ) -> None:
        """Start from ``snapshot`` or from zero. Raises ``TopicResolutionError`` for a snapshot of an unknown class."""
        self._fold = fold
        self._read = read
        self.base = Base(None if snapshot is None else snapshot.version)
        self.skipped = 0 if snapshot is None else bisect_right(versions, snapshot.version)
        self.versions = array("q", versions[self.skipped :])
        first = _Kept(fold.start(snapshot), Exactness.EXACT, 0.0)
        self.base_state: PlainTree = None if snapshot is None else fold.view(first.state)
        self._kept = {0: first}
        self._failures: dict[int, str] = {}
        self._blocks: OrderedDict[int, tuple[Step, ...]] = OrderedDict()

    @property
    def fold(self) -> Fold:
        """What applies the events."""
        return self._fold

    def __len__(self) -> int:
        return len(self.versions)

    def index_of(self, version: int) -> int:
        """Return how many steps lead to a version."""
        return bisect_right(self.versions, version)

    def steps(self, first: int, stop: int, checkpoint: Checkpoint = lambda: None) -> list[Step]:
        """Return the steps at the indexes ``first`` to ``stop``, that one left out."""
        stop = min(stop, len(self))
        found: list[Step] = []
        for number in range(first // BLOCK, -(-stop // BLOCK)):
            block = self._block(number, checkpoint)
            found += block[max(0, first - number * BLOCK) : stop - number * BLOCK]
        return found

    def state_after(self, count: int, checkpoint: Checkpoint = lambda: None) -> tuple[PlainTree | None, Exactness]:
        """Return the state after the first ``count`` steps, and how far it can be trusted."""
        number, rest = divmod(count, BLOCK)
        kept = self._kept_before(number, checkpoint)
        state, exactness = self._advance(kept, number * BLOCK, rest)
        return self._fold.view(state) if count or self.base.version is not None else None, exactness

    def seconds(self, count: int, checkpoint: Checkpoint = lambda: None) -> float:
        """Return how long the first ``count`` steps took: reading, decoding and applying."""
        number = count // BLOCK
        kept = self._kept_before(number, checkpoint)
        return kept.seconds + sum(step.seconds for step in self.steps(number * BLOCK, count, checkpoint))

    def rebuild(self, version: int, checkpoint: Checkpoint = lambda: None) -> Rebuild:
        """Return how the state at a version came to be, with every step from the base on."""
        count = self.index_of(version)
        steps = tuple(self.steps(0, count, checkpoint))
        state, exactness = self.state_after(count, checkpoint)
        return Rebuild(self.base, self.base_state, self.skipped, steps, state, exactness, writers(steps))

    def _block(self, number: int, checkpoint: Checkpoint) -> tuple[Step, ...]:
        if number in self._blocks:
            self._blocks.move_to_end(number)
            return self._blocks[number]
        checkpoint()
        kept = self._kept_before(number, checkpoint)
        steps: list[Step] = []
        state, exactness = self._advance(kept, number * BLOCK, BLOCK, steps)
        self._keep(number + 1, state, exactness, kept.seconds + sum(step.seconds for step in steps))
        self._blocks[number] = tuple(steps)
        if len(self._blocks) > _BLOCKS_KEPT:
            self._blocks.popitem(last=False)
        return self._blocks[number]

    def _kept_before(self, number: int, checkpoint: Checkpoint) -> _Kept:
        """Return the state before a block, working forward from the nearest one that is kept."""
        start = max(each for each in self._kept if each <= number)
        for each in range(start, number):
            checkpoint()
            kept = self._kept[each]
            begun = perf_counter()
            state, exactness = self._advance(kept, each * BLOCK, BLOCK)
            self._keep(each + 1, state, exactness, kept.seconds + perf_counter() - begun)
        return self._kept[number]

    def _keep(self, number: int, state: State, exactness: Exactness, seconds: float) -> None:
        self._kept.setdefault(number, _Kept(state, exactness, seconds))

    def _advance(self, kept: _Kept, first: int, count: int, steps: list[Step] | None = None) -> tuple[State, Exactness]:
        """Apply ``count`` events after the kept state at index ``first``; tell the steps where they are asked for."""
        begun = perf_counter()
        after = self.versions[first - 1] if first else self.base.version
        events = self._read(after, count) if count else []
        per_event = (perf_counter() - begun) / len(events) if events else 0.0
        while True:
            try:
                return self._apply(kept, first, events, per_event, steps)
            except _EventFailed as failed:
                # The failing event may have changed half of the state, so the block starts again without it.
                self._failures[failed.index] = failed.reason
                if steps is not None:
                    steps.clear()

    def _apply(
        self, kept: _Kept, first: int, events: Iterable[RecordedEvent], reading: float, steps: list[Step] | None
    ) -> tuple[State, Exactness]:
        fold, exactness = self._fold, kept.exactness
        state = deepcopy(kept.state)
        before = fold.view(state) if steps is not None else None
        for index, event in enumerate(events, first):
            begun = perf_counter()
            if index not in self._failures:
                state = self._apply_one(state, event, index)
            error = self._failures.get(index)
            if error is not None:
                state = fold.pass_over(state, event)
            exactness = exactness.worse_of(Exactness.BROKEN if error else fold.exactness(event))
            if steps is not None:
                seconds = reading + perf_counter() - begun
                after = fold.view(state)
                steps.append(_step(event, before, after, error, seconds, exactness))
                before = after
        return state, exactness

    def _apply_one(self, state: State, event: RecordedEvent, index: int) -> State:
        try:
            return self._fold.apply(state, event)
        except FoldError as error:  # of the fold itself, which had not begun to change the state
            self._failures[index] = str(error)
            return state
        except Exception as error:  # whatever the code of a model raises is shown with the event
            raise _EventFailed(index, _reason(error)) from error


class _EventFailed(Exception):
    def __init__(self, index: int, reason: str) -> None:
        super().__init__(reason)
        self.index = index
        self.reason = reason


def _step(
    event: RecordedEvent,
    before: PlainTree | None,
    after: PlainTree | None,
    error: str | None,
    seconds: float,
    exactness: Exactness,
) -> Step:
    changes, told = tuple(diff(before, after)), tuple(diff(before, after, as_told=True))
    return Step(
        version=event.version,
        type=event.type,
        timestamp=event.timestamp,
        changes=changes,
        error=error,
        seconds=seconds,
        exactness=exactness,
        discards=after is None and before is not None,
        shortened=None if told == changes else told,
    )


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def writers(steps: Iterable[Step]) -> dict[str, list[int]]:
    """Return, for each path, the versions of the events that set or removed it; of those inside a value as well."""
    found: dict[str, list[int]] = {}
    for step in steps:
        for change in step.changes:
            inner: set[Any] = {change.path}
            for tree in (change.before, change.after):
                inner.update(leaf_paths(tree, change.path))
            for path in inner:
                found.setdefault(path, []).append(step.version)
    return dict(sorted(found.items()))
