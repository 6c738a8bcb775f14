"""Entities of a working copy whose class is not known here: the entity, and the mappers that read and write it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from es_desktop.app.transfer.records import OURS, has_core_type
from es_desktop.app.transfer.store_file import CopyNotes
from es_desktop.core import (
    KnownClasses,
    RecordedEvent,
    Snapshot,
    TimestampedVersionedEntity,
    Topic,
    ValueDecodingError,
    VersionedEntity,
    topic_of,
)
from es_desktop.core.entity import BOOKKEEPING
from es_desktop.core.sequenceditem import INFERRED
from es_desktop.core.topics import new_object
from es_desktop.replay import GenericFold, PlainTree, plain_state

if TYPE_CHECKING:
    from es_desktop.stores.formats.base import SequenceTable


_FOLDS: Final = {has_core_type: GenericFold(core_types=has_core_type) for has_core_type in (True, False)}


class GenericEntity(TimestampedVersionedEntity):
    """Holds its state as attributes with plain names, in addition to the attributes of every entity.

    Its first event starts it, whatever the type and version of that event.
    """

    class Event(TimestampedVersionedEntity.Event):
        """What every event of such an entity is."""

    class Recorded(VersionedEntity.Event):
        """An event of the copy, by its record. It is read, and never published."""

        timestamp: float | None
        record: RecordedEvent
        has_core_type: bool

    @property
    def state(self) -> dict[str, PlainTree]:
        """The state, under plain names."""
        return {name: value for name, value in vars(self).items() if name not in BOOKKEEPING}

    @staticmethod
    def _mutator(initial: Any, event: Any) -> Any:
        if isinstance(initial, type):
            state, entity = {}, GenericEntity.at(event, {})
        else:
            initial._validate_originator(event)
            state, entity = initial.state, initial
        is_recorded = isinstance(event, GenericEntity.Recorded)
        fold = _FOLDS[event.has_core_type if is_recorded else True]
        record = event.record if is_recorded else _record_of(event)
        after = fold.apply(state, record)
        entity._is_discarded = after is None
        entity._take_over(state if after is None else after)
        entity._accept(event)
        return None if after is None else entity

    @classmethod
    def at(cls, event: Any, state: dict[str, PlainTree]) -> GenericEntity:
        """Return the entity of an event or of a snapshot in this state, before it is counted."""
        frame = {"_id": event.originator_id, "_version": event.originator_version, "_is_discarded": False}
        entity: GenericEntity = new_object(
            cls, {**frame, "_created_on": event.timestamp, "_last_modified_on": event.timestamp, **state}
        )
        return entity

    def _take_over(self, state: dict[str, PlainTree]) -> None:
        kept = {name: value for name, value in vars(self).items() if name in BOOKKEEPING}
        self.__dict__.clear()
        self.__dict__.update({**kept, **state})


def _record_of(event: Any) -> RecordedEvent:
    """A new event as its record will be read."""
    payload = {name: value for name, value in vars(event).items() if name in ("name", "value")}
    return RecordedEvent(event.originator_version, topic_of(type(event)), event.timestamp, payload)


_GENERIC = topic_of(GenericEntity)


class GenericMapper:
    """Maps the events and the snapshots of a copy; those of a known class as any other store of ours does.

    An event that is written gets a topic beside those of its entity's copied ones where their program's own kinds mean
    the same; elsewhere it gets one of another module, so that the two are not mixed up.
    """

    position_attr_name = "originator_version"

    def __init__(self, events: SequenceTable, classes: KnownClasses, notes: CopyNotes) -> None:
        self._events = events
        self._classes = classes
        self._notes = notes

    def to_sequenced_item(self, event: Any) -> Any:
        """Return the item of an event or of a snapshot. Raises ``ValueEncodingError``."""
        to_item = self._events.mapper.to_sequenced_item
        if isinstance(event, GenericEntity.Event):
            return to_item(event)._replace(topic=f"{self._topic_for_ours(event.originator_id)}.{type(event).__name__}")
        if isinstance(event, Snapshot) and (event.topic == _GENERIC or event.state is None):
            return to_item(self._as_copied_type(event))
        return to_item(event)

    def from_sequenced_item(self, item: Any) -> Any:
        """Return the event of an item. Raises ``ValueDecodingError``."""
        mapper = self._events.mapper
        record = mapper.to_recorded_event(item)
        if record.origin is None and self._classes.find(item[2]) is not None:
            return mapper.from_sequenced_item(item)
        if record.error is not None:
            raise ValueDecodingError(f"the event at version {record.version}: {record.error}")
        return GenericEntity.Recorded(
            originator_id=item[0],
            originator_version=item[1],
            timestamp=record.timestamp,
            record=record,
            has_core_type=has_core_type(record, self._notes),
        )

    def _as_copied_type(self, snapshot: Snapshot) -> Snapshot:
        """Return a snapshot as one of the entity that the copied events tell of."""
        first = Topic(self._first_topic(snapshot.originator_id))
        return Snapshot(**{**vars(snapshot), "topic": first.entity_topic or first.text, INFERRED: True})

    def _first_topic(self, entity_id: Any) -> str:
        return str(self._events.strategy.get_items(entity_id, limit=1)[0][2])

    def _topic_for_ours(self, entity_id: Any) -> str:
        first = Topic(self._first_topic(entity_id))
        if self._notes.core_types and first.entity_topic is not None:
            return first.entity_topic
        return f"{OURS}#{first.entity}"


class GenericSnapshotMapper(GenericMapper):
    """Reads snapshots: one of an unknown class becomes one of a generic entity."""

    def from_sequenced_item(self, item: Any) -> Any:
        """Return the snapshot of an item. Raises ``ValueDecodingError``."""
        mapper = self._events.mapper
        found = mapper.to_recorded_snapshot(item)
        if found.error is not None:
            raise ValueDecodingError(f"the snapshot at version {found.version}: {found.error}")
        if found.origin is None and self._classes.find(found.topic) is not None:
            return mapper.from_sequenced_item(item)
        snapshot = Snapshot(
            originator_id=item[0], originator_version=item[1], topic=_GENERIC, state=None, timestamp=found.timestamp
        )
        if found.state is not None:
            entity = GenericEntity.at(snapshot, plain_state(found.state))
            entity._increment_version()
            vars(snapshot)["state"] = vars(entity)
        return snapshot
