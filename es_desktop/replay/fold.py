"""Folds, which make the next state from a state and an event, and the loop that applies many events with one."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from itertools import count
from operator import attrgetter, ne
from pathlib import Path
from time import perf_counter
from typing import Any, ClassVar, Final, NamedTuple, Protocol

from es_desktop.core import KnownClasses, RecordedEvent, RecordedSnapshot, VersionedEntity, entity_from_snapshot
from es_desktop.core.values import has_unknown_values

from .diff import PlainTree, plain, plain_name, plain_state
from .steps import Exactness

State = Any
"""The state of a fold; ``None`` if the entity is discarded. Only the fold knows its type."""


class FoldError(Exception):
    """An event cannot be applied; the text says why. The state is unchanged."""


class StateLost(Exception):
    """A fold has lost a state that it returned; it must be computed again."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an event could not be applied."""

    reason: str
    traceback: str = ""
    """The model's lines that led to it, innermost last; empty if no code of a model ran."""


class Report(Protocol):
    """Called with the results of events, in order."""

    def __call__(
        self, at: int, failure: Failure | None, before: PlainTree | None, after: PlainTree | None, seconds: float
    ) -> None:
        """Take the index of an event, its failure, the states around it (with ``views``), and its seconds."""


class Run(Protocol):
    """Applies many events to a copy of a state."""

    def __call__(
        self,
        start: State,
        events: Sequence[RecordedEvent],
        known: Mapping[int, Failure],
        report: Report,
        *,
        views: bool,
    ) -> State:
        """Return the state after the events; with ``views`` each report has the states around the event.

        Each event is reported; without ``views`` at least each that fails. A failed event is passed over and leaves the
        state unchanged; ``known`` are the failures of events not to be applied, by index. Raises ``StateLost`` if the
        state is lost, perhaps after some reports. The result of ``Fold.start`` is never lost.
        """


class Fold(Protocol):
    """Makes the next state from a state and an event."""

    @property
    def exactness(self) -> Exactness:
        """The best exactness of a state that it made."""

    @property
    def first_version(self) -> int:
        """The version of an entity's first event; with 1 it may be 0 too."""

    @property
    def run(self) -> Run | None:
        """A function that applies many events at once, if that is faster; else ``None``."""

    def start(self, snapshot: RecordedSnapshot | None) -> State:
        """Return the state of a snapshot, or that of an entity without any event."""

    def apply(self, state: State, event: RecordedEvent) -> State:
        """Return the state after an event. May change the given state.

        Raises ``FoldError`` with the state unchanged, or any exception of the model with the state partly changed.
        """

    def pass_over(self, state: State, event: RecordedEvent) -> State:
        """Return the state with a failed event counted in its version, so that the next ones can be applied."""

    def view(self, state: State) -> PlainTree | None:
        """Return a state as a new plain tree; ``None`` if there is none."""


class ClassFold:
    """Folds with the entity class's own mutator."""

    exactness: ClassVar = Exactness.EXACT
    first_version: ClassVar = 1
    run: ClassVar[Run | None] = None

    def __init__(self, entity_class: type[Any], classes: KnownClasses) -> None:
        self._mutate = entity_class.mutate
        self._classes = classes

    def start(self, snapshot: RecordedSnapshot | None) -> State:
        return None if snapshot is None else entity_from_snapshot(snapshot, self._classes)

    def apply(self, state: State, event: RecordedEvent) -> State:
        if event.domain_event is None:
            raise FoldError(event.error or f"the class {event.topic!r} is not known here")
        return self._mutate(state, event.domain_event)

    def pass_over(self, state: State, event: RecordedEvent) -> State:
        if isinstance(state, VersionedEntity):
            state._version = event.version + 1
        return state

    def view(self, state: State) -> PlainTree | None:
        return None if state is None else plain_state(vars(state))


CoreTypes = Callable[[RecordedEvent], bool]
"""Returns whether the event type of an event has the meaning that it has in the core."""


class GenericFold:
    """Folds events of an entity whose class is not known, by their payloads.

    ``Discarded`` ends the entity. If the core event types apply, ``Created`` sets all attributes and
    ``AttributeChanged`` sets one. Any other event sets each field of its payload. The result is only inferred: the
    mutator of a model may do anything with an event, and a constructor may add attributes that no event holds.
    """

    exactness: ClassVar = Exactness.INFERRED
    first_version: ClassVar = 1
    run: ClassVar[Run | None] = None

    def __init__(self, *, core_types: bool | CoreTypes = True) -> None:
        self._has_core_type: CoreTypes = core_types if callable(core_types) else lambda event: core_types

    def start(self, snapshot: RecordedSnapshot | None) -> State:
        if snapshot is None:
            return {}
        return None if snapshot.state is None else plain_state(snapshot.state)

    def apply(self, state: State, event: RecordedEvent) -> State:
        if event.error is not None:
            raise FoldError(event.error)
        if state is None:
            raise FoldError("the entity was discarded by an earlier event")
        if event.passed_over:
            return state
        if event.is_whole_state:
            return plain_state(event.data)
        match event.type:
            case "Created" if self._has_core_type(event):
                return plain_state(event.data)
            case "Discarded":
                return None
            case "AttributeChanged" if self._has_core_type(event) and _names_an_attribute(event):
                return {**state, plain_name(event.data["name"]): plain(event.data["value"])}
            case _:
                return {**state, **plain_state(event.data)}

    def pass_over(self, state: State, event: RecordedEvent) -> State:
        return state

    def view(self, state: State) -> PlainTree | None:
        return None if state is None else plain(state)


def _names_an_attribute(event: RecordedEvent) -> bool:
    return isinstance(event.data.get("name"), str) and "value" in event.data


_OURS: Final = tuple(str(Path(__file__).parents[1] / folder) for folder in ("replay", "core"))
_NONE_KNOWN: Final[Mapping[int, Failure]] = {}
_VERSION: Final = attrgetter("version")


@dataclass(frozen=True, slots=True)
class FoldedState:
    """The state after the first events of an entity."""

    state: State
    version: int | None = None
    """The version of the last of them; ``None`` if there are none."""
    exactness: Exactness = Exactness.EXACT
    failure: Failure | None = None
    """Why the event at ``version`` could not be applied, if the fold stopped there."""


def start_of(fold: Fold, snapshot: RecordedSnapshot | None) -> FoldedState:
    """Return the state of a snapshot, or of an entity without any event.

    Without its class a snapshot is exact only if it is whole: a model may compute other attributes from those of its
    own snapshot. Raises ``TopicResolutionError`` if the fold needs the class.
    """
    if snapshot is None:
        return FoldedState(fold.start(None))
    exactness = Exactness.INFERRED if snapshot.is_inferred else Exactness.EXACT
    if fold.exactness is not Exactness.EXACT and (not snapshot.is_whole or has_unknown_values(snapshot.state)):
        exactness = exactness.worse_of(fold.exactness)
    return FoldedState(fold.start(snapshot), snapshot.version, exactness)


class EventResult(NamedTuple):
    """The result of one event."""

    failure: Failure | None
    """Why it could not be applied."""
    error: Failure | None
    """Why the state after it is broken: that failure, or a version that is not the next one."""
    exactness: Exactness
    """Of the state after it."""
    before: PlainTree | None
    after: PlainTree | None
    """The states before and after it, with ``views``; ``None`` if there is no entity."""
    seconds: float


Watch = Callable[[int, EventResult], None]
"""Called with the index of an event and its result."""


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
    """Return the state after the next events; the state of ``start`` is not changed.

    An event that fails leaves the state unchanged and is passed over; ``known`` are the failures, by index, of events
    that are not to be applied. A failure breaks the state, as does a version that is not the next one. ``watch`` is
    called for each failed event in order; with ``views`` for each event, with the states before and after it.

    ``until_failure`` stops at the first failure and makes no copies: the state of ``start`` may be changed, and after a
    failure the state of the result is not valid. Raises ``StateLost`` as ``Run`` does.
    """
    if start.failure is not None or not events:
        return start
    exactness = start.exactness.worse_of(fold.exactness)
    before_all = start.version
    if before_all is None and exactness is Exactness.EXACT and events[0].version > fold.first_version:
        before_all = fold.first_version - 1  # what came before is lost, and code may not notice
    stopped: tuple[int, Failure] | None = None

    def report(
        at: int, failure: Failure | None, before: PlainTree | None, after: PlainTree | None, seconds: float
    ) -> None:
        nonlocal exactness, stopped
        error = _error(failure, events[at - 1].version if at else before_all, events[at].version)
        if error is not None:
            exactness = Exactness.BROKEN
        if failure is not None and until_failure:
            stopped = at, failure
        if watch is not None and (views or failure is not None):
            watch(at, EventResult(failure, error, exactness, before, after, seconds))

    run = fold.run or partial(_one_by_one, fold, until_failure=until_failure)
    state = run(start.state, events, known, report, views=views)
    last = len(events) - 1 if stopped is None else stopped[0]
    if not views and _has_gap(before_all, events[: last + 1]):
        exactness = Exactness.BROKEN
    return FoldedState(state, events[last].version, exactness, None if stopped is None else stopped[1])


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
        failure, is_half_applied = known.get(at), False
        if failure is None:
            try:
                state = fold.apply(state, event)
            except FoldError as error:  # raised by the fold before it changed the state
                failure = Failure(str(error))
            except Exception as error:  # any exception of a model is reported with the event
                failure, is_half_applied = failure_of(error), True
        if safe is not None:
            if is_half_applied:
                state = safe.state()
            if failure is not None:
                state = fold.pass_over(state, event)
            if is_half_applied:
                safe = _SafePoint(fold, deepcopy(state))
            else:
                safe.note(event, is_passed_over=failure is not None)
        if views:
            before, after = after, fold.view(state)
        if views or failure is not None:
            report(at, failure, before, after, perf_counter() - began)
            if until_failure and failure is not None:
                break
    return state


class _SafePoint:
    """A copy of a state, and the events since: together they restore the state after a model raised halfway.

    Copying the state before each event would take far longer than the events.
    """

    def __init__(self, fold: Fold, state: State) -> None:
        self._fold = fold
        self._state = state
        self._since: list[tuple[RecordedEvent, bool]] = []

    def note(self, event: RecordedEvent, *, is_passed_over: bool) -> None:
        """Add an event that was applied or passed over."""
        self._since.append((event, is_passed_over))

    def state(self) -> State:
        """Return a new state: the copy with the events since applied again."""
        state = deepcopy(self._state)
        for event, is_passed_over in self._since:
            state = self._fold.pass_over(state, event) if is_passed_over else self._fold.apply(state, event)
        return state


def _error(failure: Failure | None, before: int | None, version: int) -> Failure | None:
    """Return why the state is broken after an event: it failed, or its version is not the next one."""
    if before is None or version == before + 1:
        return failure
    flaw = f"version {version} is there more than once" if version <= before else _missing(before + 1, version - 1)
    return Failure(flaw) if failure is None else Failure(f"{flaw}; {failure.reason}", failure.traceback)


def _missing(first: int, last: int) -> str:
    return f"version {first} is missing" if first == last else f"versions {first} to {last} are missing"


def _has_gap(before: int | None, events: Sequence[RecordedEvent]) -> bool:
    """Return whether the versions are not consecutive; in a damaged store one may be no number."""
    last = events[0].version - 1 if before is None and isinstance(events[0].version, int) else before
    return not isinstance(last, int) or any(map(ne, map(_VERSION, events), count(last + 1)))


def failure_of(error: Exception) -> Failure:
    """Return type and text of a model's exception, and its traceback without the lines of ``core`` and ``replay``."""
    reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    frames = traceback.extract_tb(error.__traceback__)
    first = next((index for index, frame in enumerate(frames) if not frame.filename.startswith(_OURS)), len(frames))
    # Many events fail in the same lines, so the text is shared.
    return Failure(reason, sys.intern("".join(traceback.format_list(frames[first:]))))
