"""The mapper of our own records. The origin of a record that was copied from another program is in its payload.

Such a payload is ``{"copied from": {…}, "timestamp": …, "copied payload": {…}}``. That of a snapshot has ``topic`` and
``state`` instead of the copied payload; that of a record which could not be decoded has neither. ``copied from`` is a
``RecordOrigin``: the format, the topic, the payload as stored, and columns that our tables do not have. Copies made by
older versions of this program have no ``copied from``, and a ``copied payload`` only if it has names like ours.

The topic column holds the original topic if ``Topic`` reads the event type and the entity type from it; otherwise
``format#Entity.Event``, with special characters in the names percent-encoded.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from json import JSONDecodeError, JSONDecoder
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

import msgspec

from es_desktop.core import (
    KnownClasses,
    RecordedEvent,
    RecordedSnapshot,
    RecordOrigin,
    SequencedItem,
    SequencedItemMapper,
    Snapshot,
    Topic,
    ValueDecodingError,
    topic_of,
)
from es_desktop.core.json_text import MOST_NESTED, is_within_limits, why_not_decoded, why_too_large
from es_desktop.core.sequenceditem import seconds_in
from es_desktop.core.values import dumps

from .records import shown_version

_ORIGIN: Final = "copied from"
_PAYLOAD: Final = "copied payload"
ORIGIN_FIRST: Final = f'{{"{_ORIGIN}":'
PAYLOAD_PATH: Final = f'$."{_PAYLOAD}"'
"""The path of the copied payload, for SQL."""
_ENCODED: Final = {ord(mark): f"%{ord(mark):02X}" for mark in "%.#:"}
_TEXTS: Final = ("format", "topic", "stored_topic", "text", "error", "passed over")
_KEPT: Final = (*_TEXTS[:4], "has_core_types", "data", "fields")
"""The fields of ``RecordOrigin`` that are stored."""
_TOPICS_REMEMBERED: Final = 1024
_read_json: Final = JSONDecoder().raw_decode


class EventOutline(NamedTuple):
    """What is read of an event without its attributes."""

    type: str
    entity_type: str
    timestamp: float | None
    """Seconds since the epoch, UTC."""


class _Timed(msgspec.Struct):
    timestamp: float | None = None


class _Copied(msgspec.Struct):
    origin: msgspec.Raw = msgspec.field(name=_ORIGIN)


_decode_origin: Final = msgspec.json.Decoder(_Copied).decode
_decode_time: Final = msgspec.json.Decoder(_Timed).decode


@lru_cache(1024)
def _types(topic: str) -> tuple[str, str]:
    return _names(topic) if "%" in topic else (Topic(topic).type, Topic(topic).entity)


class OurMapper(SequencedItemMapper):
    """Maps the records of our stores. A record copied from another program is decoded as in its original store."""

    def event_type(self, topic: Any) -> str:
        name = super().event_type(topic)
        return unquote(name) if "%" in name else name

    def to_recorded_event(self, item: Any) -> RecordedEvent:
        item = _sound(item)
        found = self._parsed(item)
        if found is not None:
            return _copied_event(item, *found)
        is_small = type(item[3]) is str and is_within_limits(item[3])
        reason = None if is_small else why_not_decoded(item[3])
        if reason is not None:
            event = RecordedEvent(item[1], str(item[2]), None, {}, error=str(reason), raw=item)
        else:
            event = super().to_recorded_event(item)
            reason = None if is_small else why_too_large(event.data, MOST_NESTED, item[3])
            if reason is not None:
                return replace(event, data={}, error=str(reason))
        # No call for a name that is not there: this runs for every event that is read.
        if _PAYLOAD in event.data and isinstance(copied := event.data[_PAYLOAD], Mapping):
            event = replace(event, data=copied)
        if "%" not in event.topic:
            return event
        event_type, entity_type = _names(event.topic)
        return replace(event, type_override=event_type, entity_type_override=entity_type)

    def to_recorded_snapshot(self, item: Any) -> RecordedSnapshot:
        item = _sound(item)
        reason = why_not_decoded(item[3])
        if reason is not None:
            return RecordedSnapshot(item[1], item[2], None, None, str(reason))
        snapshot = super().to_recorded_snapshot(item)
        reason = why_too_large(snapshot.state, MOST_NESTED, item[3])
        if reason is not None:
            return replace(snapshot, state=None, error=str(reason))
        found = self._parsed(item)
        if found is None:
            return snapshot
        origin, kept, _ = found
        if "error" in kept:
            return RecordedSnapshot(item[1], origin.topic, kept.get("time"), None, kept["error"], origin=origin)
        return replace(snapshot, origin=origin, is_whole=kept.get("whole state") is True)

    def event_outline(self, item: Any) -> EventOutline | None:
        """Return the types and the time of an event, a fifth of the work of ``to_recorded_event``.

        ``None`` where only that knows them: for an event of another program, or a payload that is not as usual.
        """
        topic, data = item[2], item[3]
        if not isinstance(topic, str) or has_origin(data):
            return None
        try:
            timestamp = _decode_time(data).timestamp
        except (msgspec.DecodeError, UnicodeError, TypeError, RecursionError):
            return None
        return EventOutline(*_types(topic), timestamp) if timestamp is None or math.isfinite(timestamp) else None

    def _parsed(self, item: Any) -> tuple[RecordOrigin, dict[str, Any], dict[str, Any]] | None:
        """Return the origin of a record, all that is stored about it, and the payload; ``None`` if it has no origin."""
        if not has_origin(item[3]):
            return None
        try:
            payload = self.decode_payload(item[3])
        except ValueDecodingError:
            return None
        kept = payload.pop(_ORIGIN, None)
        if not (isinstance(kept, dict) and {"format", "topic"} <= kept.keys()):
            return None
        if not all(isinstance(kept[name], str) for name in _TEXTS if name in kept):
            return None
        return RecordOrigin(**{name: kept[name] for name in _KEPT if name in kept}), kept, payload


def _sound(item: Any) -> Any:
    """Return the record with a version that can be shown; in a damaged store it may be any value."""
    return item if type(item[1]) is int else SequencedItem(item[0], shown_version(item[1]), *item[2:])


def our_mapper(classes: KnownClasses) -> OurMapper:
    """Return the mapper of our own tables, for objects of these classes."""
    return OurMapper(SequencedItem, "originator_id", "originator_version", classes, _ORIGIN)


def has_origin(data: Any) -> bool:
    """Return whether a payload of ours starts with the origin of a record."""
    return isinstance(data, str) and data.startswith(ORIGIN_FIRST)


def without_origin(data: Any) -> tuple[str | None, Any]:
    """Return the origin in a payload as JSON text (``None`` unless ``with_origin`` restores it), and the rest."""
    if not has_origin(data):
        return None, data
    try:
        _, end = _read_json(data, len(ORIGIN_FIRST))
    except (JSONDecodeError, RecursionError):
        return None, data
    origin, rest = data[len(ORIGIN_FIRST) : end], "{" + data[end:].removeprefix(",")
    return (origin, rest) if with_origin(origin, rest) == data else (None, data)


def origin_length(data: str) -> int:
    """Return the length of the origin in a payload in bytes, which takes no memory; 0 if it cannot be read."""
    try:
        return len(memoryview(_decode_origin(data).origin))
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return 0


def with_origin(origin: str, rest: Any) -> Any:
    """Return the payload that ``without_origin`` separated."""
    return f"{ORIGIN_FIRST}{origin}{'' if rest == '{}' else ','}{rest[1:]}"


def copied_event(sequence_id: Any, event: RecordedEvent, origin: RecordOrigin) -> SequencedItem:
    """Return our record for an event of another record. Raises ``ValueEncodingError``."""
    read = Topic(origin.topic)
    is_named = (read.type, read.entity) == (event.type, event.entity_type)
    topic = origin.topic
    if not is_named or read.entity_topic is None or "%" in topic:
        names = (origin.format, event.entity_type, event.type)
        topic = "{}#{}.{}".format(*(name.translate(_ENCODED) for name in names))
    marks: dict[str, Any] = {"edited": event.is_edited, "passed over": event.passed_over}
    marks |= {"whole state": event.is_whole_state, "note": event.note}
    kept: dict[str, Any] = {name: mark for name, mark in marks.items() if mark}
    rest = {_PAYLOAD: dict(event.data)} if event.error is None else {}
    if event.error is not None:
        kept |= {"error": event.error} | ({"encrypted": True} if event.is_encrypted else {})
    time = {} if event.timestamp is None else {"timestamp": event.timestamp}
    return SequencedItem(sequence_id, event.version, topic, dumps({_ORIGIN: _kept(origin) | kept, **time, **rest}))


def copied_snapshot(sequence_id: Any, snapshot: RecordedSnapshot, origin: RecordOrigin) -> SequencedItem:
    """Return our record for a snapshot of another record. Raises ``ValueEncodingError``."""
    payload: dict[str, Any] = {_ORIGIN: _kept(origin)}
    if snapshot.error is None:
        state = None if snapshot.state is None else dict(snapshot.state)
        payload |= {"topic": snapshot.topic, "state": state}
        payload[_ORIGIN] |= {"whole state": True} if snapshot.is_whole else {}
        payload |= {} if snapshot.timestamp is None else {"timestamp": snapshot.timestamp}
    else:
        payload[_ORIGIN] |= {"error": snapshot.error, "time": snapshot.timestamp}
    return SequencedItem(sequence_id, snapshot.version, topic_of(Snapshot), dumps(payload))


def _kept(origin: RecordOrigin) -> dict[str, Any]:
    bare = RecordOrigin(origin.format, origin.topic)
    found = {name: getattr(origin, name) for name in _KEPT}
    return {name: each for name, each in found.items() if name in _TEXTS[:2] or each != getattr(bare, name)}


def _copied_event(
    item: Any, origin: RecordOrigin, kept: Mapping[str, Any], payload: Mapping[str, Any]
) -> RecordedEvent:
    data = payload.get(_PAYLOAD, {})
    event_type, entity_type = _names(str(item[2]))
    return RecordedEvent(
        item[1],
        origin.topic,
        seconds_in(payload.get("timestamp")),
        data if isinstance(data, Mapping) else {},
        error=kept.get("error"),
        type_override=event_type,
        entity_type_override=entity_type,
        is_encrypted=kept.get("encrypted") is True,
        raw=item,
        is_edited=kept.get("edited") is True,
        origin=origin,
        passed_over=kept.get("passed over", ""),
        is_whole_state=kept.get("whole state") is True,
        note=str(kept.get("note", "")),
    )


@lru_cache(_TOPICS_REMEMBERED)
def _names(topic: str) -> tuple[str, str]:
    """Return the event type and the entity type of a topic column."""
    read = Topic(topic)
    return unquote(read.type), unquote(read.entity)
