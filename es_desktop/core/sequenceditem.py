"""Sequenced items, which are an event as four fields of a table row, and the mapper between the two.

The mapper makes an event that can be applied, or a record decoded as far as possible, with the reason if that fails.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, NamedTuple, Protocol

from . import values
from .errors import ItemRefusedError, TopicResolutionError, ValueDecodingError, ValueEncodingError
from .topics import (
    KnownClasses,
    bare_object,
    keeps_all_in_dict,
    known_classes,
    new_object,
    set_attribute,
    topic_from_domain_class,
)

ENVELOPE = frozenset({"timestamp", "originator_topic"})
"""Attributes that say when an event happened and to which entity, rather than what happened."""

NO_PAYLOAD = "it has no payload"
"""The note of an event whose payload is NULL or empty."""
INFERRED = "is_inferred"
"""The attribute that marks a snapshot of an inferred state."""


@dataclass(frozen=True, slots=True)
class Topic:
    """The parts of a topic ``module#Entity.Event`` (or ``module:Entity.Event``)."""

    text: str

    @property
    def type(self) -> str:
        """The name of the event class, or of the entity class: ``Event``."""
        return self._qualified.rpartition(".")[2]

    @property
    def entity(self) -> str:
        """The name of the entity class around the event class; of the event class itself if there is none."""
        outer = self._qualified.rpartition(".")[0]
        return (outer or self._qualified).rpartition(".")[2]

    @property
    def entity_topic(self) -> str | None:
        """The topic of the entity class around the event class; ``None`` if there is none."""
        outer, dot, _ = self.text.rpartition(".")
        return outer if dot and ("#" in outer or ":" in outer) else None

    @property
    def _qualified(self) -> str:
        for mark in "#:":
            if mark in self.text:
                return self.text.partition(mark)[2]
        return self.text


_AT_ONCE: Final = 50
"""Payloads that are decoded at once: each then takes half the time."""
_FEW: Final = 8
"""With fewer, it takes as long as one by one."""


@lru_cache(1024)
def _type_in(topic: str) -> str:
    return Topic(topic).type


@dataclass(frozen=True, slots=True)
class RecordOrigin:
    """The record of another program, or of an edited event, that a record of ours was made from."""

    format: str
    """The table format of its first store."""
    topic: str
    """The topic of the event, or of the entity of a snapshot, as that program writes it."""
    has_core_types: bool = False
    """Whether ``Created``, ``AttributeChanged`` and ``Discarded`` mean the same there as in the core."""
    stored_topic: str | None = None
    """The topic column of the first record; for an edited event, that of the event before the edit."""
    data: Any = None
    """The payload of the first record as stored; ``None`` if it is not known."""
    text: str | None = None
    """The payload as JSON text, decrypted and decompressed, if ``data`` is not that text itself."""
    fields: Mapping[str, Any] = field(default_factory=dict)
    """The columns of the first record that our records do not have."""

    @property
    def payload_text(self) -> str | None:
        """The payload as JSON text; ``None`` if it is not known, or is not text."""
        if self.text is not None or isinstance(self.data, str):
            return self.data if self.text is None else self.text
        try:
            return self.data.decode() if isinstance(self.data, bytes) else None
        except UnicodeDecodeError:
            return None


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """One event of an entity as the store has it."""

    version: int
    topic: str
    timestamp: float | None
    """Seconds since the epoch, UTC; ``None`` if the record has no time."""
    data: Mapping[str, Any]
    """The attributes of the payload, without those in ``ENVELOPE``."""
    domain_event: Any = None
    """The event as an object of its class; ``None`` if that class is not known."""
    error: str | None = None
    """Why the record cannot be decoded."""
    type_override: str = ""
    """The event type, if it is not the one that ``Topic`` reads from the topic."""
    entity_type_override: str = ""
    """The same for the entity type."""
    is_encrypted: bool = False
    """Whether it cannot be decoded because it is encrypted; ``False`` if that cannot be detected."""
    raw: Any = field(default=None, compare=False, repr=False)
    """The row of the table; for a synthetic event, a row with its entity id and its time."""
    is_edited: bool = field(default=False, compare=False)
    """Whether a person edited ``data``, so that it is not what the record has."""
    origin: RecordOrigin | None = field(default=None, compare=False, repr=False)
    """The record that this one was made from; ``None`` if it is the first one."""
    passed_over: str = ""
    """Why its own program does not apply it, if it is so."""
    is_whole_state: bool = False
    """Whether ``data`` is the whole state after it, which replaces all of the state before."""
    note: str = ""
    """What is odd about a record that can be decoded, such as a time that cannot be read; ``""`` if nothing is."""

    @property
    def type(self) -> str:
        return self.type_override or _type_in(self.topic)

    @property
    def entity_type(self) -> str:
        return self.entity_type_override or Topic(self.topic).entity


@dataclass(frozen=True, slots=True)
class RecordedSnapshot:
    """One snapshot of an entity as the store has it."""

    version: int
    topic: str
    """The topic of the entity class."""
    timestamp: float | None
    state: Mapping[str, Any] | None
    """The attributes of the entity, such as ``_foo``; ``None`` if it was discarded."""
    error: str | None = None
    is_inferred: bool = False
    """Whether it was taken of an inferred state."""
    is_whole: bool = False
    """Whether its program wrote every attribute of the entity, so that the state is known without the class."""
    raw: Any = field(default=None, compare=False, repr=False)
    """The row of the table."""
    origin: RecordOrigin | None = field(default=None, compare=False, repr=False)
    """The record that this one was made from; ``None`` if it is the first one."""

    @property
    def type(self) -> str:
        return Topic(self.topic).type


class RecordedMapper:
    """The mapper of an event store that hands out records as a reader sees them.

    With it the core's own event store and player read any table: a record that cannot be decoded comes with its reason,
    where the mapper that the models use would raise.
    """

    position_attr_name = "version"

    def __init__(self, read: Callable[[Any], Any]) -> None:
        """``read`` is ``to_recorded_event`` or ``to_recorded_snapshot`` of a table's own mapper."""
        self.from_sequenced_item = read

    def to_sequenced_item(self, event: Any) -> Any:
        """Raise ``TypeError``: what is read with it is never written."""
        raise TypeError("a record as a reader sees it is not written")


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
