"""Folds: what turns a state and an event into the next state."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from es_desktop.core import KnownClasses, RecordedEvent, RecordedSnapshot, VersionedEntity, entity_from_snapshot

from .steps import Exactness
from .tree import PlainTree, plain, plain_name, plain_state

State = Any
"""What a fold works on; ``None`` once the entity is discarded. Only the fold knows its type."""


class FoldError(Exception):
    """An event cannot be applied; the text says why. The state is as it was before."""


class StateLost(Exception):
    """A fold does not have a state any more that it returned; it has to be worked out again."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an event could not be applied."""

    reason: str
    traceback: str = ""
    """The model's lines that led to it, innermost last; empty where no code of a model ran."""


class Report(Protocol):
    """Called with what came of events, in their order."""

    def __call__(
        self, at: int, failure: Failure | None, before: PlainTree | None, after: PlainTree | None, seconds: float
    ) -> None:
        """Take the index of an event, why it failed, the states around it where they were asked for, and its time."""


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
        """Return what comes of the state; ``views`` asks for the states around each event.

        Each event is reported; without ``views``, at least each that fails. An event that fails is passed over, and
        leaves the state as it was before; ``known`` are those, by index, of which it is known. Raises ``StateLost``
        where the state is not there any more, perhaps after some reports; what ``start`` returns never gets lost.
        """


class Fold(Protocol):
    """Turns a state and an event into the next state."""

    @property
    def exactness(self) -> Exactness:
        """How far a state can be trusted after an event that it applied, or that starts from a snapshot."""

    @property
    def run(self) -> Run | None:
        """What applies many events at once, where that is better than one after the other."""

    def start(self, snapshot: RecordedSnapshot | None) -> State:
        """Return the state to begin with: a snapshot's, or that of an entity without any event."""

    def apply(self, state: State, event: RecordedEvent) -> State:
        """Return the state after an event. May change the state it is given.

        Raises ``FoldError``, and whatever the model raises; the state may then be changed by half.
        """

    def pass_over(self, state: State, event: RecordedEvent) -> State:
        """Return the state with an event counted that failed, so that those after it can be applied."""

    def view(self, state: State) -> PlainTree | None:
        """Return a state as a plain tree of its own; ``None`` where there is none."""


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
"""Tells whether the name of an event's type means what it does in the core."""


class GenericFold:
    """Folds events of an entity whose class is not known here, by what their payloads say.

    ``Discarded`` ends. Where events of these names are those of the core, ``Created`` gives its attributes and
    ``AttributeChanged`` sets one. Of any other event the last value of each payload field is kept. All of this is
    only inferred: whatever an event is called, the mutator of a model may do anything with it, and a constructor may
    add attributes of which no event says anything.
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
