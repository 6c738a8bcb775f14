"""Records of other programs: how their ids and JSON are read by the database, and a mapper that decodes them."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Dialect, Text, case, cast, func, types

from es_desktop.core import (
    RecordedEvent,
    RecordedSnapshot,
    SequencedItemError,
    TopicResolutionError,
    ValueDecodingError,
)
from es_desktop.core.values import too_deep

from .columnmap import TIME_UNITS, TimeUnit
from .payloads import EncryptedError, Payload, as_payload, decrypt, encrypted_bytes, unpack

_SEPARATOR: Final = re.compile(r"::|[\\.$+]")
_SUFFIX: Final = re.compile(r"[,\[`#].*", re.DOTALL)
"""What follows a class name: the assembly, type parameters, or the revision of the payload."""


def short_name(name: str) -> str:
    """Return the last part of a qualified class name."""
    parts = [part for part in _SEPARATOR.split(_SUFFIX.sub("", name)) if part]
    return parts[-1] if parts else name


def camel_case(name: str) -> str:
    """Return the class name for a name in snake case: ``OrderPlaced`` for ``order_placed``."""
    return "".join(word[0].upper() + word[1:] for word in name.split("_") if word) or name


def class_of_entity(item: ForeignItem, missing: str = "aggregate") -> str:
    """Return the short name of the entity's class; ``missing`` if the record has none."""
    return short_name(str(item.entity_type or "")) or missing


def short_topic(item: ForeignItem, payload: Mapping[str, Any]) -> str:
    """Return the short name of the class that is the topic of a snapshot."""
    return short_name(str(item.topic))


def text_in(column: ColumnElement[Any], dialect: str, *path: str) -> ColumnElement[Any]:
    """Return the text at a path of names. In PostgreSQL: the first text under the last of the names."""
    if dialect == "sqlite":
        return _extract(column, path)
    found = _match(column, path, r'"((?:[^"\\]|\\.)*)"')
    return func.replace(func.replace(found, "\\\\", "\\"), "\\/", "/")


def number_in(column: ColumnElement[Any], dialect: str, *path: str) -> ColumnElement[Any]:
    """Return the whole number at a path of names. In PostgreSQL: the first one under the last of the names."""
    return _extract(column, path) if dialect == "sqlite" else cast(_match(column, path, r"(\d+)"), BigInteger)


def _extract(column: ColumnElement[Any], path: tuple[str, ...]) -> ColumnElement[Any]:
    text = cast(column, Text)
    return case((func.json_valid(text) == 1, func.json_extract(text, "$" + "".join(f'."{name}"' for name in path))))


def _match(column: ColumnElement[Any], path: tuple[str, ...], pattern: str) -> ColumnElement[Any]:
    # PostgreSQL fails to parse a text that is not valid JSON, so a regular expression is used.
    return func.substring(cast(column, Text), rf'"{re.escape(path[-1])}"\s*:\s*{pattern}')


class ForeignId(types.TypeDecorator[UUID | str]):
    """A sequence id as another program stores it; in Python a ``UUID`` or a ``str``.

    The database's own type for UUIDs is read in any case. In SQLite a UUID may be 16 ``bytes`` or 32 ``hex`` digits;
    ``raw bytes`` are such bytes on a server too.
    """

    impl = types.NullType
    cache_ok = True

    def __init__(self, stored_as: Literal["text", "number", "hex", "bytes", "raw bytes"] = "text") -> None:
        super().__init__()
        self.stored_as = stored_as

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if self.stored_as == "number":
            return int(value) if str(value).lstrip("-").isdecimal() else None
        if isinstance(value, UUID) and (dialect.name == "sqlite" or self.stored_as == "raw bytes"):
            return value.hex if self.stored_as == "hex" else value if self.stored_as == "text" else value.bytes
        return value

    def process_result_value(self, value: Any, dialect: Dialect) -> UUID | str | None:
        if value is None or isinstance(value, UUID):
            return value
        if isinstance(value, str):
            if self.stored_as == "hex" and len(value) == 32:
                with suppress(ValueError):
                    return UUID(value) if UUID(value).hex == value else value
            return value
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


_NUMBER: Final = re.compile(r"\s*-?\d+(\.\d+)?\s*")
UUID_TEXT: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def category(item: ForeignItem) -> str:
    """Return the part of a stream's name before the first dash; ``stream`` if the name is a UUID."""
    name = str(item.sequence_id)
    return "stream" if UUID_TEXT.fullmatch(name) else name.partition("-")[0]


@dataclass(frozen=True, slots=True)
class ForeignMapper:
    """A ``RecordMapper`` of items as another program wrote them."""

    payload: Callable[[ForeignItem], Payload] = lambda item: as_payload(unpack(item.data))
    """The attributes of a record. Raises ``ValueDecodingError``."""
    event_name: Callable[[str], str] = str
    """The event type of a topic."""
    entity_name: Callable[[ForeignItem], str] = lambda item: str(item.entity_type or "")
    """The entity type of an event."""
    excluded: frozenset[str] = frozenset()
    """Attributes that repeat columns."""
    time: Callable[[ForeignItem, Mapping[str, Any]], Any] = lambda item, attributes: item.time
    """The time, in any form that ``seconds_of`` reads. Raises ``ValueDecodingError``."""
    time_unit: TimeUnit = ""
    """The unit of a time that is a number: see ``seconds_of``."""
    state: Callable[[ForeignItem, Mapping[str, Any]], Any] = lambda item, attributes: attributes
    """The state in the attributes of a snapshot. Raises ``ValueDecodingError``."""
    state_type: Callable[[ForeignItem, Mapping[str, Any]], str] = lambda item, attributes: str(item.topic or "")
    """The entity type, or its topic, of a snapshot."""
    topic: Callable[[ForeignItem], str] = lambda item: str(item.topic)
    """The topic of an event, from the payload if there is no column for it. Never raises."""
    passed_over: Callable[[ForeignItem], str] = lambda item: ""
    """Why its program does not apply an event; empty if it does. Never raises."""
    is_whole_state: Callable[[ForeignItem], bool] = lambda item: False
    """Whether an event holds the whole state after it. Never raises."""
    keys: tuple[bytes, ...] = field(default=(), repr=False)
    """Keys to try on encrypted payloads, in bytes."""
    position_attr_name: str = "originator_version"
    _event_types: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def _decode(self, item: ForeignItem) -> tuple[ForeignItem, Payload]:
        """Return a record, decrypted if necessary, and its attributes. Raises ``ValueDecodingError``."""
        try:
            return item, self.payload(item)
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
            return plain, self.payload(plain)

    def event_type(self, topic: Any) -> str:
        text = str(topic)
        if text not in self._event_types:
            self._event_types[text] = self.event_name(text)
        return self._event_types[text]

    def to_sequenced_item(self, event: Any) -> Any:
        raise SequencedItemError("a store of another program is only read")

    def from_sequenced_item(self, item: Any) -> Any:
        raise TopicResolutionError(f"the class of {item[2]!r} is not known here")

    def to_recorded_event(self, item: Any) -> RecordedEvent:
        found = ForeignItem(*item)
        topic = self.topic(found)
        event_type, entity_type = self.event_type(topic), self.entity_name(found)
        data, error, is_encrypted = {}, None, False
        try:
            _, payload = self._decode(found)
            time = seconds_of(self.time(found, payload), self.time_unit)
            data = {name: value for name, value in payload.items() if name not in self.excluded}
        except ValueDecodingError as failure:
            time, error, is_encrypted = self._time_or_none(found), str(failure), isinstance(failure, EncryptedError)
        return RecordedEvent(
            found.position,
            topic,
            time,
            data,
            error=error,
            type_override=event_type,
            entity_type_override=entity_type,
            passed_over=self.passed_over(found),
            is_whole_state=self.is_whole_state(found),
            is_encrypted=is_encrypted,
            raw=item,
        )

    def payload_text(self, item: Any) -> str:
        reader = replace(self, payload=lambda found: as_payload(unpack(found.data)))
        plain, payload = reader._decode(ForeignItem(*item))
        data = bytes(plain.data) if isinstance(plain.data, memoryview) else plain.data
        if isinstance(data, (str, bytes)) and data[:1] in ("{", b"{"):
            return data if isinstance(data, str) else data.decode()
        try:
            return json.dumps(payload)
        except TypeError as error:  # msgpack has types that JSON has not
            raise ValueDecodingError(f"the payload cannot be written as JSON: {error}") from error

    def to_recorded_snapshot(self, item: Any) -> RecordedSnapshot:
        found = ForeignItem(*item)
        try:
            _, payload = self._decode(found)
            state = self.state(found, payload)
            if not (state is None or isinstance(state, Mapping)):
                raise ValueDecodingError(f"the state is a {type(state).__name__}, where an object is expected")
            time = seconds_of(self.time(found, payload), self.time_unit)
            return RecordedSnapshot(found.position, self.state_type(found, payload), time, state, raw=item)
        except (ValueDecodingError, KeyError) as error:
            reason = f"the payload of the snapshot has no {error}" if isinstance(error, KeyError) else str(error)
            return RecordedSnapshot(found.position, str(found.topic), self._time_or_none(found), None, reason)

    def _time_or_none(self, item: ForeignItem) -> float | None:
        """Return the time of a record whose payload cannot be decoded, if a column holds it."""
        try:
            return seconds_of(self.time(item, {}), self.time_unit)
        except ValueDecodingError:
            return None


BY_CLASS: Final = ForeignMapper(event_name=short_name, entity_name=class_of_entity)
"""A mapper for topics and entity types that are names of classes."""
BY_CATEGORY: Final = ForeignMapper(entity_name=category)
"""A mapper for streams such as ``order-123``."""
_NO_LATER_SECONDS: Final = 1e11
"""A larger number counts milliseconds: in seconds this is the year 5138."""


def seconds_of(time: Any, unit: TimeUnit = "") -> float | None:
    """Return a time as seconds since the epoch, UTC, from a number, a datetime, or a text in ISO 8601.

    Without a unit a number counts seconds, or milliseconds if it is larger than 1e11. With a unit, a text may be a
    number too. A time without an offset is UTC. Returns ``None`` for ``None`` and ``""``. Raises ``ValueDecodingError``
    for anything else.
    """
    match time:
        case None | "":
            return None
        case bool():
            pass
        case int() | float() | Decimal():
            number = float(time)
            if math.isfinite(number):
                return number / TIME_UNITS[unit or ("ms" if abs(number) > _NO_LATER_SECONDS else "s")]
        case datetime():
            return (time if time.tzinfo is not None else time.replace(tzinfo=UTC)).timestamp()
        case str():
            with suppress(ValueError):
                if unit and _NUMBER.fullmatch(time):
                    return seconds_of(float(time), unit)
                return seconds_of(datetime.fromisoformat(time.strip()))
    raise ValueDecodingError(f"{str(time)[:40]!r} is no time")
