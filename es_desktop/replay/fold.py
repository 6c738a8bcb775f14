"""Folds: they make the next state from a state and an event."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from es_desktop.core import KnownClasses, RecordedEvent, RecordedSnapshot, VersionedEntity, entity_from_snapshot

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
        """The best exactness of a state that it made, also from a snapshot."""

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
