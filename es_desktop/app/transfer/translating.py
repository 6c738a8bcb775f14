"""Records as four plain fields: ours as they stand, those of other programs with what the program reads in them.

What has no place among the four fields is left out: metadata, and the order of a store as a whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from es_desktop.core import (
    KnownClasses,
    RecordedEvent,
    RecordedSnapshot,
    SequencedItem,
    SequencedItemMapper,
    Snapshot,
    Topic,
    ValueEncodingError,
    topic_of,
)
from es_desktop.core.values import dumps
from es_desktop.replay import plain_state

if TYPE_CHECKING:
    from es_desktop.stores.formats.base import RecordMapper, StoreTables

_OURS: Final = SequencedItemMapper(SequencedItem, "originator_id", "originator_version", KnownClasses())


class Translator:
    """Gives the records of a store as plain items, which say the same events and states as the store does.

    One that says the same as it stands is given so, and the payload of one that cannot be read stays as it is.
    """

    def __init__(self, tables: StoreTables) -> None:
        events = tables.events
        self._is_plain = len(events.strategy.sequenced_item_class._fields) == len(SequencedItem._fields)
        self._events = events.mapper
        self._snapshots = events.mapper if tables.snapshots is None else tables.snapshots.mapper
        self.reader: RecordMapper = events.mapper if self._is_plain else _OURS
        """Reads the items."""

    def event(self, item: Any) -> SequencedItem:
        """Return the record of an event."""
        standing = SequencedItem(*item[:4])
        if self._is_plain:
            return standing
        event = self._events.to_recorded_event(item)
        if event.error is not None:
            return standing._replace(topic=_topic(event))
        if _told(_OURS.to_recorded_event(standing)) == _told(event):
            return standing
        payload = _payload(event.timestamp, dict(event.data))
        return standing._replace(topic=_topic(event), data=standing.data if payload is None else payload)

    def snapshot(self, item: Any) -> SequencedItem:
        """Return the record of a snapshot."""
        standing = SequencedItem(*item[:4])
        if self._is_plain:
            return standing
        snapshot = self._snapshots.to_recorded_snapshot(item)
        if snapshot.error is not None or _seen(_OURS.to_recorded_snapshot(standing)) == _seen(snapshot):
            return standing
        state = None if snapshot.state is None else dict(snapshot.state)
        payload = _payload(snapshot.timestamp, {"topic": snapshot.topic, "state": state})
        return standing if payload is None else standing._replace(topic=topic_of(Snapshot), data=payload)


def _told(event: RecordedEvent) -> tuple[Any, ...]:
    """What a person sees of an event."""
    return event.type, event.entity_type, event.timestamp, event.data, event.error


def _seen(snapshot: RecordedSnapshot) -> tuple[Any, ...]:
    """What a person sees of a snapshot."""
    state = None if snapshot.state is None else plain_state(snapshot.state)
    return snapshot.topic, snapshot.timestamp, state, snapshot.error


def _topic(event: RecordedEvent) -> str:
    told = Topic(event.topic)
    if (told.type, told.entity) == (event.type, event.entity_type):
        return event.topic
    return f"#{event.entity_type}.{event.type}"


def _payload(timestamp: float | None, attributes: dict[str, Any]) -> str | None:
    """A payload as ours are; ``None`` for values that ours cannot hold."""
    time = {} if timestamp is None else {"timestamp": timestamp}
    try:
        return dumps({**attributes, **time})
    except ValueEncodingError:
        return None
