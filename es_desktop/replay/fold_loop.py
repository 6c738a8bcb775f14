"""The fold loop: the one place in which the events of an entity are applied to its state.

The chain of steps, finding in states and measuring rebuilds all fold by it.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from operator import attrgetter, ne
from pathlib import Path
from time import perf_counter
from typing import Final

from es_desktop.core import RecordedEvent, RecordedSnapshot

from .fold import Failure, Fold, FoldError, Report, State
from .steps import Exactness
from .tree import PlainTree

_OURS: Final = tuple(str(Path(__file__).parents[1] / folder) for folder in ("replay", "core"))
_NONE_KNOWN: Final[Mapping[int, Failure]] = {}
_VERSION: Final = attrgetter("version")


@dataclass(frozen=True, slots=True)
class FoldedState:
    """The state that the first so many events of an entity lead to."""

    state: State
    version: int | None = None
    """Of the last of the events; ``None`` where there are none."""
    exactness: Exactness = Exactness.EXACT
    failure: Failure | None = None
    """Why the event at ``version`` could not be applied, where the fold ended with it."""


def start_of(fold: Fold, snapshot: RecordedSnapshot | None) -> FoldedState:
    """Return the state that a snapshot holds, or that of an entity without any event.

    A snapshot of a class that is not known here is only inferred: a model may make another state of what it holds.
    Raises ``TopicResolutionError`` where the fold has to know the class.
    """
    if snapshot is None:
        return FoldedState(fold.start(None))
    exactness = Exactness.INFERRED if snapshot.is_inferred else Exactness.EXACT
    return FoldedState(fold.start(snapshot), snapshot.version, exactness.worse_of(fold.exactness))


@dataclass(frozen=True, slots=True)
class EventResult:
    """What came of one event."""

    failure: Failure | None
    """Why it could not be applied."""
    error: Failure | None
    """Why the state after it is broken: that failure, or its version, which should not come next."""
    exactness: Exactness
    """Of the state after it."""
    before: PlainTree | None = None
    after: PlainTree | None = None
    """The states around it, where they were asked for; ``None`` also where there is no entity."""
    seconds: float = 0.0


Watch = Callable[[int, EventResult], None]
"""Called with the index of an event and what came of it."""


def fold_events(
    fold: Fold,
    start: FoldedState,
    events: Sequence[RecordedEvent],
    watch: Watch | None = None,
    known: Mapping[int, Failure] = _NONE_KNOWN,
    *,
    views: bool = False,
    until_failure: bool = False,
) -> FoldedState:
    """Return what the events that come next make of a state; that of ``start`` stays as it is.

    An event that fails leaves the state as it was before it, and is passed over; ``known`` are those, by index, of
    which it is known that they fail. It breaks the state, as does a version that does not follow on the one before it,
    even where the fold applies the event. ``watch`` is called for each event that fails, in order; with ``views`` for
    every event, with the states around it.

    With ``until_failure`` no event is applied from the first one on that fails. This takes no copies, so the state of
    ``start`` may be changed; after a failure that of the result is of no use. Raises ``StateLost`` as ``Run`` does.
    """
    if start.failure is not None or not events:
        return start
    exactness = start.exactness.worse_of(fold.exactness)
    ended: tuple[int, Failure] | None = None

    def report(
        at: int, failure: Failure | None, before: PlainTree | None, after: PlainTree | None, seconds: float
    ) -> None:
        nonlocal exactness, ended
        error = _error(failure, events[at - 1].version if at else start.version, events[at].version)
        if error is not None:
            exactness = Exactness.BROKEN
        if failure is not None and until_failure:
            ended = at, failure
        if watch is not None and (views or failure is not None):
            watch(at, EventResult(failure, error, exactness, before, after, seconds))

    run = fold.run or partial(_one_by_one, fold, until_failure=until_failure)
    state = run(start.state, events, known, report, views=views)
    last = len(events) - 1 if ended is None else ended[0]
    if not views and _has_gap(start.version, events[: last + 1]):
        exactness = Exactness.BROKEN
    return FoldedState(state, events[last].version, exactness, None if ended is None else ended[1])


def _one_by_one(
    fold: Fold,
    start: State,
    events: Sequence[RecordedEvent],
    known: Mapping[int, Failure],
    report: Report,
    *,
    views: bool,
    until_failure: bool,
) -> State:
    """Apply events to a state: see ``Run``; without ``views`` only those that fail are reported."""
    safe = None if until_failure else _SafePoint(fold, start)
    state = start if safe is None else safe.state()
    before = after = fold.view(state) if views else None
    for at, event in enumerate(events):
        began = perf_counter()
        failure, is_spoilt = known.get(at), False
        if failure is None:
            try:
                state = fold.apply(state, event)
            except FoldError as error:  # of the fold itself, which had not begun to change the state
                failure = Failure(str(error))
            except Exception as error:  # whatever the code of a model raises is shown with the event
                failure, is_spoilt = failure_of(error), True
        if safe is None:
            if failure is not None:
                report(at, failure, None, None, 0.0)
                return state
            continue
        if is_spoilt:  # by half of the event
            state = safe.state()
        if failure is not None:
            state = fold.pass_over(state, event)
        if is_spoilt:
            safe = _SafePoint(fold, deepcopy(state))
        else:
            safe.note(event, is_passed_over=failure is not None)
        if views:
            before, after = after, fold.view(state)
        if views or failure is not None:
            report(at, failure, before, after, perf_counter() - began)
    return state


class _SafePoint:
    """A state that stays as it is, and the events that copies of it have had since."""

    def __init__(self, fold: Fold, state: State) -> None:
        self._fold = fold
        self._state = state
        self._since: list[tuple[RecordedEvent, bool]] = []

    def note(self, event: RecordedEvent, *, is_passed_over: bool) -> None:
        """Note an event that was applied, or passed over."""
        self._since.append((event, is_passed_over))

    def state(self) -> State:
        """Return a copy of the state that has had the same events, made anew."""
        state = deepcopy(self._state)
        for event, is_passed_over in self._since:
            state = self._fold.pass_over(state, event) if is_passed_over else self._fold.apply(state, event)
        return state


def _error(failure: Failure | None, before: int | None, version: int) -> Failure | None:
    """Return why the state is broken after an event: it failed, or its version should not come next."""
    if before is None or version == before + 1:
        return failure
    flaw = f"version {version} is there more than once" if version <= before else _missing(before + 1, version - 1)
    return Failure(flaw) if failure is None else Failure(f"{flaw}; {failure.reason}", failure.traceback)


def _missing(first: int, last: int) -> str:
    return f"version {first} is missing" if first == last else f"versions {first} to {last} are missing"


def _has_gap(before: int | None, events: Sequence[RecordedEvent]) -> bool:
    """Return whether a version does not follow on the one before it."""
    first = events[0].version if before is None else before + 1
    return any(map(ne, map(_VERSION, events), range(first, first + len(events))))


def failure_of(error: Exception) -> Failure:
    """Return what an exception of a model says: its type and text, and the model's lines without ours around them."""
    reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    frames = traceback.extract_tb(error.__traceback__)
    first = next((place for place, frame in enumerate(frames) if not frame.filename.startswith(_OURS)), len(frames))
    # The same lines fail for many events: one text serves them all.
    return Failure(reason, sys.intern("".join(traceback.format_list(frames[first:]))))
