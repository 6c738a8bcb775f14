"""Emmett, on SQLite and PostgreSQL: one table of messages, versions from 1, a global position.

Read from files that emmett-sqlite 0.38.5 and 0.42.4 wrote. The partition of a stream, and the stream positions in the
metadata, are not what they should be there, so neither is looked at.
"""

from __future__ import annotations

from typing import Final

from ..foreign import ForeignMapper, as_sequences, category_names
from ..layout import Layout
from .base import ForeignFormat, ForeignTables

_MESSAGES: Final = ("stream_id", "stream_position", "message_kind", "message_data", "message_type", "global_position")


def _read(layout: Layout) -> ForeignTables | None:
    for found in layout.having(*_MESSAGES):
        table = found.selectable()
        events = as_sequences(
            table,
            sequence_id="stream_id",
            position="stream_position",
            topic="message_type",
            data="message_data",
            time="created",
            metadata="message_metadata",
            order="global_position",
            where=table.c.message_kind == "E",  # commands are kept in the same table
        )
        return ForeignTables(events, ForeignMapper(names=category_names))
    return None


EMMETT: Final = ForeignFormat("Emmett", _read)
