"""Rebuilds entities: the event player, snapshots and the repository; and the policies that store what is published."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from functools import reduce
from itertools import chain
from typing import Any, Final

from .bus import Appends, NotedAppend, Origin, as_list, bus_of, current_bus
from .entity import DomainEntity
from .errors import EventNotStoredError, RepositoryKeyError, TopicResolutionError, ValueEncodingError
from .events import EntityId, EventWithOriginatorID, EventWithOriginatorVersion, EventWithTimestamp
from .eventstore import AbstractEventStore, EventStore, require_count
from .topics import (
    ORIGIN_SLOT,
    KnownClasses,
    deep_copy,
    entity_of,
    known_classes,
    state_of,
    topic_from_domain_class,
    topic_of,
)


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
        self._bus = current_bus()

    def get_snapshot(self, entity_id: EntityId, lt: Any = None, lte: Any = None) -> Any:
        """Return the snapshot with the highest version within the bounds, or ``None``."""
        return self.event_store.get_most_recent_event(entity_id, lt=lt, lte=lte)

    def take_snapshot(self, entity_id: EntityId, entity: Any, last_event_version: int) -> Snapshot:
        """Publish a snapshot with a deep copy of the entity's attributes, and return it; a policy has to store it.

        The entity is a dict, or an object that holds nothing but attributes. Raises ``ValueEncodingError`` for any
        other, and ``EventNotStoredError`` if there are policies, and none keeps it.
        """
        cls, state = type(entity), None
        if entity is not None:
            state = deep_copy(entity if cls is dict else state_of(entity))
            try:
                entity_of(cls, dict(state))
            except TopicResolutionError as error:
                raise ValueEncodingError(f"no snapshot can be taken of an entity that is a {cls.__name__}") from error
        topic = topic_of(dict) if cls is dict else topic_from_domain_class(cls)
        snapshot = Snapshot(originator_id=entity_id, originator_version=0, topic=topic, state=state)
        vars(snapshot)["originator_version"] = last_event_version  # also a time, where the positions are times
        bus = bus_of(self.event_store, self._bus)
        with Appends(snapshot) as appends:
            bus.publish(snapshot)
        if bus.stores and not appends.stored(self.event_store):
            raise EventNotStoredError(f"no open store keeps snapshots; that of {entity_id} was not stored")
        return snapshot


def entity_from_snapshot(snapshot: Any, classes: KnownClasses = known_classes) -> Any:
    """Return a new entity with a copy of a snapshot's state; ``None`` if the entity was discarded.

    Raises ``TopicResolutionError`` if its class is not in ``classes``.
    """
    if snapshot.state is None:
        return None
    cls = dict if snapshot.topic == _DICT else classes.resolve(snapshot.topic)
    return entity_of(cls, deep_copy(snapshot.state))


_DICT: Final = topic_of(dict)


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
        if not callable(mutator):
            raise ValueError(f"the mutator is a function (entity or None, event) -> entity or None, not {mutator!r}")
        if not isinstance(event_store, AbstractEventStore):
            raise TypeError(f"the event store is an AbstractEventStore, not {event_store!r}")
        require_count("page_size", page_size, 1)
        self.event_store = event_store
        self.mutator = mutator
        self.page_size = page_size
        self.snapshot_strategy = snapshot_strategy
        self._bus = current_bus()

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
        selects the last ones. The entity publishes its next events to this store. Raises the errors of the event store
        and of the mutator.
        """
        events: Iterable[Any]
        if limit is not None or query_descending:
            found = self.get_domain_events(entity_id, gt, limit, gte, lt, lte, is_ascending=not query_descending)
            events = reversed(found) if query_descending else found
        else:
            pages = self.event_store.pages_of_events(entity_id, gt, gte, lt, lte, self.page_size or PAGE_SIZE)
            events = chain.from_iterable(pages)
        entity = self.replay_events(initial_state, events)
        if isinstance(entity, DomainEntity):
            notes_appends = isinstance(self.event_store, EventStore) or self.event_store.bus is not None
            bus = bus_of(self.event_store, self._bus)
            object.__setattr__(entity, ORIGIN_SLOT, Origin(bus, self.event_store if notes_appends else None))
        return entity

    def replay_events(self, initial_state: Any, events: Iterable[Any]) -> Any:
        """Apply events in the given order, and return the result."""
        return reduce(self.mutator, events, initial_state)

    def get_domain_events(
        self,
        entity_id: EntityId,
        gt: Any = None,
        limit: int | None = None,
        gte: Any = None,
        lt: Any = None,
        lte: Any = None,
        is_ascending: bool = True,
    ) -> list[Any]:
        """Return the events of an entity between versions, the first ``limit`` of them in the given order."""
        bounds = {"gt": gt, "gte": gte, "lt": lt, "lte": lte}
        return list(self.event_store.get_domain_events(entity_id, **bounds, limit=limit, is_ascending=is_ascending))

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
    """Appends published events of a class to an event store, a list of them in one transaction.

    What is of no such class is left to other policies.
    """

    def __init__(self, event_store: AbstractEventStore, event_type: type | tuple[type, ...] | None = None) -> None:
        self.event_store = event_store
        self.event_type = event_type
        self._is_closed = False
        self._bus = current_bus()
        self._bus.subscribe(handler=self.store_event, predicate=self.is_event)
        self._bus.stores.append(event_store)
        if isinstance(event_store, AbstractEventStore):
            event_store.bus = self._bus

    def is_event(self, event: Any) -> bool:
        """Return whether an event, or each of a list of events, is of the class that this policy stores.

        Raises ``EventNotStoredError``, before anything is written, for a list of which it would store only a part.
        """
        if self.event_type is None:
            return True
        kinds = {issubclass(each, self.event_type) for each in {*map(type, as_list(event))}}
        if len(kinds) > 1:
            raise EventNotStoredError(f"a list is stored in one transaction, but not all of it are {self.event_type}")
        return kinds != {False}

    def store_event(self, event: Any) -> None:
        """Append an event, or a list of events, in one transaction. Raises as ``EventStore.append`` does."""
        with NotedAppend(self.event_store, event):
            self.event_store.append(event)

    def close(self) -> None:
        """Unsubscribe. Does nothing the second time."""
        self._bus.unsubscribe(handler=self.store_event, predicate=self.is_event)
        if not self._is_closed:
            self._bus.stores.remove(self.event_store)
        self._is_closed = True


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
        if type(frequency) is not int or frequency < 1:
            raise ValueError(f"frequency must be 1 or more, not {frequency!r}")
        self.event_player = event_player
        self.frequency = frequency
        self._on_failure = on_failure or _log_failure
        self._bus = current_bus()
        self._bus.subscribe(handler=self.take_snapshot, predicate=self.triggers_snapshot)

    def triggers_snapshot(self, event: Any) -> bool:
        """Return whether an event, or any of a list of events, is due for a snapshot."""
        return any(self._key_if_due(each) for each in as_list(event))

    def take_snapshot(self, event: Any) -> None:
        """Take a snapshot at the version of each event that is due. Never raises: see the class."""
        for entity_id, version in filter(None, map(self._key_if_due, as_list(event))):
            try:
                self.event_player.take_snapshot(entity_id, lte=version)
            except Exception as error:
                self._on_failure(entity_id, error)

    def close(self) -> None:
        """Unsubscribe."""
        self._bus.unsubscribe(handler=self.take_snapshot, predicate=self.triggers_snapshot)

    def _key_if_due(self, event: Any) -> tuple[EntityId, int] | None:
        """Return entity id and version of an event that is due; ``None`` for one that is not, or has no version."""
        store = self.event_player.event_store
        try:
            version = store.position_of(event)
            is_due = type(version) is int and not (version + 1) % self.frequency and not isinstance(event, Snapshot)
            return (store.entity_id_of(event), version) if is_due else None
        except AttributeError:
            return None


def _log_failure(entity_id: EntityId, error: Exception) -> None:
    _log.error("The event is stored, but no snapshot of %s could be taken: %s", entity_id, error, exc_info=error)
