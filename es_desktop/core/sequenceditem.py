"""Sequenced items, which are an event as four fields of a table row, and the mapper between the two.

The mapper makes an event that can be applied, or a record decoded as far as possible, with the reason if that fails.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, NamedTuple, Protocol

from . import values
from .errors import ItemRefusedError, TopicResolutionError, ValueDecodingError, ValueEncodingError
from .recorded import ENVELOPE, INFERRED, RecordedEvent, RecordedSnapshot, Topic
from .topics import (
    KnownClasses,
    bare_object,
    keeps_all_in_dict,
    known_classes,
    new_object,
    set_attribute,
    topic_from_domain_class,
)

_AT_ONCE: Final = 50
"""Payloads that are decoded at once: each then takes half the time."""
_FEW: Final = 8
"""With fewer, it takes as long as one by one."""


class SequencedItem(NamedTuple):
    """One record: its sequence and position, the topic of its class, and its payload as JSON text."""

    sequence_id: Any
    position: Any
    topic: str
    data: str


# Any named tuple whose first four fields have the same meanings, in this order.
SequencedItemClass = type[Any]


@dataclass(frozen=True, slots=True)
class SequencedItemFieldNames:
    """The names of the four fields in a class of sequenced items."""

    sequence_id: str
    position: str
    topic: str
    data: str

    @classmethod
    def of(cls, item_class: SequencedItemClass, *, may_have_more: bool = False) -> SequencedItemFieldNames:
        fields = getattr(item_class, "_fields", ())
        if len(fields) != 4 and not (may_have_more and len(fields) > 4):
            raise TypeError(f"{item_class!r} has to be a named tuple of four fields: sequence, position, topic, data")
        return cls(*fields[:4])


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
    ``classes``, and not of payloads that start with the attribute ``origin_name``: they are of other programs.
    """

    def __init__(
        self,
        sequenced_item_class: SequencedItemClass = SequencedItem,
        sequence_id_attr_name: str | None = None,
        position_attr_name: str | None = None,
        classes: KnownClasses = known_classes,
        origin_name: str | None = None,
    ) -> None:
        self.sequenced_item_class = sequenced_item_class
        has_own_fields = type(self).construct_item_args is not SequencedItemMapper.construct_item_args
        self.field_names = SequencedItemFieldNames.of(sequenced_item_class, may_have_more=has_own_fields)
        self.sequence_id_attr_name = sequence_id_attr_name or self.field_names.sequence_id
        self.position_attr_name = position_attr_name or self.field_names.position
        self._key_names = (self.sequence_id_attr_name, self.position_attr_name)
        self._ordinary: set[type] = set()
        """Event classes that have no attribute of these names themselves; their objects keep all in a ``__dict__``."""
        self.classes = classes
        self._origin_name = origin_name
        # Python eventsourcing 3.0 repeats the two columns in the payload; 3.1 and our own stores do not.
        self._excluded = ENVELOPE | {self.sequence_id_attr_name, self.position_attr_name}

    def to_sequenced_item(self, event: Any) -> Any:
        """Return the item of an event, whose class becomes a known one.

        Raises ``ItemRefusedError`` if the event has no sequence id or position, ``ValueEncodingError`` if one of its
        values cannot be stored.
        """
        return self.sequenced_item_class(*self.construct_item_args(event))

    def construct_item_args(self, event: Any) -> tuple[Any, ...]:
        """Return the fields of the item of an event; a subclass adds those that its items have after the first four."""
        event_class: Any = type(event)
        topic = _topic_of_stored(event_class)
        if topic is None:
            raise ValueEncodingError(f"{event!r:.80} does not keep all it holds in a __dict__: it cannot be stored")
        attributes = dict(event.__dict__)
        try:
            sequence_id = attributes.pop(self.sequence_id_attr_name)
            position = attributes.pop(self.position_attr_name)
        except KeyError:  # a property, or an attribute of the class
            sequence_id, position = (getattr(event, name, None) for name in self._key_names)
            for name in self._key_names:
                attributes.pop(name, None)
        if sequence_id is None or position is None or position != position or type(position) is bool:
            names = " and ".join(self._key_names)
            raise ItemRefusedError(f"{event!r} does not say by its {names} where it belongs")
        return sequence_id, position, topic, values.dumps(attributes)

    def from_sequenced_item(self, item: Any) -> Any:
        """Return the event of an item.

        Raises ``ValueDecodingError``, and ``TopicResolutionError`` if its class, or that of one of its values, is not
        known: an enum or a dataclass that no object of this process has shown is to be registered first.
        """
        return self._event_of(self.classes.resolve(item[2]), item, values.loads(item[3], self.classes, is_strict=True))

    def from_sequenced_items(self, items: list[Any]) -> Iterator[Any]:
        """Yield the event of each item. Raises as ``from_sequenced_item``, when the event is reached."""
        id_name, position_name = self._key_names
        for start in range(0, len(items), _AT_ONCE):
            some = items[start : start + _AT_ONCE]
            ids, positions, topics, texts, *_ = zip(*some, strict=True)
            classes: Any = tuple(map(self.classes.find, topics))
            are_ordinary = len(some) >= _FEW and self._ordinary.issuperset(classes)
            payloads = (values.loads_plain(texts) if are_ordinary else None) or [None]
            if {*map(type, payloads)} != {dict} or any(self._origin_name in each for each in payloads):
                yield from map(self.from_sequenced_item, some)
                continue
            # The same as ``_event_of``. This runs for every event, and calls take as long as all of the rest.
            for cls, attributes, sequence_id, position in zip(classes, payloads, ids, positions, strict=True):
                attributes[id_name], attributes[position_name] = sequence_id, position
                event = bare_object(cls)
                set_attribute(event, "__dict__", attributes)
                yield event

    def _event_of(self, event_class: type[Any], item: Any, attributes: Any) -> Any:
        _checked(attributes)
        if self._origin_name in attributes and next(iter(attributes)) == self._origin_name:
            raise TopicResolutionError(f"the record of {item[2]!r} is of another program, which its class cannot read")
        attributes[self.sequence_id_attr_name], attributes[self.position_attr_name], *_ = item
        if event_class not in self._ordinary:
            self._drop_computed(event_class, attributes)
        return new_object(event_class, attributes)

    def _drop_computed(self, cls: type, attributes: dict[str, Any]) -> None:
        """Remove the attributes of a key that the event class has itself, such as a property."""
        fields = getattr(cls, "__dataclass_fields__", ())  # their defaults are in the class too
        computed = [name for name in self._key_names if hasattr(cls, name) and name not in fields]
        if not computed and keeps_all_in_dict(cls):
            self._ordinary.add(cls)
        for name in computed:
            value = attributes.pop(name)
            try:
                is_same = getattr(new_object(cls, attributes), name) == value
            except Exception:  # of a property that reads what was removed
                is_same = False
            if not is_same:
                attributes[name] = value

    def event_type(self, topic: Any) -> str:
        """Return the event type of a topic."""
        return Topic(str(topic)).type

    def to_recorded_event(self, item: Any) -> RecordedEvent:
        """Return the event of an item, decoded as far as possible. Never raises: ``error`` says what failed."""
        sequence_id, position, topic, data, *_ = item
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
        attributes[self.sequence_id_attr_name], attributes[self.position_attr_name] = sequence_id, position
        if event_class is not None and event_class not in self._ordinary:
            self._drop_computed(event_class, attributes)
        return RecordedEvent(position, topic, seconds_in(attributes.get("timestamp")), payload, domain_event, raw=item)

    def to_recorded_snapshot(self, item: Any) -> RecordedSnapshot:
        """Return the snapshot of an item, decoded as far as possible. Never raises: ``error`` says what failed."""
        _, position, topic, data, *_ = item
        try:
            attributes = self.decode_payload(data)
            state = attributes["state"]
            if not (state is None or isinstance(state, dict)):
                raise ValueDecodingError(f"the state is a {type(state).__name__}, where an object is expected")
            if not isinstance(attributes["topic"], str):
                raise ValueDecodingError(f"the topic is {attributes['topic']!r}, where text is expected")
            time = seconds_in(attributes.get("timestamp"))
            is_inferred = attributes.get(INFERRED) is True
            return RecordedSnapshot(
                position, attributes["topic"], time, state, None, is_inferred, not is_inferred, raw=item
            )
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
        attributes: dict[str, Any] = _checked(values.loads(data, self.classes))
        return attributes


@lru_cache(1024)
def _topic_of_stored(event_class: Any) -> str | None:
    """Make an event class known, and return its topic; ``None`` if its objects hold more than their ``__dict__``."""
    return topic_from_domain_class(event_class) if keeps_all_in_dict(event_class) else None


def _checked(payload: Any) -> Any:
    if type(payload) is not dict:
        raise ValueDecodingError(f"the payload is a {type(payload).__name__}, where an object is expected")
    return payload


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
