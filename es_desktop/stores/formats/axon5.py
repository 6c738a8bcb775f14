"""Axon Framework 5 with its aggregate-based storage in a relational database: events from version 0.

Read from its source; tried on tables made by hand. It keeps no snapshots in these tables.
"""

from __future__ import annotations

from typing import Final

from ..foreign import ForeignMapper, as_sequences
from ..largeobjects import content_of
from ..layout import Layout
from .axon4 import columns_of, names, payload
from .base import ForeignFormat, ForeignTables

_AGGREGATE: Final = {"aggregatetype", "aggregateidentifier", "aggregatesequencenumber"}
_EVENTS: Final = {*_AGGREGATE, "globalindex", "identifier", "type", "version", "timestamp", "payload", "metadata"}


def _read(layout: Layout) -> ForeignTables | None:
    found = next((table for table in layout.tables if columns_of(table).keys() >= _EVENTS), None)
    if found is None:
        return None
    columns = columns_of(found)
    (table,) = {column.table for column in columns.values()}
    events = as_sequences(
        table,
        sequence_id=columns["aggregateidentifier"],
        position=columns["aggregatesequencenumber"],
        topic=columns["type"],
        data=content_of(found, columns["payload"]),
        time=columns["timestamp"],
        entity_type=columns["aggregatetype"],
        metadata=content_of(found, columns["metadata"]),
        order=columns["globalindex"],
        where=columns["aggregateidentifier"].is_not(None),
    )
    return ForeignTables(events, ForeignMapper(payload, names), notes=("events without an aggregate are left out",))


AXON_5: Final = ForeignFormat("Axon Framework 5", _read)
