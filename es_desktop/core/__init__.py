"""The event-sourcing core: events, entities, snapshots, policies, and the protocols that a database implements."""

from .attributes import attribute, attribute_names
from .bus import (
    EventBus,
    assert_event_handlers_empty,
    current_bus,
    publish,
    subscribe,
    unsubscribe,
)
from .clock import clock_set_to
from .entity import (
    DomainEntity,
    TimestampedEntity,
    TimestampedVersionedEntity,
    VersionedEntity,
    create_entity,
)
from .errors import (
    ConcurrencyError,
    DatastoreError,
    EntityIsDiscarded,
    EventHandlersNotEmptyError,
    MismatchedOriginatorIDError,
    MismatchedOriginatorVersionError,
    MutatorRequiresTypeNotInstance,
    RepositoryKeyError,
    SequencedItemError,
    StoreRefusedError,
    TopicResolutionError,
    ValueDecodingError,
    ValueEncodingError,
)
from .eventplayer import EventPlayer, Mutator
from .events import (
    AttributeChanged,
    Created,
    Discarded,
    DomainEvent,
    EntityId,
    EventWithOriginatorID,
    EventWithOriginatorVersion,
    EventWithTimestamp,
    TimestampedEntityEvent,
    TimestampedVersionedEntityEvent,
    VersionedEntityEvent,
)
from .eventstore import AbstractEventStore, ActiveRecordStrategy, EventStore
from .mutator import entity_mutator
from .policies import PersistencePolicy, SnapshottingPolicy
from .recorded import RecordedEvent, RecordedSnapshot, RecordOrigin, Topic
from .repository import EventSourcedRepository
from .sequenceditem import Mapper, SequencedItem, SequencedItemFieldNames, SequencedItemMapper
from .snapshotting import EventSourcedSnapshotStrategy, Snapshot, entity_from_snapshot
from .topics import (
    KnownClasses,
    known_classes,
    resolve_domain_topic,
    topic_from_domain_class,
    topic_of,
)

__all__ = [
    "AbstractEventStore",
    "ActiveRecordStrategy",
    "AttributeChanged",
    "ConcurrencyError",
    "Created",
    "DatastoreError",
    "Discarded",
    "DomainEntity",
    "DomainEvent",
    "EntityId",
    "EntityIsDiscarded",
    "EventBus",
    "EventHandlersNotEmptyError",
    "EventPlayer",
    "EventSourcedRepository",
    "EventSourcedSnapshotStrategy",
    "EventStore",
    "EventWithOriginatorID",
    "EventWithOriginatorVersion",
    "EventWithTimestamp",
    "KnownClasses",
    "Mapper",
    "MismatchedOriginatorIDError",
    "MismatchedOriginatorVersionError",
    "Mutator",
    "MutatorRequiresTypeNotInstance",
    "PersistencePolicy",
    "RecordOrigin",
    "RecordedEvent",
    "RecordedSnapshot",
    "RepositoryKeyError",
    "SequencedItem",
    "SequencedItemError",
    "SequencedItemFieldNames",
    "SequencedItemMapper",
    "Snapshot",
    "SnapshottingPolicy",
    "StoreRefusedError",
    "TimestampedEntity",
    "TimestampedEntityEvent",
    "TimestampedVersionedEntity",
    "TimestampedVersionedEntityEvent",
    "Topic",
    "TopicResolutionError",
    "ValueDecodingError",
    "ValueEncodingError",
    "VersionedEntity",
    "VersionedEntityEvent",
    "assert_event_handlers_empty",
    "attribute",
    "attribute_names",
    "clock_set_to",
    "create_entity",
    "current_bus",
    "entity_from_snapshot",
    "entity_mutator",
    "known_classes",
    "publish",
    "resolve_domain_topic",
    "subscribe",
    "topic_from_domain_class",
    "topic_of",
    "unsubscribe",
]
