"""Eventuous on PostgreSQL and SQLite: messages in streams such as ``Booking-123``, versions from 0.

Read from its source; tried on tables made by hand. On SQLite the schema is a part of the tables' names. The latest
snapshot of each stream may lie in a table of its own.
"""

from __future__ import annotations

from typing import Final

from ..foreign import ForeignMapper, as_sequences, category_names, category_of
from ..layout import Layout
from .base import ForeignFormat, ForeignTables

_MESSAGES: Final = ("message_id", "message_type", "stream_id", "stream_position", "global_position", "json_data")
_STREAMS: Final = ("stream_id", "stream_name", "version")
_SNAPSHOTS: Final = ("stream_name", "revision", "event_type", "json_data", "created")


def _read(layout: Layout) -> ForeignTables | None:
    for found in layout.having(*_MESSAGES, "json_metadata", "created"):
        prefix = found.name.lower().removesuffix("messages")
        streams = layout.beside(found, f"{prefix}streams", *_STREAMS)
        if streams is None:
            continue
        table, stream = found.selectable(), streams.selectable()
        events = as_sequences(
            table.join(stream, stream.c.stream_id == table.c.stream_id),
            sequence_id=stream.c.stream_name,
            position=table.c.stream_position,
            topic=table.c.message_type,
            data=table.c.json_data,
            time=table.c.created,
            metadata=table.c.json_metadata,
            order=table.c.global_position,
        )
        snapshots = None
        kept = layout.beside(found, f"{prefix}snapshots", *_SNAPSHOTS)
        if kept is not None:
            snapshots = as_sequences(
                kept,
                sequence_id="stream_name",
                position="revision",
                topic="event_type",
                data="json_data",
                time="created",
            )
        return ForeignTables(events, ForeignMapper(names=category_names), snapshots, _OF_SNAPSHOTS)
    return None


_OF_SNAPSHOTS: Final = ForeignMapper(state_type=lambda item, payload: category_of(item.sequence_id))
EVENTUOUS: Final = ForeignFormat("Eventuous", _read)
