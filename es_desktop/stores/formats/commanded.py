"""Commanded's EventStore (Elixir) on PostgreSQL: events, and links with stream and position; versions from 1.

Read from its source; tried on tables made by hand. The stream ``$all``, with the id 0, has every event in the
order of the store. Payloads are JSON or Erlang terms.

A stream that was deleted softly keeps its events: it can no longer be read or appended to, and they stay in ``$all``
and in the streams that they are linked to (``guides/Usage.md``, "Soft delete"). So they are shown, with a mark. An
event is shown once, in the stream that it was appended to.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import case, func, literal_column

from ..columnmap import ColumnMap, FirstOf, Join
from ..foreign import ForeignItem, ForeignMapper, short_name, short_topic
from ..mappedtables import MappedTables
from ..payloads import Payload, as_payload, unpack
from ..payloads.erlang import from_erlang, looks_like_a_term
from .base import DeclaredFormat


def _payload(item: ForeignItem) -> Payload:
    return as_payload(from_erlang(item.data) if looks_like_a_term(item.data) else unpack(item.data))


def _mark(tables: MappedTables) -> Any:
    deleted = tables.value(FirstOf(("stream.deleted_at",)))
    return None if deleted is None else case((deleted.is_not(None), literal_column("'of a deleted stream'")))


_STREAMS: Final = Join("streams", {"stream_id": "stream_id"}, needs=("stream_id", "stream_uuid", "stream_version"))
_EVENTS: Final = Join(
    "events", {"event_id": "event_id"}, needs=("event_id", "event_type", "data", "metadata", "created_at")
)
_EVERYWHERE: Final = Join("*", {"event_id": "event_id"}, only={"stream_id": 0}, is_optional=True)
"""The links of the stream of all events, in the same table."""
_SNAPSHOTS: Final = ColumnMap(
    "snapshots", stream="source_uuid", version="source_version", type="source_type", payload="data", time="created_at"
)
COMMANDED: Final = DeclaredFormat(
    "Commanded EventStore",
    ColumnMap(
        "*",
        stream="stream.stream_uuid",
        version="stream_version",
        type="event.event_type",
        payload="event.data",
        time="event.created_at",
        metadata="event.metadata",
        mark=_mark,
        head="stream.stream_version",
        order=lambda tables: func.coalesce(tables["everywhere.stream_version"], 0),
        joins={"event": _EVENTS, "stream": _STREAMS, "everywhere": _EVERYWHERE},
        needs=("original_stream_id", "original_stream_version"),
        # An event may be linked to other streams.
        where=lambda tables: tables["stream_id"] == tables["original_stream_id"],
        snapshots=_SNAPSHOTS,
    ),
    ForeignMapper(_payload, short_name),
    ForeignMapper(_payload, state_type=short_topic),
    ("deleted streams are shown, and marked",),
)
