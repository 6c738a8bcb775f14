"""EventFlow: one table of events whose type and time stand in their metadata; versions from 1, with snapshots.

Tried on a file made by hand to its layout. PostgreSQL folds the names of its columns to lower case.
"""

from __future__ import annotations

from typing import Final

from ..foreign import ForeignItem, ForeignMapper, as_sequences
from ..jsontext import told_in
from ..layout import Layout
from .base import ForeignFormat, ForeignTables

_SNAPSHOTS: Final = ("aggregateid", "aggregatename", "aggregatesequencenumber", "data", "metadata")
_EVENTS: Final = (*_SNAPSHOTS, "globalsequencenumber", "batchid")


def _read(layout: Layout) -> ForeignTables | None:
    found = next(iter(layout.having(*_EVENTS)), None)
    if found is None:
        return None
    table = found.selectable()
    events = as_sequences(
        table,
        sequence_id="aggregateid",
        position="aggregatesequencenumber",
        topic=told_in(table.c.metadata, layout.dialect, "event_name"),
        data="data",
        time=told_in(table.c.metadata, layout.dialect, "timestamp"),
        entity_type="aggregatename",
        metadata="metadata",
        order="globalsequencenumber",
    )
    snapshots = None
    for kept in layout.having(*_SNAPSHOTS, word="snapshot"):
        snapshots = as_sequences(
            kept,
            sequence_id="aggregateid",
            position="aggregatesequencenumber",
            topic="aggregatename",
            data="data",
            metadata="metadata",
        )
    of_snapshots = ForeignMapper(state_type=lambda item, payload: _entity(str(item.topic)))
    return ForeignTables(events, ForeignMapper(names=_names), snapshots, of_snapshots)


def _names(topic: str, item: ForeignItem | None) -> tuple[str, str]:
    return topic, "" if item is None else _entity(str(item.entity_type))


def _entity(name: str) -> str:
    return name.removesuffix("Aggregate") or name


EVENTFLOW: Final = ForeignFormat("EventFlow", _read)
