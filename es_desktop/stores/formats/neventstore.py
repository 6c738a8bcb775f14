"""NEventStore: a row is a commit, which holds several events; versions from 1, with snapshots.

Read from its source; tried on tables made by hand. A commit becomes one row for each of its events, with the index of
the event in it. Commits are JSON, which may be compressed; the event type is the .NET type in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Select, and_, func, literal, select

from es_desktop.core import ValueDecodingError

from ..columnmap import ColumnMap, Constant
from ..foreign import ForeignItem, ForeignMapper, short_name
from ..layout import Layout, TableInfo
from ..payloads import Payload, as_payload, unpack
from .base import DeclaredFormat

_COMMITS: Final = ("bucketid", "streamid", "streamidoriginal", "streamrevision", "items", "commitid", "commitsequence")
_REST: Final = ("commitstamp", "checkpointnumber", "headers", "payload")
_MOST_ITEMS: Final = 32_767
"""The most events of a commit: PostgreSQL stores their count in two bytes."""
_UNKNOWN: Final = "event"
"""The event type if it cannot be read; the record carries the reason."""
_TYPE: Final = "$type"
"""The key of an object's type name in the JSON of Json.NET."""


def _events(layout: Layout, info: TableInfo) -> Select[Any]:
    """Select each commit once for each of its events, with the number of the event."""
    commits = info.selectable().c
    most = select(func.max(commits["items"])).scalar_subquery()
    numbers = select(literal(1).label("number")).cte("numbers", recursive=True)
    following = select(numbers.c.number + 1).where(numbers.c.number < most, numbers.c.number < _MOST_ITEMS)
    numbers = numbers.union_all(following)
    position = (commits.streamrevision - commits["items"] + numbers.c.number).label("position")
    return select(*commits, numbers.c.number, position).where(numbers.c.number <= commits["items"])


def _snapshots(layout: Layout, info: TableInfo) -> Select[Any]:
    """Select the snapshots with the ids of their streams, which are in the commits."""
    found = next(each for each in layout.tables if each.schema == info.schema and each.lower >= {*_COMMITS})
    commits, table = found.selectable().c, info.selectable().c
    streams = select(commits.bucketid, commits.streamid, commits.streamidoriginal).distinct().subquery("streams").c
    is_of = and_(streams.bucketid == table.bucketid, streams.streamid == table.streamid)
    return select(*table, streams.streamidoriginal).where(is_of)


def _without_collections(tree: Any) -> Any:
    """Return JSON of Json.NET with plain lists instead of its wrapped collections."""
    if isinstance(tree, list):
        return [_without_collections(item) for item in tree]
    if not isinstance(tree, dict):
        return tree
    if tree.keys() == {_TYPE, "$values"}:
        return _without_collections(tree["$values"])
    return {name: _without_collections(value) for name, value in tree.items()}


@lru_cache(maxsize=2)
def _events_of(commit: bytes) -> list[Any]:
    """Return the events of a commit; cached for its other rows. Raises ``ValueDecodingError``."""
    tree = _without_collections(_tree(commit))
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
    return str(body.get(_TYPE, _UNKNOWN)) if isinstance(body, Mapping) else _UNKNOWN


def _entity(item: ForeignItem) -> str:
    """Return the aggregate type in the headers of the commit, as CommonDomain writes it; empty if there is none."""
    try:
        name = as_payload(unpack(item.entity_type)).get("AggregateType")
    except ValueDecodingError:
        name = None
    return short_name(str(name)) if name else ""


def _snapshot(item: ForeignItem) -> Payload:
    return as_payload(_without_collections(_tree(item.data)))


def _state(item: ForeignItem, payload: Mapping[str, Any]) -> Any:
    return {name: value for name, value in payload.items() if name != _TYPE}


NEVENTSTORE: Final = DeclaredFormat(
    "NEventStore",
    ColumnMap(
        "*",
        stream="streamidoriginal",
        version="position",
        payload="payload",
        time="commitstamp",
        entity="headers",
        metadata="number",
        scope="bucketid",
        order="checkpointnumber",
        needs=(*_COMMITS, *_REST),
        rows=_events,
        snapshots=ColumnMap(
            "snapshots",
            stream="streamidoriginal",
            version="streamrevision",
            type=Constant("snapshot"),
            payload="payload",
            scope="bucketid",
            needs=("bucketid", "streamid", "streamrevision", "payload"),
            rows=_snapshots,
        ),
    ),
    ForeignMapper(_payload, short_name, _entity, frozenset({_TYPE}), topic=_topic),
    ForeignMapper(
        _snapshot, state=_state, state_type=lambda item, payload: short_name(str(payload.get(_TYPE, item.topic)))
    ),
    scope_word="bucket",
)
