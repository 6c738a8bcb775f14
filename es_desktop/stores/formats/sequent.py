"""sequent 8 (Ruby) on PostgreSQL: partitioned events, with their types in other tables; versions from 1.

Read from its source; tried on tables made by hand. A snapshot has the number of the event that comes after it, and is a
Ruby object, unless a program writes its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from es_desktop.core import ValueDecodingError

from ..columnmap import ColumnMap, Join
from ..foreign import BY_CLASS, ForeignItem, ForeignMapper, short_topic
from .base import DeclaredFormat

_MARSHAL: Final = ("BAh", "BAg")
"""The start of a Ruby object in base64."""


def _state(item: ForeignItem, payload: Mapping[str, Any]) -> Any:
    data = payload.get("data")
    if isinstance(data, str) and data.startswith(_MARSHAL):
        raise ValueDecodingError("the state is a Ruby object, which only a program with its classes can read")
    return payload


_NEEDS: Final = ("aggregate_id", "events_partition_key", "aggregate_type_id")
_IS_OF: Final = {"aggregate_id": "aggregate_id", "partition_key": "events_partition_key"}
_AGGREGATES: Final = Join("aggregates", _IS_OF, needs=_NEEDS)
_ENTITIES: Final = Join("aggregate_types", {"aggregate.aggregate_type_id": "id"}, needs=("id", "type"))
SEQUENT: Final = DeclaredFormat(
    "sequent (Ruby)",
    ColumnMap(
        "*",
        stream="aggregate_id",
        version="sequence_number",
        type="event.type",
        payload="event_json",
        time="created_at",
        entity="entity.type",
        joins={
            "aggregate": _AGGREGATES,
            "event": Join("event_types", {"event_type_id": "id"}, needs=("id", "type")),
            "entity": _ENTITIES,
        },
        snapshots=ColumnMap(
            "snapshot_records",
            stream="aggregate_id",
            version=lambda tables: tables["sequence_number"] - 1,
            type="entity.type",
            payload="snapshot_json",
            time="created_at",
            joins={
                "aggregate": Join("aggregates", {"aggregate_id": "aggregate_id"}, needs=_NEEDS),
                "entity": _ENTITIES,
            },
            needs=("sequence_number", "snapshot_type"),
        ),
    ),
    BY_CLASS,
    ForeignMapper(state=_state, state_type=short_topic),
)
