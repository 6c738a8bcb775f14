"""Sequenced items, which are an event as four fields of a table row, and the mapper between the two."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from . import values
from .errors import SequencedItemError, TopicResolutionError, ValueDecodingError
from .recorded import ENVELOPE, INFERRED, RecordedEvent, RecordedSnapshot, Topic
from .topics import KnownClasses, known_classes, new_object, topic_from_domain_class


class SequencedItem(NamedTuple):
    """One record: its sequence and position, the topic of its class, and its payload as JSON text."""

    sequence_id: Any
    position: Any
    topic: str
    data: str


# Any named tuple of four fields with the same meanings, in this order.
SequencedItemClass = type[Any]


@dataclass(frozen=True, slots=True)
class SequencedItemFieldNames:
    """The names of the four fields in a class of sequenced items."""

    sequence_id: str
    position: str
    topic: str
    data: str

    @classmethod
    def of(cls, item_class: SequencedItemClass) -> SequencedItemFieldNames:
        fields = getattr(item_class, "_fields", ())
        if len(fields) != 4:
            raise TypeError(f"{item_class!r} has to be a named tuple of four fields: sequence, position, topic, data")
        return cls(*fields)


class Mapper(Protocol):
    """Turns events into sequenced items and back."""

    @property
    def position_attr_name(self) -> str: ...

    def to_sequenced_item(self, event: Any) -> Any: ...

    def from_sequenced_item(self, item: Any) -> Any: ...


class SequencedItemMapper:
    """Maps events to items of ``sequenced_item_class``, with the payload as JSON.

    The sequence id and the position of an event are columns; all its other attributes are the payload. The names of
    these two attributes default to the first two fields of the item class. Events are only made of classes that are in
    ``classes``.
    """

    def __init__(
        self,
        sequenced_item_class: SequencedItemClass = SequencedItem,
        sequence_id_attr_name: str | None = None,
        position_attr_name: str | None = None,
        classes: KnownClasses = known_classes,
    ) -> None:
        self.sequenced_item_class = sequenced_item_class
        self.field_names = SequencedItemFieldNames.of(sequenced_item_class)
        self.sequence_id_attr_name = sequence_id_attr_name or self.field_names.sequence_id
        self.position_attr_name = position_attr_name or self.field_names.position
        self.classes = classes
        # Python eventsourcing 3.0 repeats the two columns in the payload; 3.1 and our own stores do not.
        self._excluded = ENVELOPE | {self.sequence_id_attr_name, self.position_attr_name}

    def to_sequenced_item(self, event: Any) -> Any:
        """Return the item of an event, whose class becomes a known one.

        Raises ``SequencedItemError`` if the event has no sequence id or position, ``ValueEncodingError`` if one of its
        values cannot be stored.
        """
        attributes = dict(event.__dict__)
        try:
            sequence_id = attributes.pop(self.sequence_id_attr_name)
            position = attributes.pop(self.position_attr_name)
        except KeyError as error:
            raise SequencedItemError(f"{event!r} has no attribute {error}, which says where it belongs") from None
        topic = topic_from_domain_class(type(event))
        return self.sequenced_item_class(sequence_id, position, topic, values.dumps(attributes))

    def from_sequenced_item(self, item: Any) -> Any:
        """Return the event of an item. Raises ``TopicResolutionError`` or ``ValueDecodingError``."""
        sequence_id, position, topic, data = item
        event_class = self.classes.resolve(topic)
        attributes = values.loads(data, self.classes)
        if type(attributes) is not dict:
            raise _no_attributes(attributes)
        attributes[self.sequence_id_attr_name] = sequence_id
        attributes[self.position_attr_name] = position
        return new_object(event_class, attributes)

    def event_type(self, topic: Any) -> str:
        """Return the event type of a topic."""
        return Topic(str(topic)).type

    def to_recorded_event(self, item: Any) -> RecordedEvent:
        """Return the event of an item, decoded as far as possible. Never raises: ``error`` says what failed."""
        sequence_id, position, topic, data = item
        if not isinstance(topic, str):
            error = f"the topic is {topic!r}, where text is expected"
            return RecordedEvent(position, "", None, {}, error=error, raw=item)
        try:
            attributes = self.decode_payload(data)
            event_class = self.classes.find(topic)
            domain_event = None if event_class is None else new_object(event_class, attributes)
        except (ValueDecodingError, TopicResolutionError) as failure:
            return RecordedEvent(position, topic, None, {}, error=str(failure), raw=item)
        payload = {name: value for name, value in attributes.items() if name not in self._excluded}
        attributes[self.sequence_id_attr_name] = sequence_id
        attributes[self.position_attr_name] = position
        return RecordedEvent(position, topic, seconds_in(attributes.get("timestamp")), payload, domain_event, raw=item)

    def to_recorded_snapshot(self, item: Any) -> RecordedSnapshot:
        """Return the snapshot of an item, decoded as far as possible. Never raises: ``error`` says what failed."""
        _, position, topic, data = item
        try:
            attributes = self.decode_payload(data)
            state = attributes["state"]
            if not (state is None or isinstance(state, dict)):
                raise ValueDecodingError(f"the state is a {type(state).__name__}, where an object is expected")
            if not isinstance(attributes["topic"], str):
                raise ValueDecodingError(f"the topic is {attributes['topic']!r}, where text is expected")
            time = seconds_in(attributes.get("timestamp"))
            is_inferred = attributes.get(INFERRED) is True
            return RecordedSnapshot(position, attributes["topic"], time, state, is_inferred=is_inferred, raw=item)
        except ValueDecodingError as error:
            return RecordedSnapshot(position, topic, None, None, str(error))
        except KeyError as error:
            return RecordedSnapshot(position, topic, None, None, f"the payload of the snapshot has no {error}")

    def payload_text(self, item: Any) -> str:
        """Return the payload of an item as JSON text."""
        data = item[3]
        return data if isinstance(data, str) else bytes(data).decode()

    def decode_payload(self, data: str | bytes) -> dict[str, Any]:
        """Return the attributes in a payload. Raises ``ValueDecodingError``."""
        attributes = values.loads(data, self.classes)
        if type(attributes) is not dict:
            raise _no_attributes(attributes)
        return attributes


def _no_attributes(payload: object) -> ValueDecodingError:
    return ValueDecodingError(f"the payload is a {type(payload).__name__}, where an object is expected")


def seconds_in(timestamp: Any) -> float | None:
    """Return a timestamp as finite seconds since the epoch; ``None`` if it is none."""
    # Python eventsourcing writes a float before version 4, and a Decimal since then.
    if not isinstance(timestamp, (int, float, Decimal)):
        return None
    try:
        seconds = float(timestamp)
    except (ValueError, OverflowError):
        return None
    return seconds if math.isfinite(seconds) else None
