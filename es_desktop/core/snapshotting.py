"""Snapshots: the state of an entity at a version, kept as an event of its own."""

from __future__ import annotations

from typing import Any

from .bus import publish
from .copying import deep_copy
from .events import EntityId, EventWithOriginatorID, EventWithOriginatorVersion, EventWithTimestamp
from .eventstore import AbstractEventStore
from .topics import KnownClasses, known_classes, new_object, topic_from_domain_class


class Snapshot(EventWithTimestamp, EventWithOriginatorVersion, EventWithOriginatorID):
    """What an entity was after the event at ``originator_version``.

    ``topic`` names the class of the entity, ``state`` holds its attributes; ``None`` where it was discarded.
    """

    topic: str
    state: dict[str, Any] | None


class EventSourcedSnapshotStrategy:
    """Keeps snapshots in an event store of their own."""

    def __init__(self, event_store: AbstractEventStore) -> None:
        self.event_store = event_store

    def get_snapshot(self, entity_id: EntityId, lt: Any = None, lte: Any = None) -> Any:
        """Return the latest snapshot of an entity within bounds, or ``None``."""
        return self.event_store.get_most_recent_event(entity_id, lt=lt, lte=lte)

    def take_snapshot(self, entity_id: EntityId, entity: Any, last_event_version: int) -> Snapshot:
        """Publish a snapshot with a deep copy of the entity's attributes, and return it."""
        snapshot = Snapshot(
            originator_id=entity_id,
            originator_version=last_event_version,
            topic=topic_from_domain_class(type(entity)),
            state=None if entity is None else deep_copy(entity.__dict__),
        )
        publish(snapshot)
        return snapshot


def entity_from_snapshot(snapshot: Any, classes: KnownClasses = known_classes) -> Any:
    """Return the entity that a snapshot holds, with attributes of its own; ``None`` where it was discarded.

    Raises ``TopicResolutionError`` where its class is not known here.
    """
    if snapshot.state is None:
        return None
    return new_object(classes.resolve(snapshot.topic), deep_copy(snapshot.state))
