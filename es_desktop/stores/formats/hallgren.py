"""hallgren/eventsourcing (Go): one table of events, versions from 1, the latest snapshot of each aggregate.

Read from its source; tried on tables made by hand. An aggregate is known by its type and its id together, so a type is
a scope: two aggregates of different types may have the same id.
"""

from __future__ import annotations

from typing import Final

from ..foreign import ForeignMapper, as_sequences
from ..layout import Layout
from .base import ForeignFormat, ForeignTables

_EVENTS: Final = ("seq", "id", "version", "reason", "type", "timestamp", "data", "metadata")
_SNAPSHOTS: Final = ("id", "type", "version", "global_version", "state")


def _read(layout: Layout) -> ForeignTables | None:
    found = next(iter(layout.having(*_EVENTS)), None)
    if found is None:
        return None
    events = as_sequences(
        found,
        sequence_id="id",
        position="version",
        topic="reason",
        data="data",
        time="timestamp",
        entity_type="type",
        metadata="metadata",
        scope="type",
        order="seq",
    )
    snapshots = None
    for kept in layout.having(*_SNAPSHOTS, word="snapshot"):
        snapshots = as_sequences(
            kept,
            sequence_id="id",
            position="version",
            topic="type",
            data="state",
            scope="type",
        )
    return ForeignTables(events, ForeignMapper(), snapshots, scope_word="type")


HALLGREN: Final = ForeignFormat("hallgren/eventsourcing (Go)", _read)
