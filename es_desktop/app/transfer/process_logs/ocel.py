"""Object-centric event logs, OCEL 2.0: objects are entities, with their attributes over time; each event is of one.

Source: https://www.ocel-standard.org/specification/. Types of attributes are known when all values are, so that events
and objects wait in temporary files. A time is required there: an event without one has that of the event before it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from es_desktop.app.history.histories import EntityHistory, HistoryScanner
from es_desktop.app.search.find import candidates
from es_desktop.app.search.state_scan import Batch, Candidate
from es_desktop.app.store.reader import Reading
from es_desktop.app.text.times import calendar_time
from es_desktop.app.transfer.kept_rows import kept_rows
from es_desktop.app.transfer.record_source import RecordSource
from es_desktop.core import EntityId
from es_desktop.index.source import raw_id
from es_desktop.replay import Exactness
from es_desktop.replay.diff import ABSENT
from es_desktop.system.counts import count_text, format_number

from .flat_values import Flat, FlatType, as_type, common_type, flat_values, type_of

EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
"""The time of what has none, nor anything before it."""
QUALIFIER: Final = "of"
"""How an event is related to its object."""
Attributes = Mapping[str, FlatType]
"""The attributes of a type, with their types."""


class OcelEvent(NamedTuple):
    """One event."""

    id: str
    type: str
    time: dt.datetime
    object_id: str
    attributes: dict[str, Flat]


class ObjectChange(NamedTuple):
    """Attributes of an object from a time on; the first of an object has those that it began with."""

    id: str
    type: str
    time: dt.datetime
    attributes: dict[str, Flat]


@dataclass(frozen=True, slots=True)
class OcelLog:
    """An object-centric event log. Events and objects can be read once."""

    event_types: Mapping[str, Attributes]
    object_types: Mapping[str, Attributes]
    events: Iterator[OcelEvent]
    """Entity by entity."""
    changes: Iterator[ObjectChange]
    """Object by object, each from its first one on."""


class _Types:
    """The attributes of all types, as far as their values were seen."""

    def __init__(self) -> None:
        self.found: defaultdict[str, dict[str, FlatType]] = defaultdict(dict)

    def see(self, name: str, attributes: Mapping[str, Flat]) -> None:
        known = self.found[name]
        for each, value in attributes.items():
            known[each] = common_type(known.get(each), type_of(value))

    def typed(self, name: str, attributes: Mapping[str, Flat]) -> dict[str, Flat]:
        known = self.found[name]
        return {each: as_type(value, known[each]) for each, value in attributes.items()}


@contextmanager
def ocel_log(session: Reading, source: RecordSource) -> Iterator[OcelLog]:
    """Yield the log of the entities of a source; they are read now, and what could not be kept is in its notes."""
    events, objects = _Types(), _Types()
    with (
        kept_rows(_events(source, events)) as kept_events,
        kept_rows(_changes(session, source, objects)) as kept_changes,
    ):
        yield OcelLog(
            events.found,
            objects.found,
            (OcelEvent._make([*row[:4], events.typed(row[1], row[4])]) for row in kept_events),
            (ObjectChange._make([*row[:3], objects.typed(row[1], row[3])]) for row in kept_changes),
        )


def ocel_json_lines(session: Reading, source: RecordSource) -> Iterator[bytes]:
    """Yield a log as JSON, one event or object on a line."""
    encode = msgspec.json.encode
    with ocel_log(session, source) as log:
        for name, types in (("objectTypes", log.object_types), ("eventTypes", log.event_types)):
            described = [
                {"name": each, "attributes": [{"name": one, "type": found} for one, found in attributes.items()]}
                for each, attributes in types.items()
            ]
            yield (b"{" if name == "objectTypes" else b",") + encode(name) + b":" + encode(described) + b"\n"
        yield from _json_array("events", (encode(_json_event(each)) for each in log.events))
        objects = (encode(_json_object(list(each))) for _, each in groupby(log.changes, attrgetter("id")))
        yield from _json_array("objects", objects)
        yield b"}\n"


def write_ocel(path: Path, session: Reading, source: RecordSource) -> None:
    """Write a log as a database, to a file that is not there yet."""
    from es_desktop.stores.engines.ocel_file import MOST_ATTRIBUTES, ocel_file

    with ocel_log(session, source) as log, ocel_file(path, log.event_types, log.object_types) as file:
        for event in log.events:
            file.add_event(event.id, event.type, event.time, event.object_id, QUALIFIER, event.attributes)
        before = None
        for change in log.changes:
            (file.change_object if change.id == before else file.add_object)(*change)
            before = change.id
    if any(len(each) > MOST_ATTRIBUTES for types in (log.event_types, log.object_types) for each in types.values()):
        source.notes.append(f"of each type only {format_number(MOST_ATTRIBUTES)} attributes are written")


def _json_array(name: str, members: Iterable[bytes]) -> Iterator[bytes]:
    yield b',"' + name.encode() + b'":[\n'
    for number, each in enumerate(members):
        yield (b"," if number else b"") + each + b"\n"
    yield b"]"


def _json_event(event: OcelEvent) -> dict[str, Any]:
    return {
        "id": event.id,
        "type": event.type,
        "time": event.time,
        "attributes": [{"name": name, "value": value} for name, value in event.attributes.items()],
        "relationships": [{"objectId": event.object_id, "qualifier": QUALIFIER}],
    }


def _json_object(changes: list[ObjectChange]) -> dict[str, Any]:
    attributes = [
        {"name": name, "time": each.time, "value": value} for each in changes for name, value in each.attributes.items()
    ]
    return {"id": changes[0].id, "type": changes[0].type, "attributes": attributes, "relationships": []}


def _events(source: RecordSource, types: _Types) -> Iterator[OcelEvent]:
    entity, before, untimed, repeated = "", EPOCH, 0, 0
    last = ""
    for record, _, event in source.typed_events(source.read_event):
        found = str(record.item.sequence_id)
        if found != entity:
            entity, before = found, EPOCH
        time = moment_of(event.timestamp)
        untimed += time is None
        before = time or before
        name = f"{entity}/{record.item.position}"
        repeated = repeated + 1 if name == last else 0  # in a damaged store a position may be there twice
        last = name
        attributes = flat_values(event.data)
        types.see(event.type, attributes)
        yield OcelEvent(f"{name}#{repeated + 1}" if repeated else name, event.type, before, entity, attributes)
    if untimed:
        source.notes.append(f"{count_text(untimed, 'event')} without a time have that of the event before")


def _changes(session: Reading, source: RecordSource, types: _Types) -> Iterator[ObjectChange]:
    found: list[ObjectChange] = []
    uncertain = 0

    def take(history: EntityHistory) -> bool:
        exactness = Exactness.EXACT
        for change, step in _changes_of(history, source.to):
            exactness = step
            found.append(change)
        return exactness is Exactness.EXACT

    scanner = HistoryScanner(session, take)
    for batch in _batches(session, source.entities):
        source.checkpoint()
        for taken in scanner.scan(batch):
            uncertain += taken.histories.count(False)
            for each in found:
                types.see(each.type, each.attributes)
                yield each
            found.clear()
    if uncertain:
        source.notes.append(f"the attributes of {count_text(uncertain, 'object')} are not exact")


def _changes_of(history: EntityHistory, to: int | None) -> Iterator[tuple[ObjectChange, Exactness]]:
    is_first = True
    for step in history.steps:
        if to is not None and step.version > to:
            break
        attributes = flat_values({name: value for name, value in step.changed.items() if value is not ABSENT})
        if is_first or attributes:
            time = moment_of(step.time) or moment_of(step.reached) or EPOCH
            yield ObjectChange(str(history.id), history.type, time, attributes), step.exactness
        is_first = False


def _batches(session: Reading, entities: Iterable[EntityId] | None) -> Iterable[Batch]:
    if entities is None:
        return candidates(session, None).batches
    facts = (session.entity(each) for each in entities)
    return ([Candidate(raw_id(each.id), each.events, 0, each.version)] for each in facts)


def moment_of(timestamp: float | None) -> dt.datetime | None:
    """Return seconds since the epoch as a time in UTC; ``None`` for none, or one that no calendar has."""
    return None if timestamp is None else calendar_time(timestamp, dt.UTC)
