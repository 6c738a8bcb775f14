"""Eventuous on PostgreSQL and SQLite: messages in streams such as ``Booking-123``, versions from 0.

Read from its source; tried on tables made by hand. On SQLite the schema is a part of the tables' names. The latest
snapshot of each stream may be in a separate table.
"""

from __future__ import annotations

from typing import Final

from ..columnmap import ColumnMap, Join
from ..foreign import ForeignMapper
from .base import DeclaredFormat

_STREAMS: Final = Join("*streams", {"stream_id": "stream_id"}, needs=("stream_id", "stream_name", "version"))
_SNAPSHOTS: Final = ColumnMap(
    "*snapshots", stream="stream_name", version="revision", type="event_type", payload="json_data", time="created"
)
EVENTUOUS: Final = DeclaredFormat(
    "Eventuous",
    ColumnMap(
        "*messages",
        stream="stream.stream_name",
        version="stream_position",
        type="message_type",
        payload="json_data",
        time="created",
        metadata="json_metadata",
        order="global_position",
        head="stream.version",
        joins={"stream": _STREAMS},
        needs=("message_id",),
        first_version=0,
        snapshots=_SNAPSHOTS,
    ),
    snapshot_mapper=ForeignMapper(state_type=lambda item, payload: ""),
)
