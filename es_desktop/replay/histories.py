"""The states of all versions of one entity, as the attributes that each event changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final, NamedTuple

from es_desktop.core import RecordedEvent, RecordedSnapshot

from .chain import Chain, Checkpoint, walk
from .diff import ABSENT, PlainTree, same_tree
from .fold import EventResult, Fold, fold_events, start_of
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
    return {name: value for name, value in merged.items() if value is not ABSENT}


def _later(reached: float | None, time: float | None) -> float | None:
    return time if reached is None else reached if time is None else max(reached, time)
