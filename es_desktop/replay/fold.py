"""Folds: what turns a state and an event into the next state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from es_desktop.core import KnownClasses, RecordedEvent, RecordedSnapshot, VersionedEntity, entity_from_snapshot

from .steps import Exactness
from .tree import PlainTree, plain, plain_name, plain_state

State = Any
"""What a fold works on; ``None`` once the entity is discarded. Only the fold knows its type."""


class FoldError(Exception):
    """An event cannot be applied; the text says why. The state is as it was before."""


class StateLost(Exception):
    """A fold does not have a state any more that it returned; it has to be worked out again."""


class Fold(Protocol):
    """Turns a state and an event into the next state."""

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

    def exactness(self, event: RecordedEvent) -> Exactness:
        """Tell how far the state can be trusted after this kind of event."""


class ClassFold:
    """Folds with the entity class's own mutator."""

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

    def exactness(self, event: RecordedEvent) -> Exactness:
        return Exactness.EXACT


CoreKinds = Callable[[RecordedEvent], bool]
"""Tells whether the name of an event's type means what it does in the core."""


class GenericFold:
    """Folds events whose class is not known here, by what their payloads say.

    ``Discarded`` ends. Where events of these names are those of the core, ``Created`` gives its attributes and
    ``AttributeChanged`` sets one; these are exact. Of any other event the last value of each payload field is kept,
    which is only inferred.
    """

    def __init__(self, *, core_kinds: bool | CoreKinds = True) -> None:
        self._has_core_kind: CoreKinds = core_kinds if callable(core_kinds) else lambda event: core_kinds

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
            case "Created" if self._has_core_kind(event):
                return plain_state(event.data)
            case "Discarded":
                return None
            case "AttributeChanged" if self._has_core_kind(event) and _names_an_attribute(event):
                return {**state, plain_name(event.data["name"]): plain(event.data["value"])}
            case _:
                return {**state, **plain_state(event.data)}

    def pass_over(self, state: State, event: RecordedEvent) -> State:
        return state

    def view(self, state: State) -> PlainTree | None:
        return None if state is None else plain(state)

    def exactness(self, event: RecordedEvent) -> Exactness:
        known = event.type in ("Created", "Discarded") or (
            event.type == "AttributeChanged" and _names_an_attribute(event)
        )
        return Exactness.EXACT if known and self._has_core_kind(event) else Exactness.INFERRED


def _names_an_attribute(event: RecordedEvent) -> bool:
    return isinstance(event.data.get("name"), str) and "value" in event.data
