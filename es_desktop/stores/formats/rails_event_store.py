"""Rails Event Store 1 and 2: events, and the streams that they are in; versions from 0, as positions in a stream.

Tried on a file made by hand to the layout of release 2, and on tables made by hand. A stream without positions is
numbered in its order. Payloads are YAML or JSON, which may be packed in JSON once more. Snapshots of aggregates
are Ruby objects in separate streams, which only Ruby can decode: they are shown like other streams.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, exists, func, select

from ..columnmap import ColumnMap, Join
from ..foreign import ForeignItem, ForeignMapper, short_name
from ..layout import Layout, TableInfo
from ..mappedtables import MappedTables
from ..payloads import Payload, as_payload, unpack
from .base import DeclaredFormat

_EVENTS: Final = ("id", "event_type", "metadata", "data", "created_at")
_INDEX: Final = "$by_"
"""The start of the names of streams that link to all events of a type or a cause."""
_ALL: Final = "all"
"""The stream of release 1 with all events."""
_ID_AT_END: Final = re.compile(r"[-_$:/]*([0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}|\d+)$", re.IGNORECASE)


def _numbered(layout: Layout, info: TableInfo) -> Select[Any]:
    """Select the links to show, with positions, but without the events: the database then sorts less data."""
    link = info.selectable().c
    number = func.row_number().over(partition_by=link.stream, order_by=link.id) - 1
    position = func.coalesce(link.position, number).label("position")
    return select(link.id, link.stream, link.event_id, position).where(_is_own(link.stream))


def _is_own(stream: ColumnElement[str]) -> ColumnElement[bool]:
    return (stream != _ALL) & (func.substr(stream, 1, len(_INDEX)) != _INDEX)


def _in_no_stream(tables: MappedTables) -> Select[Any]:
    link, key = tables.info.selectable().c, tables[f"event.{tables.map.joins['event'].on['event_id']}"]
    return select(key).where(~exists().where(_is_own(link.stream), link.event_id == key))


def _time(tables: MappedTables) -> Any:
    created = tables["event.created_at"]
    return func.coalesce(tables["event.valid_at"], created) if "event.valid_at" in tables else created


def _payload(item: ForeignItem) -> Payload:
    tree = unpack(item.data)
    return as_payload(unpack(tree) if isinstance(tree, str) and tree[:1] in "{[" else tree)


def _entity(item: ForeignItem) -> str:
    """Return the entity type in a stream such as ``Ordering::Order$12``."""
    stream = str(item.sequence_id)
    return short_name(stream.partition("$")[0] if "$" in stream else _ID_AT_END.sub("", stream)) or "stream"


_RELEASE_2: Final = ColumnMap(
    "*_in_streams",
    stream="stream",
    version="position",
    type="event.event_type",
    payload="event.data",
    time=_time,
    metadata="event.metadata",
    order="event.id",
    joins={"event": Join("*", {"event_id": "event_id"}, needs=("event_id", *_EVENTS))},
    needs=("id", "stream", "position", "event_id", "created_at"),
    first_version=0,
    rows=_numbered,
    left_out={"event in no stream of its own": _in_no_stream},
)
RAILS_EVENT_STORE: Final = DeclaredFormat(
    "Rails Event Store",
    _RELEASE_2,
    ForeignMapper(_payload, short_name, _entity),
    notes=("links to all events of a type or cause are left out",),
    # In release 1 the id of an event is its event_id.
    other_maps=(replace(_RELEASE_2, order="id", joins={"event": Join("*", {"event_id": "id"}, needs=_EVENTS)}),),
)
