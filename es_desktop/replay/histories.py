"""The states of all versions of one entity, as the attributes that each event changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from functools import partial
from itertools import chain
from typing import Any, Final, NamedTuple

from es_desktop.core import RecordedEvent, RecordedSnapshot

from .chain import Chain, Checkpoint, walk
from .diff import ABSENT, PlainTree, same_tree
from .fold import ClassFold, EventResult, Fold, FoldedState, fold_events, start_of
from .object_changes import ObjectChanges
from .steps import Exactness


class HistoryStep(NamedTuple):
    """What one event did to the state of its entity."""

    version: int
    type: str
    """Of the event."""
    time: float | None
    """Seconds since the epoch."""
    reached: float | None
    """The latest time of the events up to this one: as of a time, those count for which it is not later."""
    changed: Mapping[str, Any]
    """The plain value after the event of each attribute that it changed; ``ABSENT`` if the state has it no more."""
    exists: bool
    """Whether there is a state after it."""
    exactness: Exactness
    failure: str = ""
    """Why the state after it is broken: the event could not be applied, or its version is not the next one."""


LOST: Final = "the events before it are missing"


def history_steps(
    fold: Fold, slices: Iterable[Sequence[RecordedEvent]], snapshot: RecordedSnapshot | None = None
) -> Iterator[HistoryStep]:
    """Yield the steps of an entity from zero; its events come in slices, ascending.

    An event that fails leaves the state as it is, and the next ones are applied, as in a chain. Where the first events
    are missing, the steps have no state up to the ``snapshot``, if one is given. Raises ``TopicResolutionError`` for a
    snapshot of an unknown class.
    """
    folded = start_of(fold, snapshot)
    base = -1 if snapshot is None else snapshot.version
    state = None if snapshot is None else fold.view(folded.state)
    shown: PlainTree | None = None
    reached: float | None = None
    if snapshot is None and isinstance(fold, ClassFold):
        sound = _SoundSteps(fold)
        yield from sound.take(slices)
        folded, slices, shown, reached = sound.folded, sound.rest, sound.changes.shown, sound.reached
    for events in slices:
        count = sum(event.version <= base for event in events) if snapshot is not None else 0
        for event in events[:count]:
            reached = _later(reached, event.timestamp)
            is_base = event.version == base
            shown = state if is_base else None
            has_state = is_base and state is not None
            known = (dict(state or {}), has_state, folded.exactness) if is_base else ({}, False, Exactness.BROKEN)
            yield HistoryStep(event.version, event.type, event.timestamp, reached, *known, "" if is_base else LOST)
        results: list[EventResult] = []
        rest = events[count:]
        folded = fold_events(fold, folded, rest, partial(_collect, results), views=True)
        for event, result in zip(rest, results, strict=True):
            reached = _later(reached, event.timestamp)
            error = "" if result.error is None else result.error.reason
            known = changed_attributes(shown, result.after), result.after is not None, result.exactness
            yield HistoryStep(event.version, event.type, event.timestamp, reached, *known, error)
            shown = result.after


class _SoundSteps:
    """The steps of an entity of a known class, as long as each event is the next one and can be applied.

    Most entities have no others, and these take half of the time of steps that may fail.
    """

    def __init__(self, fold: ClassFold) -> None:
        self.folded = FoldedState(None)
        """The state after the last step."""
        self.rest: Iterable[Sequence[RecordedEvent]] = ()
        """The events after it, from the first that is not sound on."""
        self.changes = ObjectChanges()
        self.reached: float | None = None
        self._fold = fold

    def take(self, slices: Iterable[Sequence[RecordedEvent]]) -> Iterator[HistoryStep]:
        """Yield the steps. Events are read once, slice by slice."""
        later = iter(slices)
        for events in later:
            if not events:
                continue
            steps, state = self._steps(events)
            yield from steps
            if steps:
                self.folded = FoldedState(state, steps[-1].version)
            if len(steps) < len(events):
                self.rest = chain([events[len(steps) :]], later)
                return

    def _steps(self, events: Sequence[RecordedEvent]) -> tuple[list[HistoryStep], Any]:
        """Return the steps of the sound events at the beginning, and the state after them."""
        apply, changed_by = self._fold.apply, self.changes.changed
        state, version, reached, first = self.folded.state, self.folded.version, self.reached, self._fold.first_version
        safe = deepcopy(state)  # a model may change it by half of an event
        steps: list[HistoryStep] = []
        for event in events:
            known = event.version
            is_next = type(known) is int and (known == version + 1 if version is not None else known <= first)
            if event.domain_event is None or not is_next:
                break
            try:
                state = apply(state, event)
            except Exception:  # whatever it is, it is raised again, and said with the event
                state = safe
                for each in events[: len(steps)]:
                    state = apply(state, each)
                break
            version, time = known, event.timestamp
            reached = time if reached is None else reached if time is None or time < reached else time
            changed = changed_by(state)
            steps.append(HistoryStep(known, event.type, time, reached, changed, state is not None, Exactness.EXACT))
        self.reached = reached
        return steps, state


def _collect(results: list[EventResult], at: int, result: EventResult) -> None:
    results.append(result)


def chain_history(chain: Chain, checkpoint: Checkpoint = lambda: None) -> Iterator[HistoryStep]:
    """Yield the same of a chain: for folds of trusted code, whose states may be lost and computed again."""
    before: PlainTree | None = None
    reached: float | None = None
    for moment in walk(chain, checkpoint):
        step = moment.step
        assert step is not None, "a walk yields steps"
        reached = _later(reached, step.timestamp)
        changed = changed_attributes(before, moment.after)
        known = changed, moment.after is not None, step.exactness
        yield HistoryStep(step.version, step.type, step.timestamp, reached, *known, step.error or "")
        before = moment.after


def changed_attributes(before: PlainTree | None, after: PlainTree | None) -> dict[str, Any]:
    """Return the attributes that differ, with their values after; ``ABSENT`` for one that is gone.

    None of a state that is not there any more.
    """
    if after is None or before is after:
        return {}
    if before is None:
        return dict(after)
    changed = {
        name: value
        for name, value in after.items()
        if (old := before.get(name, ABSENT)) is not value and not same_tree(old, value)
    }
    if len(before) + len(changed) > len(after):  # otherwise all were added or kept
        changed.update((name, ABSENT) for name in before if name not in after)
    return changed


def state_after_step(state: PlainTree | None, step: HistoryStep) -> PlainTree | None:
    """Return the state after a step, as a new dict whose values are shared; ``None`` if there is none."""
    if not step.exists:
        return None
    if state is not None and not step.changed:
        return state
    merged = {**(state or {}), **step.changed}
    if not any(value is ABSENT for value in step.changed.values()):
        return merged
    return {name: value for name, value in merged.items() if value is not ABSENT}


def _later(reached: float | None, time: float | None) -> float | None:
    return time if reached is None else reached if time is None else max(reached, time)
