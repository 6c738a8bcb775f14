"""Tables of other programs as sequences: a select that gives rows the same columns, and a mapper that reads them."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, FromClause, Select, null, select, type_coerce
from sqlalchemy.types import TypeEngine

from es_desktop.core import (
    RecordedEvent,
    RecordedSnapshot,
    SequencedItemError,
    Topic,
    TopicResolutionError,
    ValueDecodingError,
)

from .columnmap import TIME_UNITS, TimeUnit
from .ids import TextId
from .layout import TableInfo
from .payloads import EncryptedError, Payload, as_payload, decrypt, encrypted_bytes, unpack


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
    """The application, tenant or partition that it belongs to, where a table holds several."""
    order: Any = None
    """Its place among all records of the store, where the format has such an order."""


def as_sequences(
    source: TableInfo | FromClause,
    *,
    sequence_id: str | ColumnElement[Any],
    position: str | ColumnElement[Any],
    topic: str | ColumnElement[Any] | None,
    data: str | ColumnElement[Any],
    time: str | ColumnElement[Any] | None = None,
    entity_type: str | ColumnElement[Any] | None = None,
    metadata: str | ColumnElement[Any] | None = None,
    scope: str | ColumnElement[Any] | None = None,
    order: str | ColumnElement[Any] | None = None,
    where: ColumnElement[bool] | None = None,
    id_type: TypeEngine[Any] | None = None,
) -> Select[Any]:
    """Return the select that gives rows of ``source`` the columns of a ``ForeignItem``.

    A text names a column of ``source``, in lower case. Without a ``topic`` the mapper finds it in the record. Ids are
    texts where no ``id_type`` says otherwise.
    """
    table = source.selectable() if isinstance(source, TableInfo) else source
    given = (sequence_id, position, topic, data, time, entity_type, metadata, scope, order)
    first, *rest = (table.c[each] if isinstance(each, str) else null() if each is None else each for each in given)
    columns = (type_coerce(first, id_type or TextId()), *rest)
    names = ForeignItem._fields
    statement = select(*(column.label(name) for column, name in zip(columns, names, strict=True))).select_from(table)
    return statement if where is None else statement.where(where)


_NUMBER: Final = re.compile(r"\s*-?\d+(\.\d+)?\s*")
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
Names = Callable[[str, ForeignItem | None], tuple[str, str]]
"""``(topic, item)`` to what the event is called and what its entity's type is called."""


def dotted_names(topic: str, item: ForeignItem | None) -> tuple[str, str]:
    """Read ``module#Entity.Event``, or ``module:Entity.Event``; an entity type of the record's own comes first."""
    read = Topic(topic)
    return read.type, str(item.entity_type) if item is not None and item.entity_type else read.entity


def bare_names(topic: str, item: ForeignItem | None) -> tuple[str, str]:
    """Take the topic for the event's name, and the entity's type from the record."""
    return topic, str(item.entity_type) if item is not None and item.entity_type else ""


def category_names(topic: str, item: ForeignItem | None) -> tuple[str, str]:
    """Take the topic for the event's name, and the stream up to its first dash for the entity's type."""
    return topic, "" if item is None else category_of(item.sequence_id)


def category_of(stream: Any) -> str:
    """Return what stands before the first dash of a stream's name; ``stream`` for a bare UUID."""
    name = str(stream)
    return "stream" if _UUID.fullmatch(name) else name.partition("-")[0]


@dataclass(frozen=True, slots=True)
class ForeignMapper:
    """Reads items as a program wrote them. It never raises: a record that cannot be decoded says why."""

    payload: Callable[[ForeignItem], Payload] = lambda item: as_payload(unpack(item.data))
    """The attributes of a record. Raises ``ValueDecodingError``."""
    names: Names = bare_names
    excluded: frozenset[str] = frozenset()
    """Attributes that repeat what the columns say."""
    time: Callable[[ForeignItem, Mapping[str, Any]], Any] = lambda item, attributes: item.time
    """When it happened, in any form that ``seconds_of`` reads. Raises ``ValueDecodingError``."""
    time_unit: TimeUnit = ""
    """What the number of a time counts; without one that is judged by how large it is."""
    state: Callable[[ForeignItem, Mapping[str, Any]], Any] = lambda item, attributes: attributes
    """The state that a snapshot's attributes hold. Raises ``ValueDecodingError``."""
    state_type: Callable[[ForeignItem, Mapping[str, Any]], str] = lambda item, attributes: str(item.topic or "")
    """The type, or topic, of the entity that a snapshot is of."""
    topic: Callable[[ForeignItem], str] = lambda item: str(item.topic)
    """The topic of an event: from the rest of the record where no column says it. It never raises."""
    keys: tuple[bytes, ...] = field(default=(), repr=False)
    """What may open encrypted payloads."""
    position_attr_name: str = "originator_version"
    _kinds: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def _opened(self, item: ForeignItem) -> tuple[ForeignItem, Payload]:
        """Return a record, decrypted where it has to be, and its attributes. Raises ``ValueDecodingError``."""
        try:
            return item, self.payload(item)
        except RecursionError:
            raise ValueDecodingError("the payload is nested too deep") from None
        except ValueDecodingError as error:
            # A few of the bytes that encryption gives look like another encoding, and a damaged one.
            encrypted = error.encrypted if isinstance(error, EncryptedError) else encrypted_bytes(item.data)
            if not self.keys or encrypted is None:
                raise
            try:
                opened = item._replace(data=decrypt(encrypted, self.keys))
            except EncryptedError as still_encrypted:
                raise (still_encrypted if isinstance(error, EncryptedError) else error) from None
            return opened, self.payload(opened)

    def event_type(self, topic: Any) -> str:
        """Return what events of a topic are called."""
        text = str(topic)
        if text not in self._kinds:
            self._kinds[text] = self.names(text, None)[0]
        return self._kinds[text]

    def to_sequenced_item(self, event: Any) -> Any:
        """Raise ``SequencedItemError``: what another program wrote is only read."""
        raise SequencedItemError("a store of another program is only read")

    def from_sequenced_item(self, item: Any) -> Any:
        """Raise ``TopicResolutionError``: the classes of another program are not known here."""
        raise TopicResolutionError(f"the class of {item[2]!r} is not known here")

    def to_recorded_event(self, item: Any) -> RecordedEvent:
        """Return what can be read of a record."""
        found = ForeignItem(*item)
        topic = self.topic(found)
        kind, entity = self.names(topic, found)
        try:
            _, payload = self._opened(found)
            time = seconds_of(self.time(found, payload), self.time_unit)
        except ValueDecodingError as error:
            time = self._time_or_none(found)
            encrypted = isinstance(error, EncryptedError)
            return RecordedEvent(
                found.position,
                topic,
                time,
                {},
                error=str(error),
                type_override=kind,
                entity_type_override=entity,
                is_encrypted=encrypted,
                raw=item,
            )
        data = {name: value for name, value in payload.items() if name not in self.excluded}
        return RecordedEvent(
            found.position, topic, time, data, type_override=kind, entity_type_override=entity, raw=item
        )

    def payload_text(self, item: Any) -> str:
        """Return the payload of a record as JSON text: opened and unpacked, and otherwise as it was written.

        Raises ``ValueDecodingError``.
        """
        reader = replace(self, payload=lambda found: as_payload(unpack(found.data)))
        opened, payload = reader._opened(ForeignItem(*item))
        data = bytes(opened.data) if isinstance(opened.data, memoryview) else opened.data
        if isinstance(data, (str, bytes)) and data[:1] in ("{", b"{"):
            return data if isinstance(data, str) else data.decode()
        try:
            return json.dumps(payload)
        except TypeError as error:  # msgpack has words that JSON has not
            raise ValueDecodingError(f"the payload cannot be written as JSON: {error}") from error

    def to_recorded_snapshot(self, item: Any) -> RecordedSnapshot:
        """Return what can be read of a snapshot's record."""
        found = ForeignItem(*item)
        try:
            _, payload = self._opened(found)
            state = self.state(found, payload)
            if not (state is None or isinstance(state, Mapping)):
                raise ValueDecodingError(f"the state is a {type(state).__name__}, where an object is expected")
            time = seconds_of(self.time(found, payload), self.time_unit)
            return RecordedSnapshot(found.position, self.state_type(found, payload), time, state, raw=item)
        except (ValueDecodingError, KeyError) as error:
            reason = f"the payload of the snapshot has no {error}" if isinstance(error, KeyError) else str(error)
            return RecordedSnapshot(found.position, str(found.topic), self._time_or_none(found), None, reason)

    def _time_or_none(self, item: ForeignItem) -> float | None:
        """Return when something happened whose payload cannot be read, as far as the columns say it."""
        try:
            return seconds_of(self.time(item, {}), self.time_unit)
        except ValueDecodingError:
            return None


_MILLISECONDS: Final = 1000.0
_NO_LATER_SECONDS: Final = 1e11
"""A number beyond this, of the year 5138 in seconds, counts milliseconds."""


def seconds_of(time: Any, unit: TimeUnit = "") -> float | None:
    """Return a time as seconds since the epoch: of a number of some unit, a datetime, or ISO 8601 text.

    Without a unit a number counts seconds, or milliseconds where it is too large for them. A text may be the number of
    a unit. A time without an offset is UTC. ``None`` for none. Raises ``ValueDecodingError`` for anything else.
    """
    match time:
        case None | "":
            return None
        case bool():
            pass
        case int() | float() | Decimal():
            number = float(time)
            if math.isfinite(number) and unit:
                return number / TIME_UNITS[unit]
            if math.isfinite(number):
                return number / _MILLISECONDS if abs(number) > _NO_LATER_SECONDS else number
        case datetime():
            return (time if time.tzinfo is not None else time.replace(tzinfo=UTC)).timestamp()
        case str():
            try:
                if unit and _NUMBER.fullmatch(time):
                    return seconds_of(float(time), unit)
                return seconds_of(datetime.fromisoformat(time.strip()))
            except ValueError:
                pass
    raise ValueDecodingError(f"{str(time)[:40]!r} is no time")
