"""eventsource-py on SQLite and PostgreSQL: versions from 1, and the latest snapshot of each aggregate.

Read from its source; tried on tables made by hand. Each payload repeats what the columns say.
"""

from __future__ import annotations

from typing import Final

from ..columnmap import ColumnMap
from ..foreign import ForeignMapper
from .base import DeclaredFormat

_REPEATED: Final = frozenset(
    {"event_id", "event_type", "event_version", "occurred_at", "aggregate_id", "aggregate_type", "aggregate_version"}
    | {"tenant_id", "actor_id", "correlation_id", "causation_id", "metadata"}
)
_READER: Final = ForeignMapper(excluded=_REPEATED)
EVENTSOURCE_PY: Final = DeclaredFormat(
    "eventsource-py",
    ColumnMap(
        "*",
        stream="aggregate_id",
        version="version",
        type="event_type",
        payload="payload",
        time="timestamp",
        entity="aggregate_type",
        is_typed=True,
        order="global_position",
        needs=("event_id",),
        snapshots=ColumnMap(
            "*",
            stream="aggregate_id",
            version="version",
            type="aggregate_type",
            payload="state",
            time="created_at",
            needs=("schema_version",),
        ),
    ),
    _READER,
    _READER,
)
