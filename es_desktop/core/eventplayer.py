"""Rebuilds entities: the event player, snapshots and the repository; and the policies that store what is published."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from functools import reduce
from itertools import chain
from typing import Any, Final

from .bus import current_bus, publish
from .errors import RepositoryKeyError
from .events import (
    EntityId,
    EventWithOriginatorID,
    EventWithOriginatorVersion,
    EventWithTimestamp,
    VersionedEntityEvent,
)
from .eventstore import AbstractEventStore
from .topics import KnownClasses, deep_copy, known_classes, new_object, topic_from_domain_class


class Snapshot(EventWithTimestamp, EventWithOriginatorVersion, EventWithOriginatorID):
    """The state of an entity after the event at ``originator_version``.

    ``topic`` is that of the entity class; ``state`` has the attributes, and is ``None`` if the entity was discarded.
    """

    topic: str
    state: dict[str, Any] | None


class EventSourcedSnapshotStrategy:
    """Stores snapshots in an event store for snapshots."""

    def __init__(self, event_store: AbstractEventStore) -> None:
        self.event_store = event_store

    def get_snapshot(self, entity_id: EntityId, lt: Any = None, lte: Any = None) -> Any:
        """Return the snapshot with the highest version within the bounds, or ``None``."""
        return self.event_store.get_most_recent_event(entity_id, lt=lt, lte=lte)

    def take_snapshot(self, entity_id: EntityId, entity: Any, last_event_version: int) -> Snapshot:
        """Publish a snapshot with a deep copy of the entity's attributes, and return it; a policy has to store it."""
        snapshot = Snapshot(
            originator_id=entity_id,
            originator_version=last_event_version,
            topic=topic_from_domain_class(type(entity)),
            state=None if entity is None else deep_copy(entity.__dict__),
        )
        publish(snapshot)
        return snapshot


def entity_from_snapshot(snapshot: Any, classes: KnownClasses = known_classes) -> Any:
    """Return a new entity with a copy of a snapshot's state; ``None`` if the entity was discarded.

    Raises ``TopicResolutionError`` if its class is not in ``classes``.
    """
    if snapshot.state is None:
        return None
    return new_object(classes.resolve(snapshot.topic), deep_copy(snapshot.state))


PAGE_SIZE: Final = 500
"""Records in one query. With fewer, the queries take longer than reading the rows; with more, the garbage collector,
which runs after every 700 new objects, takes longer than both."""
Mutator = Callable[[Any, Any], Any]
"""``(entity or None, event) -> entity or None``."""


class EventPlayer:
    """Replays the events of entities with a mutator, and takes snapshots of entities."""

    def __init__(
        self,
        event_store: AbstractEventStore,
        mutator: Mutator,
        page_size: int | None = None,
        snapshot_strategy: EventSourcedSnapshotStrategy | None = None,
    ) -> None:
        self.event_store = event_store
        self.mutator = mutator
        self.page_size = page_size
        self.snapshot_strategy = snapshot_strategy

    def replay_entity(
        self,
        entity_id: EntityId,
        gt: Any = None,
        gte: Any = None,
        lt: Any = None,
        lte: Any = None,
        limit: int | None = None,
        initial_state: Any = None,
        query_descending: bool = False,
    ) -> Any:
        """Apply the events within the bounds to ``initial_state``, and return the result; ``None`` if there is none.

        The bounds are versions. Events are always applied in ascending order; with ``query_descending``, ``limit``
        selects the last ones. Raises the errors of the event store and of the mutator.
        """
        if limit is not None or query_descending:
            events = self.event_store.get_domain_events(
                entity_id, gt=gt, gte=gte, lt=lt, lte=lte, limit=limit, is_ascending=not query_descending
            )
            return self.replay_events(initial_state, reversed(events) if query_descending else events)
        pages = self.event_store.pages_of_events(entity_id, gt, gte, lt, lte, self.page_size or PAGE_SIZE)
        return self.replay_events(initial_state, chain.from_iterable(pages))

    def replay_events(self, initial_state: Any, events: Iterable[Any]) -> Any:
        """Apply events in the given order, and return the result."""
        return reduce(self.mutator, events, initial_state)

    def get_domain_events(self, entity_id: EntityId, gt: Any = None, limit: int | None = None) -> list[Any]:
        """Return the events of an entity after a version, in ascending order; the first ``limit`` of them."""
        return self.event_store.get_domain_events(entity_id, gt=gt, limit=limit)

    def get_most_recent_event(self, entity_id: EntityId, lt: Any = None, lte: Any = None) -> Any:
        """Return the last event within the bounds, or ``None``."""
        return self.event_store.get_most_recent_event(entity_id, lt=lt, lte=lte)

    def get_snapshot(self, entity_id: EntityId, lt: Any = None, lte: Any = None) -> Any:
        """Return the snapshot with the highest version within the bounds; ``None`` if there is none, or no strategy."""
        return self.snapshot_strategy and self.snapshot_strategy.get_snapshot(entity_id, lt=lt, lte=lte)

    def rebuild(self, entity_id: EntityId, lt: Any = None, lte: Any = None) -> Any:
        """Rebuild an entity from its latest snapshot within the bounds and the events after it.

        Return ``None`` if it has no event within the bounds, or was discarded.
        """
        snapshot = self.get_snapshot(entity_id, lt=lt, lte=lte)
        if snapshot is None:
            return self.replay_entity(entity_id, lt=lt, lte=lte)
        if snapshot.state is None:
            return None
        return self.replay_entity(
            entity_id, gt=snapshot.originator_version, lt=lt, lte=lte, initial_state=entity_from_snapshot(snapshot)
        )

    def take_snapshot(self, entity_id: EntityId, lt: Any = None, lte: Any = None) -> Any:
        """Take a snapshot at the last event within the bounds, from the previous snapshot and the events after it.

        Return the new snapshot; the existing one if that version has one; ``None`` if there is no event. Publishes
        the snapshot. Raises ``ValueError`` without a snapshot strategy.
        """
        if self.snapshot_strategy is None:
            raise ValueError("this event player has no snapshot strategy, so it cannot take snapshots")
        last_event = self.get_most_recent_event(entity_id, lt=lt, lte=lte)
        if last_event is None:
            return None
        version = self.event_store.position_of(last_event)
        snapshot = self.get_snapshot(entity_id, lte=version)
        if snapshot is not None and snapshot.originator_version == version:
            return snapshot
        return self.snapshot_strategy.take_snapshot(entity_id, self.rebuild(entity_id, lte=version), version)


class EventSourcedRepository:
    """Rebuilds entities from their events; with a snapshot strategy, from their latest snapshot."""

    def __init__(
        self,
        event_store: AbstractEventStore,
        mutator: Mutator,
        snapshot_strategy: EventSourcedSnapshotStrategy | None = None,
        page_size: int | None = None,
    ) -> None:
        self.event_store = event_store
        self.event_player = EventPlayer(
            event_store=event_store, mutator=mutator, page_size=page_size, snapshot_strategy=snapshot_strategy
        )

    def __contains__(self, entity_id: EntityId) -> bool:
        return self.get_entity(entity_id) is not None

    def __getitem__(self, entity_id: EntityId) -> Any:
        """Return an entity at its last version. Raises ``RepositoryKeyError`` if it is unknown or discarded."""
        entity = self.get_entity(entity_id)
        if entity is None:
            raise RepositoryKeyError(entity_id)
        return entity

    def get_entity(self, entity_id: EntityId, lt: Any = None, lte: Any = None) -> Any:
        """Return an entity at the last version within the bounds; ``None`` if there is none, or it was discarded."""
        return self.event_player.rebuild(entity_id, lt=lt, lte=lte)

    def take_snapshot(self, entity_id: EntityId, lt: Any = None, lte: Any = None) -> Any:
        """Take a snapshot; see ``EventPlayer.take_snapshot``."""
        return self.event_player.take_snapshot(entity_id, lt=lt, lte=lte)


_log = logging.getLogger(__name__)


class PersistencePolicy:
    """Appends published events of a class to an event store, a list of them in one transaction."""

    def __init__(self, event_store: AbstractEventStore, event_type: type | tuple[type, ...] | None = None) -> None:
        self.event_store = event_store
        self.event_type = event_type
        self._bus = current_bus()
        self._bus.subscribe(handler=self.store_event, predicate=self.is_event)

    def is_event(self, event: Any) -> bool:
        """Return whether an event, or each of a list of events, is of the class that this policy stores."""
        if isinstance(event, (list, tuple)):
            return all(map(self.is_event, event))
        return self.event_type is None or isinstance(event, self.event_type)

    def store_event(self, event: Any) -> None:
        """Append an event, or a list of events, in one transaction. Raises as ``EventStore.append`` does."""
        self.event_store.append(event)

    def close(self) -> None:
        """Unsubscribe."""
        self._bus.unsubscribe(handler=self.store_event, predicate=self.is_event)


class SnapshottingPolicy:
    """Takes a snapshot of an entity at every ``frequency``-th event.

    If that fails, the event stays in the store, and the error is passed to ``on_failure`` or written to the log file.
    """

    def __init__(
        self,
        event_player: EventPlayer,
        frequency: int,
        on_failure: Callable[[EntityId, Exception], None] | None = None,
    ) -> None:
        if frequency < 1:
            raise ValueError(f"frequency must be 1 or more, not {frequency}")
        self.event_player = event_player
        self.frequency = frequency
        self._on_failure = on_failure or _log_failure
        self._bus = current_bus()
        self._bus.subscribe(handler=self.take_snapshot, predicate=self.triggers_snapshot)

    def triggers_snapshot(self, event: Any) -> bool:
        """Return whether an event, or any of a list of events, is due for a snapshot."""
        return any(self._is_due(each) for each in _as_list(event))

    def take_snapshot(self, event: Any) -> None:
        """Take a snapshot at the version of each event that is due. Never raises: see the class."""
        for each in filter(self._is_due, _as_list(event)):
            try:
                self.event_player.take_snapshot(each.originator_id, lte=each.originator_version)
            except Exception as error:
                self._on_failure(each.originator_id, error)

    def close(self) -> None:
        """Unsubscribe."""
        self._bus.unsubscribe(handler=self.take_snapshot, predicate=self.triggers_snapshot)

    def _is_due(self, event: Any) -> bool:
        return isinstance(event, VersionedEntityEvent) and not (event.originator_version + 1) % self.frequency


def _as_list(event: Any) -> list[Any]:
    return list(event) if isinstance(event, (list, tuple)) else [event]


def _log_failure(entity_id: EntityId, error: Exception) -> None:
    _log.error("The event is stored, but no snapshot of %s could be taken: %s", entity_id, error, exc_info=error)
