"""Entities of a working copy whose class is not known here: the entity, and the mappers that read and write it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from es_desktop import core
from es_desktop.app.transfer.store_file import OURS, CopyNotes, has_core_type
from es_desktop.core.entity import BOOKKEEPING
from es_desktop.core.recorded import INFERRED
from es_desktop.core.topics import new_object
from es_desktop.replay import GenericFold, PlainTree, plain_state

if TYPE_CHECKING:
    from es_desktop.stores.formats.base import SequenceTable


_FOLDS: Final = {has_core_type: GenericFold(core_types=has_core_type) for has_core_type in (True, False)}


class GenericEntity(core.TimestampedVersionedEntity):
    """Holds its state as attributes with plain names. Any event can be its first, whatever the type and version."""

    class Event(core.TimestampedVersionedEntity.Event):
        """What every event of such an entity is."""

    class Recorded(core.VersionedEntity.Event):
        """An event of the copy, by its record. It is read, and never published."""

        timestamp: float | None
        record: core.RecordedEvent
        has_core_type: bool

    @property
    def state(self) -> dict[str, PlainTree]:
        """The attributes with plain names."""
        return {name: value for name, value in vars(self).items() if name not in BOOKKEEPING}

    @staticmethod
    def _mutator(initial: Any, event: Any) -> Any:
        if isinstance(initial, type):
            state, entity = {}, GenericEntity.at(event, {})
        else:
            initial._validate_originator(event)
            state, entity = initial.state, initial
        if isinstance(event, GenericEntity.Recorded):
            after = _FOLDS[event.has_core_type].apply(state, event.record)
        else:  # a new event, as its record will be read
            payload = {name: value for name, value in vars(event).items() if name in ("name", "value")}
            record = core.RecordedEvent(event.originator_version, core.topic_of(type(event)), event.timestamp, payload)
            after = _FOLDS[True].apply(state, record)
        entity._is_discarded = after is None
        kept = {name: value for name, value in vars(entity).items() if name in BOOKKEEPING}
        entity.__dict__.clear()
        entity.__dict__.update({**kept, **(state if after is None else after)})
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


_GENERIC = core.topic_of(GenericEntity)


class GenericMapper:
    """Maps the events and the snapshots of a copy; those of a known class as any other store of ours does.

    A new event gets a topic of the same entity class as the copied ones, if the core's event types mean the same in
    their program; otherwise one of another module, so that the two are not mixed up.
    """

    position_attr_name = "originator_version"

    def __init__(self, events: SequenceTable, classes: core.KnownClasses, notes: CopyNotes) -> None:
        self._events = events
        self._classes = classes
        self._notes = notes

    def to_sequenced_item(self, event: Any) -> Any:
        """Return the item of an event or of a snapshot. Raises ``ValueEncodingError``."""
        to_item = self._events.mapper.to_sequenced_item
        if isinstance(event, GenericEntity.Event):
            first = self._first_topic(event.originator_id)
            is_shared = self._notes.core_types and first.entity_topic is not None
            topic = first.entity_topic if is_shared else f"{OURS}#{first.entity}"
            return to_item(event)._replace(topic=f"{topic}.{type(event).__name__}")
        if isinstance(event, core.Snapshot) and (event.topic == _GENERIC or event.state is None):
            first = self._first_topic(event.originator_id)
            event = core.Snapshot(**{**vars(event), "topic": first.entity_topic or first.text, INFERRED: True})
        return to_item(event)

    def from_sequenced_item(self, item: Any) -> Any:
        """Return the event of an item. Raises ``ValueDecodingError``."""
        mapper = self._events.mapper
        record = mapper.to_recorded_event(item)
        if record.origin is None and self._classes.find(item[2]) is not None:
            return mapper.from_sequenced_item(item)
        if record.error is not None:
            raise core.ValueDecodingError(f"the event at version {record.version}: {record.error}")
        return GenericEntity.Recorded(
            originator_id=item[0],
            originator_version=item[1],
            timestamp=record.timestamp,
            record=record,
            has_core_type=has_core_type(record, self._notes),
        )

    def _first_topic(self, entity_id: Any) -> core.Topic:
        return core.Topic(str(self._events.strategy.get_items(entity_id, limit=1)[0][2]))


class GenericSnapshotMapper(GenericMapper):
    """Reads snapshots: one of an unknown class becomes one of a generic entity."""

    def from_sequenced_item(self, item: Any) -> Any:
        """Return the snapshot of an item. Raises ``ValueDecodingError``."""
        mapper = self._events.mapper
        found = mapper.to_recorded_snapshot(item)
        if found.error is not None:
            raise core.ValueDecodingError(f"the snapshot at version {found.version}: {found.error}")
        if found.origin is None and self._classes.find(found.topic) is not None:
            return mapper.from_sequenced_item(item)
        snapshot = core.Snapshot(
            originator_id=item[0], originator_version=item[1], topic=_GENERIC, state=None, timestamp=found.timestamp
        )
        if found.state is not None:
            entity = GenericEntity.at(snapshot, plain_state(found.state))
            entity._increment_version()
            vars(snapshot)["state"] = vars(entity)
        return snapshot
