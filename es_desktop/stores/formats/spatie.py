"""spatie/laravel-event-sourcing: stored events of aggregates, versions from 1, with snapshots.

Tried on a file made by hand to its layout. Events without an aggregate belong to no entity.
"""

from __future__ import annotations

from typing import Final

from ..classnames import class_names
from ..foreign import ForeignMapper, as_sequences
from ..layout import Layout
from .base import ForeignFormat, ForeignTables

_EVENTS: Final = ("aggregate_uuid", "aggregate_version", "event_class", "event_properties", "meta_data", "created_at")
_SNAPSHOTS: Final = ("aggregate_uuid", "aggregate_version", "state", "created_at")
_NOTES: Final = (
    "events without an aggregate are left out",
    "the format names no type of aggregate",
    "times are kept without a zone; they are taken for UTC",
)


def _read(layout: Layout) -> ForeignTables | None:
    found = next(iter(layout.having(*_EVENTS)), None)
    if found is None:
        return None
    table = found.selectable()
    events = as_sequences(
        table,
        sequence_id="aggregate_uuid",
        position="aggregate_version",
        topic="event_class",
        data="event_properties",
        time="created_at",
        metadata="meta_data",
        order="id",
        where=table.c.aggregate_uuid.is_not(None),
    )
    snapshots = None
    for kept in layout.having(*_SNAPSHOTS, word="snapshot"):
        snapshots = as_sequences(
            kept,
            sequence_id="aggregate_uuid",
            position="aggregate_version",
            topic="aggregate_uuid",
            data="state",
            time="created_at",
        )
    of_snapshots = ForeignMapper(state_type=lambda item, payload: "aggregate")
    return ForeignTables(events, ForeignMapper(names=class_names), snapshots, of_snapshots, _NOTES)


SPATIE: Final = ForeignFormat("spatie/laravel-event-sourcing", _read)
