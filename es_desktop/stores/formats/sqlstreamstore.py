"""SQLStreamStore: messages in streams such as ``order-123``, versions from 0.

Read from its source; tried on tables made by hand. It has no snapshots. What it says of streams itself stands in
streams whose names begin with a dollar sign: their metadata, and which are deleted.
"""

from __future__ import annotations

from typing import Final

from ..foreign import ForeignMapper, as_sequences, category_names
from ..layout import Layout
from .base import ForeignFormat, ForeignTables

_MESSAGES: Final = ("stream_id_internal", "stream_version", "position", "created_utc", "type", "json_data")
_STREAMS: Final = ("id", "id_original", "id_internal", "version", "position")


def _read(layout: Layout) -> ForeignTables | None:
    for found in layout.having(*_MESSAGES, "json_metadata"):
        streams = layout.beside(found, "streams", *_STREAMS)
        if streams is None:
            continue
        table, stream = found.selectable(), streams.selectable()
        events = as_sequences(
            table.join(stream, stream.c.id_internal == table.c.stream_id_internal),
            sequence_id=stream.c.id_original,
            position=table.c.stream_version,
            topic=table.c.type,
            data=table.c.json_data,
            time=table.c.created_utc,
            metadata=table.c.json_metadata,
            order=table.c.position,
            where=stream.c.id_original.not_like("$%"),
        )
        notes = ("streams of the store itself, whose names begin with $, are left out",)
        return ForeignTables(events, ForeignMapper(names=category_names), notes=notes)
    return None


SQLSTREAMSTORE: Final = ForeignFormat("SQLStreamStore", _read)
