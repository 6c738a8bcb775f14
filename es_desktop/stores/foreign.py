"""Records of other programs: how their ids and JSON are read by the database, and a mapper that decodes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

from sqlalchemy import Dialect, Text, cast, types

from es_desktop.core import (
    RecordedEvent,
    RecordedSnapshot,
    SequencedItemError,
    Topic,
    TopicResolutionError,
    ValueDecodingError,
)
from es_desktop.core.json_text import MOST_NESTED, plain_dumps, too_deep, why_not_decoded, why_too_large
from es_desktop.core.recorded import NO_PAYLOAD

from .columnmap import TimeUnit
from .naming import StreamTypes
from .payloads import Decoder, EncryptedError, Payload, as_payload, decrypt, encrypted_bytes, is_utf8, unpack
from .times import seconds_of

_SEPARATOR: Final = re.compile(r"::|[\\.$+]")
_SUFFIX: Final = re.compile(r"[,\[`#].*", re.DOTALL)
"""What follows a class name: the assembly, type parameters, or the revision of the payload."""


_RAW_BYTE: Final = re.compile("[\udc80-\udcff]")
_SHOWN_BYTE: Final = re.compile("\N{REPLACEMENT CHARACTER}([89a-f][0-9a-f])")


def text_of(value: Any) -> str:
    """Return the value of a column for ids and names as text: ``""`` for NULL.

    A byte of a text that is not UTF-8 becomes a replacement character with its two digits, from which ``stored_text``
    gets it back; other bytes are hexadecimal.
    """
    if isinstance(value, str):
        return value if is_utf8(value) else _RAW_BYTE.sub(_shown_byte, value)
    if isinstance(value, (bytes, memoryview)):
        try:
            return bytes(value).decode()
        except UnicodeDecodeError:
            return bytes(value).hex()
    return "" if value is None else str(value)


def _id_text(text: str) -> str:
    """Return the text of an id; the bytes of a replacement character with two digits behind it are as of no UTF-8."""
    return text_of(_SHOWN_BYTE.sub(lambda found: f"\udcef\udcbf\udcbd{found[1]}", text))


def _shown_byte(found: re.Match[str]) -> str:
    return f"\N{REPLACEMENT CHARACTER}{ord(found[0]) & 0xFF:02x}"


def stored_text(text: str) -> str | bytes:
    """Return the text that ``text_of`` returned as it is stored: as bytes if it is not UTF-8."""
    if not _SHOWN_BYTE.search(text):
        return text
    raw = _SHOWN_BYTE.sub(lambda found: chr(0xDC00 + int(found[1], 16)), text).encode("utf-8", "surrogateescape")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw


def short_name(name: str) -> str:
    """Return the last part of a qualified class name."""
    parts = [part for part in _SEPARATOR.split(_SUFFIX.sub("", name)) if part]
    return parts[-1] if parts else name


def camel_case(name: str) -> str:
    """Return the class name for a name in snake case: ``OrderPlaced`` for ``order_placed``."""
    return "".join(word[0].upper() + word[1:] for word in name.split("_") if word) or name


def class_of_entity(item: ForeignItem, missing: str = "aggregate") -> str:
    """Return the short name of the entity's class; ``missing`` if the record has none."""
    return short_name(text_of(item.entity_type)) or missing


def short_topic(item: ForeignItem, payload: Mapping[str, Any]) -> str:
    """Return the short name of the class that is the topic of a snapshot."""
    return short_name(str(item.topic))


_MOST_LEVELS: Final = MOST_NESTED - 2
"""What is read can be written: a copy of ours holds the payload in a record of its own."""


class ForeignId(types.TypeDecorator[UUID | str]):
    """A sequence id as another program stores it; in Python a ``UUID`` or a ``str``.

    The database's own type for UUIDs is read in any case. In SQLite a UUID may be 16 ``bytes`` or 32 ``hex`` digits;
    ``raw bytes`` are such bytes on a server too. ``any text`` and ``any hex`` are of SQLite, whose texts may not be
    UTF-8.
    """

    impl = types.NullType
    cache_ok = True

    def __init__(
        self, stored_as: Literal["text", "any text", "number", "hex", "any hex", "bytes", "raw bytes"] = "text"
    ) -> None:
        super().__init__()
        self.stored_as = stored_as
        self._is_any = stored_as.startswith("any ")

    def bind_expression(self, bindvalue: Any) -> Any:
        # The driver binds no text that is not UTF-8, but its bytes; as both sides are texts then, indexes are used.
        return cast(bindvalue, Text) if self._is_any else bindvalue

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if self.stored_as == "number":
            return int(value) if str(value).lstrip("-").isdecimal() else None
        if isinstance(value, str):
            stored = stored_text(value)
            value = stored if self._is_any or isinstance(stored, str) else value
        if isinstance(value, str) and self.stored_as.endswith("bytes"):
            with suppress(ValueError):
                return bytes.fromhex(value)
        if isinstance(value, UUID) and (dialect.name == "sqlite" or self.stored_as == "raw bytes"):
            forms = {"hex": value.hex, "any hex": value.hex, "text": value, "any text": str(value)}
            return forms.get(self.stored_as, value.bytes)
        return value

    def process_result_value(self, value: Any, dialect: Dialect) -> UUID | str | None:
        if value is None or isinstance(value, UUID):
            return value
        if isinstance(value, str):
            if self.stored_as.endswith("hex") and len(value) == 32:
                with suppress(ValueError):
                    return UUID(value) if UUID(value).hex == value else _id_text(value)
            return _id_text(value)
        if isinstance(value, (bytes, memoryview)) and self.stored_as.endswith("bytes"):
            found = bytes(value)
            return UUID(bytes=found) if len(found) == 16 else found.hex()
        return str(value)


class ForeignItem(NamedTuple):
    """One record of a table of another program."""

    sequence_id: Any
    position: Any
    topic: Any
    data: Any
    time: Any = None
    entity_type: Any = None
    metadata: Any = None
    scope: Any = None
    """The application, tenant or partition of the record, if a table holds several."""
    order: Any = None
    """The position among all records of the store, if the format has one."""
    mark: str | None = None
    """What the store says of the record beside its data, such as that its stream is archived."""
    odd: str | None = None
    """Why ``position`` is not the version as it is stored; ``None`` if it is."""


_NO_ENTITY_TYPE: Final = "stream"
"""The entity type if nothing names one."""


@dataclass(frozen=True, slots=True)
class ForeignMapper:
    """A ``RecordMapper`` of items as another program wrote them."""

    payload: Callable[[ForeignItem], Payload] = lambda item: as_payload(unpack(item.data))
    """The attributes of a record. Raises ``ValueDecodingError``."""
    event_name: Callable[[str], str] = str
    """The event type of a topic."""
    entity_name: Callable[[ForeignItem], str] = lambda item: text_of(item.entity_type)
    """The entity type of an event; empty if it is in the id of the stream."""
    excluded: frozenset[str] = frozenset()
    """Attributes that repeat columns."""
    time: Callable[[ForeignItem, Mapping[str, Any]], Any] = lambda item, attributes: item.time
    """The time, in any form that ``seconds_of`` reads. Raises ``ValueDecodingError``."""
    time_unit: TimeUnit = ""
    """The unit of a time that is a number: see ``seconds_of``."""
    state: Callable[[ForeignItem, Mapping[str, Any]], Any] = lambda item, attributes: attributes
    """The state in the attributes of a snapshot. Raises ``ValueDecodingError``."""
    state_type: Callable[[ForeignItem, Mapping[str, Any]], str] = lambda item, attributes: text_of(item.topic)
    """The entity type, or its topic, of a snapshot; empty if it is in the id of the stream."""
    topic: Callable[[ForeignItem], str] = lambda item: text_of(item.topic)
    """The topic of an event, from the payload if there is no column for it. Never raises."""
    passed_over: Callable[[ForeignItem], str] = lambda item: ""
    """Why its program does not apply an event; empty if it does. Never raises."""
    is_whole_state: Callable[[ForeignItem], bool] = lambda item: False
    """Whether an event, or a snapshot, holds the whole state after it. Never raises."""
    stream_type: Callable[[str], str] = StreamTypes().type_of
    """The entity type of the id of a stream."""
    keys: tuple[bytes, ...] = field(default=(), repr=False)
    """Keys to try on encrypted payloads, in bytes."""
    decoder: Decoder | None = None
    """Reads the payload of each record before ``payload`` gets it."""
    position_attr_name: str = "originator_version"
    _event_types: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def _decode(self, item: ForeignItem) -> tuple[ForeignItem, Payload]:
        """Return a record, decrypted if necessary, and its attributes. Raises ``ValueDecodingError``."""
        try:
            return self._attributes(item)
        except RecursionError:
            raise too_deep() from None
        except ValueDecodingError as error:
            # By chance, encrypted bytes may look like another encoding that is damaged; so the keys are tried as well.
            encrypted = error.encrypted if isinstance(error, EncryptedError) else encrypted_bytes(item.data)
            if not self.keys or encrypted is None:
                raise
            try:
                plain = item._replace(data=decrypt(encrypted, self.keys))
            except EncryptedError as still_encrypted:
                raise (still_encrypted if isinstance(error, EncryptedError) else error) from None
            return self._attributes(plain)

    def _attributes(self, item: ForeignItem) -> tuple[ForeignItem, Payload]:
        if self.decoder is not None:
            item = item._replace(data=self.decoder(item.data))
        found = self.payload(item)
        return item, found if isinstance(found, dict) else as_payload(found)

    def event_type(self, topic: Any) -> str:
        text = str(topic)
        if text not in self._event_types:
            name = self._text_by(self.event_name, text)
            self._event_types[text] = name if name.strip() else _NO_TYPE
        return self._event_types[text]

    def to_sequenced_item(self, event: Any) -> Any:
        raise SequencedItemError("a store of another program is only read")

    def from_sequenced_item(self, item: Any) -> Any:
        raise TopicResolutionError(f"the class of {item[2]!r} is not known here")

    def to_recorded_event(self, item: Any) -> RecordedEvent:
        found = _with_texts(ForeignItem(*item))
        payload, reason = self._payload_or_reason(found)
        time, *notes = self._time_or_note(found, payload)
        topic = self._text_by(self.topic, found)
        entity_type = self._text_by(self.entity_name, found) or self._entity_type(found)
        passed_over = self._text_by(self.passed_over, found)
        notes += filter(None, (passed_over or found.mark, found.odd))
        notes += [] if topic.strip() else ["it has no event type"]
        notes += [NO_PAYLOAD] if reason is None and _is_nothing(found.data) else []
        return RecordedEvent(
            found.position,
            topic,
            time,
            {} if reason else {name: value for name, value in payload.items() if name not in self.excluded},
            error=None if reason is None else str(reason),
            type_override=self.event_type(topic),
            entity_type_override=entity_type,
            passed_over=passed_over,
            is_whole_state=self._is_whole(found),
            is_encrypted=isinstance(reason, EncryptedError),
            raw=item,
            note="; ".join(notes),
        )

    def _entity_type(self, item: ForeignItem) -> str:
        """Return the entity type from the id of the stream, or else from a topic such as ``shop:Order.Placed``."""
        topic = Topic(text_of(item.topic))
        found = self.stream_type(text_of(item.sequence_id)) or (topic.entity if topic.entity_topic else "")
        return found if found.strip() else _NO_ENTITY_TYPE

    def payload_text(self, item: Any) -> str:
        reader = replace(self, payload=lambda found: as_payload(unpack(found.data)))
        plain, payload = reader._decode(ForeignItem(*item))
        data = bytes(plain.data) if isinstance(plain.data, memoryview) else plain.data
        if isinstance(data, (str, bytes)) and data[:1] in ("{", b"{"):
            return data if isinstance(data, str) else data.decode()
        try:
            return plain_dumps(payload)
        except TypeError as error:  # msgpack has types that JSON has not
            raise ValueDecodingError(f"the payload cannot be written as JSON: {error}") from error

    def to_recorded_snapshot(self, item: Any) -> RecordedSnapshot:
        found = _with_texts(ForeignItem(*item))
        payload, reason = self._payload_or_reason(found)
        time, *_ = self._time_or_note(found, payload)
        topic, state = text_of(found.topic), None
        if reason is None:
            try:
                topic, state = self.state_type(found, payload), self.state(found, payload)
                if not (state is None or isinstance(state, Mapping)):
                    reason = ValueDecodingError(f"the state is a {type(state).__name__}, where an object is expected")
            except KeyError as error:
                reason = ValueDecodingError(f"the payload of the snapshot has no {error}")
            except Exception as error:  # see _payload_or_reason
                reason = _as_reason(error)
        if reason is not None:
            return RecordedSnapshot(found.position, text_of(found.topic), time, None, str(reason))
        name, is_whole = text_of(topic) or self._entity_type(found), self._is_whole(found)
        return RecordedSnapshot(found.position, name, time, state, is_whole=is_whole, raw=item)

    def _is_whole(self, item: ForeignItem) -> bool:
        try:
            return bool(self.is_whole_state(item))
        except Exception:
            return False

    def _payload_or_reason(self, item: ForeignItem) -> tuple[Payload, ValueDecodingError | None]:
        """Return the attributes of a record, or none and the reason. Never raises.

        The functions of a format expect the values that its library writes, and a column may hold any other.
        """
        try:
            reason = why_not_decoded(item.data)
            payload = {} if reason is not None else self._decode(item)[1]
            reason = reason or why_too_large(payload, _MOST_LEVELS, item.data)
            return (payload, None) if reason is None else ({}, reason)
        except Exception as error:
            return {}, _as_reason(error)

    def _time_or_note(self, item: ForeignItem, payload: Payload) -> tuple[float | None, *tuple[str, ...]]:
        """Return the time of a record; or ``None``, and why it cannot be read. Never raises."""
        try:
            return (seconds_of(self.time(item, payload), self.time_unit),)
        except Exception as error:
            return None, f"its time is unknown: {_as_reason(error)}"

    def _text_by(self, read: Callable[[Any], Any], given: Any) -> str:
        """Return a text that a function of the format reads; empty if it fails."""
        try:
            return text_of(read(given))
        except Exception:
            return ""


_NO_TYPE: Final = "Event"
"""The event type of a record that has none."""
_MOST_LETTERS: Final = 200


def _as_reason(error: Exception) -> ValueDecodingError:
    """Return it without traces: who keeps it would keep all frames above, and the connection from which they read."""
    if not isinstance(error, ValueDecodingError):
        what = str(error)[:_MOST_LETTERS] or type(error).__name__
        return ValueDecodingError(f"the record cannot be decoded: {what}")
    error.__traceback__ = error.__context__ = error.__cause__ = None
    return error


def _with_texts(item: ForeignItem) -> ForeignItem:
    """Return a record whose topic and entity type are texts, also where a column holds numbers or broken texts."""
    topic, entity = item.topic, item.entity_type
    if topic is not None and not (type(topic) is str and topic.isascii()):
        item = item._replace(topic=text_of(topic))
    if isinstance(entity, (str, int, float)) and not (type(entity) is str and entity.isascii()):
        item = item._replace(entity_type=text_of(entity))
    return item


def _is_nothing(data: Any) -> bool:
    """Return whether a payload is NULL, empty, or the null of JSON."""
    start = bytes(data[:8]) if isinstance(data, memoryview) else data
    return start is None or (isinstance(start, (str, bytes)) and start[:8].strip() in ("", b"", "null", b"null"))


BY_CLASS: Final = ForeignMapper(event_name=short_name, entity_name=class_of_entity)
"""A mapper for topics and entity types that are names of classes."""
