"""eventsource-py on SQLite and PostgreSQL: versions from 1, and the latest snapshot of each aggregate.

Read from its source; tried on tables made by hand. Each payload repeats what the columns say.
"""

from __future__ import annotations

from typing import Final

from ..foreign import ForeignMapper, as_sequences, bare_names
from ..layout import Layout
from .base import ForeignFormat, ForeignTables

_EVENTS: Final = ("global_position", "event_id", "aggregate_id", "aggregate_type", "event_type", "version", "payload")
_SNAPSHOTS: Final = ("aggregate_id", "aggregate_type", "version", "schema_version", "state", "created_at")
_ASIDE: Final = frozenset(
    {"event_id", "event_type", "event_version", "occurred_at", "aggregate_id", "aggregate_type", "aggregate_version"}
    | {"tenant_id", "actor_id", "correlation_id", "causation_id", "metadata"}
)


def _read(layout: Layout) -> ForeignTables | None:
    found = next(iter(layout.having(*_EVENTS)), None)
    if found is None:
        return None
    events = as_sequences(
        found,
        sequence_id="aggregate_id",
        position="version",
        topic="event_type",
        data="payload",
        time="timestamp",
        entity_type="aggregate_type",
        order="global_position",
    )
    snapshots = None
    for kept in layout.having(*_SNAPSHOTS):
        snapshots = as_sequences(
            kept,
            sequence_id="aggregate_id",
            position="version",
            topic="aggregate_type",
            data="state",
            time="created_at",
        )
    return ForeignTables(events, ForeignMapper(names=bare_names, aside=_ASIDE), snapshots)


EVENTSOURCE_PY: Final = ForeignFormat("eventsource-py", _read)
