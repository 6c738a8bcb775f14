"""An entity whose class is not known here: what the generic fold makes of its events, in a working copy."""

from __future__ import annotations

from typing import Any, Final

from es_desktop.core import RecordedEvent, TimestampedVersionedEntity, VersionedEntity, topic_of
from es_desktop.core.entity import BOOKKEEPING
from es_desktop.core.topics import new_object
from es_desktop.replay import GenericFold, PlainTree

_FOLDS: Final = {has_core_type: GenericFold(core_types=has_core_type) for has_core_type in (True, False)}


class GenericEntity(TimestampedVersionedEntity):
    """Holds its state as attributes of plain names, beside those by which it keeps track of itself.

    Its versions begin where those of its first event do. It is begun by that event, whatever its type.
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
