"""The mappers of a working copy: what has no class here is read and written as a generic entity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from es_desktop.app.transfer.records import OURS, CopyNotes, has_core_type
from es_desktop.core import KnownClasses, Snapshot, Topic, ValueDecodingError, topic_of
from es_desktop.core.recorded import INFERRED
from es_desktop.replay import plain_state

from .generic_entity import GenericEntity

if TYPE_CHECKING:
    from es_desktop.stores.formats.base import SequenceTable

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
            return to_item(self._in_words_of_copy(event))
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

    def _in_words_of_copy(self, snapshot: Snapshot) -> Snapshot:
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
