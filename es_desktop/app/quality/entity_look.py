"""Looks at the events of one entity, one after another, and counts their shapes and what is odd."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite, log2
from typing import Any, Final

from es_desktop.core import RecordedEvent
from es_desktop.core.recorded import NO_PAYLOAD
from es_desktop.index.source import RawId
from es_desktop.replay.diff import plain_name
from es_desktop.replay.fold import Failure

from .payloads import Shape, Shapes
from .tally import MOST_ROWS_OF_A_SHAPE, EndUse, EventKey, Seen, Tally, month_of, use_of

LARGE: Final = 100_000
"""Bytes of a payload, or characters of its text, that are very many."""
ALIKE_SECONDS: Final = 60.0
"""Two events with the same payload that are so close are most likely one, written twice."""
AHEAD_SECONDS: Final = 300.0
"""So much may the clock of another machine be ahead."""
_VERSION_NAMES: Final = frozenset(
    {"schema_version", "schemaVersion", "class_version", "event_version", "eventVersion", "revision", "_v", "$version"}
)
_VERSION_IN_TEXT: Final = re.compile(
    r'"(?:__)?(class_?version|schema_?version|event_?version|payload_?revision|revision)(?:__)?"\s*:\s*"?([\w.-]{1,20})',
    re.IGNORECASE,
)
_NO_TIME: Final = "its time is unknown"
_NOTES: Final = (
    ("several events of the entity have the version", "same-version"),
    ("it has no version", "no-version"),
    ("a version is a whole number", "no-version"),
    (NO_PAYLOAD, "no-payload"),
    (_NO_TIME, "time-unreadable"),
    ("it has no event type", "no-type"),
)
"""What the notes of an event begin with, and what it is in the report."""
_new: Final = tuple.__new__


def _version_of(event: RecordedEvent) -> int | None:
    # In a damaged store it may be a text.
    return event.version if type(event.version) is int else None


class EntityLook:
    """Looks at one entity. ``tally`` counts what is found, and may be another one after each call."""

    def __init__(
        self, tally: Tally, shapes: Shapes, raw_id: RawId, entity_type: str, first_version: int, now: float
    ) -> None:
        """``first_version`` is that of a first event, with 1 also 0; ``now`` is in seconds since the epoch."""
        self.tally = tally
        self._shapes = shapes
        self._raw_id = raw_id
        self._entity_type = entity_type
        self._latest = now + AHEAD_SECONDS
        self._keys: dict[str, EventKey] = {}
        self._version: Any = first_version - 1
        self._is_first = True
        self._first_time: float | None = None
        self._before: RecordedEvent | None = None
        self._reached: float | None = None
        """The time of the last event that had one."""

    def take(self, events: Sequence[RecordedEvent]) -> None:
        """Count the next events."""
        for event in events:
            name = event.type
            key = self._keys.get(name)
            if key is None:
                key = self._keys[name] = EventKey(self._entity_type, name)
            time = event.timestamp
            seen = _new(Seen, (self._raw_id, event.version if type(event.version) is int else None, time))
            self._count_shape(key, event, seen)
            self._see_version(key, event, seen)
            if time is None:
                if _NO_TIME not in event.note:
                    self.tally.find("no-time", key, seen)
            else:
                self._see_time(key, time, seen)
            if event.note:
                self._see_note(key, event, seen)
            before = self._before
            if before is not None and before.data == event.data and event.data and before.type == name:
                self._see_alike(key, before, event, seen)
            self._before = event

    def fail(self, failures: Iterable[tuple[RecordedEvent, Failure]]) -> None:
        """Count the events that the fold could not apply; those that cannot be read are counted already."""
        for event, failure in failures:
            if event.error is None:
                key = EventKey(self._entity_type, event.type)
                seen = Seen(self._raw_id, _version_of(event), event.timestamp)
                self.tally.find("not-applied", key, seen, failure.reason)

    def end(self) -> None:
        """Count how the entity ends."""
        last, tally = self._before, self.tally
        if last is None:
            return
        tally.having.update(self._keys.values())
        tally.beginning[next(iter(self._keys.values()))] += 1
        end = tally.ends.setdefault(EventKey(self._entity_type, last.type), EndUse())
        seen = Seen(self._raw_id, _version_of(last), self._reached)
        end.entities += 1
        if self._reached is not None and self._first_time is not None:
            end.times.append(self._reached)
            end.lasted[int(log2(max(self._reached - self._first_time, 1.0)))] += 1
        end.rows.append(seen)

    def _count_shape(self, key: EventKey, event: RecordedEvent, seen: Seen) -> None:
        raw = event.raw
        if raw is not None:
            self._see_raw(key, raw, seen)
        if event.error is not None:
            name = "encrypted" if event.is_encrypted else "unreadable"
            self.tally.find(name, key, seen, "" if event.is_encrypted else event.error)
            shape: Shape = ()
        else:
            data: Mapping[str, Any] = event.data
            if key.event_type == "AttributeChanged" and data.keys() == {"name", "value"}:
                data = {"name": data["name"], "value": {plain_name(str(data["name"])): data["value"]}}
            shape = self._shapes.of(data)
            for name in () if _VERSION_NAMES.isdisjoint(data) else _VERSION_NAMES & data.keys():
                if isinstance(data[name], (int, str)):
                    use_of(self.tally.versions, (key, name, str(data[name])[:20])).add(seen, month_of(seen.time))
        use = use_of(self.tally.shapes, (key, event.topic, shape))
        use.add(seen, month_of(seen.time), MOST_ROWS_OF_A_SHAPE)

    def _see_raw(self, key: EventKey, raw: Sequence[Any], seen: Seen) -> None:
        """Look at the record as it is stored: its length, and versions of schemas that are not in the attributes."""
        data = raw[3]
        if isinstance(data, (str, bytes)) and len(data) > LARGE:
            self.tally.find("large", key, seen, amount=len(data))
        for text in raw[3:7:3] if len(raw) > 4 else ():  # the payload and the metadata of another program's record
            if isinstance(text, bytes) and b"ersion" in text:
                text = text[:LARGE].decode(errors="replace")
            if isinstance(text, str) and ("ersion" in text or "evision" in text):
                for found in _VERSION_IN_TEXT.finditer(text[:LARGE]):
                    use_of(self.tally.versions, (key, *found.groups())).add(seen, month_of(seen.time))

    def _see_version(self, key: EventKey, event: RecordedEvent, seen: Seen) -> None:
        version, expected = event.version, self._version + 1
        is_first, self._is_first = self._is_first, False
        if not isinstance(version, int):
            self.tally.find("no-version", key, seen)
            return
        if version > expected:
            self.tally.find("no-start" if is_first else "gap", key, seen, amount=version - expected)
        elif version < expected and not is_first:
            self.tally.find("same-version", key, seen)
        self._version = max(version, self._version) if not is_first else version

    def _see_time(self, key: EventKey, time: float, seen: Seen) -> None:
        if not isfinite(time):
            return
        reached, tally = self._reached, self.tally
        if reached is not None and time < reached:
            tally.find("time-back", key, seen, amount=reached - time)
        if time > self._latest:
            tally.find("future", key, seen, amount=time)
        elif tally.last_time is None or time > tally.last_time:
            tally.last_time = time
        self._first_time = time if self._first_time is None else self._first_time
        self._reached = time

    def _see_note(self, key: EventKey, event: RecordedEvent, seen: Seen) -> None:
        for note in event.note.split("; "):
            for start, name in _NOTES:
                if note.startswith(start):
                    self.tally.find(name, key, seen)

    def _see_alike(self, key: EventKey, before: RecordedEvent, event: RecordedEvent, seen: Seen) -> None:
        times = before.timestamp, event.timestamp
        if times[0] is None or times[1] is None or abs(times[1] - times[0]) <= ALIKE_SECONDS:
            self.tally.find("same-payload", key, seen)
