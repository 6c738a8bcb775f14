"""NEventStore: a row is a commit, which holds several events; versions from 1, with snapshots.

Read from its source; tried on tables made by hand. A commit becomes one row for each of its events, with the index of
the event in it. Commits are JSON, which may be compressed; the event type is the .NET type in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import CTE, ColumnElement, Select, and_, func, literal, select

from es_desktop.core import ValueDecodingError

from ..foreign import ForeignItem, ForeignMapper, as_sequences, category_of, short_name
from ..layout import Layout, TableInfo
from ..payloads import Payload, as_payload, unpack
from ..payloads.newtonsoft import TYPE, without_collections
from .base import ForeignFormat, ForeignTables

_COMMITS: Final = ("bucketid", "streamid", "streamidoriginal", "streamrevision", "items", "commitid", "commitsequence")
_REST: Final = ("commitstamp", "checkpointnumber", "headers", "payload")
_SNAPSHOTS: Final = ("bucketid", "streamid", "streamrevision", "payload")
_MOST_ITEMS: Final = 32_767
"""The most events of a commit: PostgreSQL stores their count in two bytes."""
_UNKNOWN: Final = "event"
"""The event type if it cannot be read; the record carries the reason."""


def _read(layout: Layout) -> Iterator[ForeignTables]:
    for found in layout.tables_with(*_COMMITS, *_REST):
        yield _tables(found, layout.table_in_schema_of(found, "snapshots", *_SNAPSHOTS))


def _tables(found: TableInfo, kept: TableInfo | None) -> ForeignTables:
    commits = found.selectable()
    numbers = _numbers(commits.c["items"])
    events = as_sequences(
        commits.join(numbers, numbers.c.number <= commits.c["items"]),
        sequence_id=commits.c.streamidoriginal,
        position=commits.c.streamrevision - commits.c["items"] + numbers.c.number,
        topic=None,
        data=commits.c.payload,
        time=commits.c.commitstamp,
        entity_type=commits.c.headers,
        metadata=numbers.c.number,
        scope=commits.c.bucketid,
        order=commits.c.checkpointnumber,
    )
    snapshots = None if kept is None else _snapshots(found, kept)
    return ForeignTables(found, events, _OF_EVENTS, snapshots, _OF_SNAPSHOTS, scope_word="bucket")


def _numbers(items: ColumnElement[Any]) -> CTE:
    """Return the numbers from 1 to the count of events in the largest commit."""
    most = select(func.max(items)).scalar_subquery()
    numbers = select(literal(1).label("number")).cte("numbers", recursive=True)
    following = select(numbers.c.number + 1).where(numbers.c.number < most, numbers.c.number < _MOST_ITEMS)
    return numbers.union_all(following)


def _snapshots(found: TableInfo, kept: TableInfo) -> Select[Any]:
    commits, table = found.selectable().c, kept.selectable()
    streams = select(commits.bucketid, commits.streamid, commits.streamidoriginal).distinct().subquery("streams")
    is_of = and_(streams.c.bucketid == table.c.bucketid, streams.c.streamid == table.c.streamid)
    return as_sequences(
        table.join(streams, is_of),
        sequence_id=streams.c.streamidoriginal,
        position=table.c.streamrevision,
        topic=literal("snapshot"),
        data=table.c.payload,
        scope=table.c.bucketid,
    )


@lru_cache(maxsize=2)
def _events_of(commit: bytes) -> list[Any]:
    """Return the events of a commit; cached for its other rows. Raises ``ValueDecodingError``."""
    tree = without_collections(_tree(commit))
    if not isinstance(tree, list):
        raise ValueDecodingError("the payload is no list of events")
    return tree


def _tree(data: Any) -> Any:
    if isinstance(data, bytes) and int.from_bytes(data[:4], "little") == len(data):
        raise ValueDecodingError("the payload is BSON, which is not read here")
    return unpack(data)


def _body(item: ForeignItem) -> Any:
    events, number = _events_of(item.data), int(item.metadata)
    if number > len(events):
        raise ValueDecodingError(f"the commit holds {len(events)} events, and says that it holds {number} or more")
    event = events[number - 1]
    return event.get("Body") if isinstance(event, Mapping) else event


def _payload(item: ForeignItem) -> Payload:
    return as_payload(_body(item))


def _topic(item: ForeignItem) -> str:
    try:
        body = _body(item)
    except (ValueDecodingError, RecursionError):
        return _UNKNOWN
    return str(body.get(TYPE, _UNKNOWN)) if isinstance(body, Mapping) else _UNKNOWN


def _names(topic: str, item: ForeignItem | None) -> tuple[str, str]:
    """Return the aggregate type in the headers of the commit, as CommonDomain writes it."""
    if item is None:
        return short_name(topic), ""
    try:
        name = as_payload(unpack(item.entity_type)).get("AggregateType")
    except ValueDecodingError:
        name = None
    return short_name(topic), short_name(str(name)) if name else category_of(item.sequence_id)


def _snapshot(item: ForeignItem) -> Payload:
    return as_payload(without_collections(_tree(item.data)))


def _state(item: ForeignItem, payload: Mapping[str, Any]) -> Any:
    return {name: value for name, value in payload.items() if name != TYPE}


_OF_EVENTS: Final = ForeignMapper(_payload, _names, frozenset({TYPE}), topic=_topic)
_OF_SNAPSHOTS: Final = ForeignMapper(
    _snapshot, state=_state, state_type=lambda item, payload: short_name(str(payload.get(TYPE, item.topic)))
)
NEVENTSTORE: Final = ForeignFormat("NEventStore", _read)
