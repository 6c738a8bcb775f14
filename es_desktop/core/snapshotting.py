"""Snapshots: the state of an entity at a version, stored as an event in a table for snapshots."""

from __future__ import annotations

from typing import Any

from .bus import publish
from .copying import deep_copy
from .events import EntityId, EventWithOriginatorID, EventWithOriginatorVersion, EventWithTimestamp
from .eventstore import AbstractEventStore
from .topics import KnownClasses, known_classes, new_object, topic_from_domain_class


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
