"""EventFlow: one table of events with type and time in their metadata; versions from 1, with snapshots.

Tried on a file made by hand to its layout. PostgreSQL folds the names of its columns to lower case.
"""

from __future__ import annotations

from typing import Final

from ..columnmap import ColumnMap, JsonField
from ..foreign import ForeignMapper
from .base import DeclaredFormat


def _entity(name: str) -> str:
    return name.removesuffix("Aggregate") or name


EVENTFLOW: Final = DeclaredFormat(
    "EventFlow",
    ColumnMap(
        "*",
        stream="aggregateid",
        version="aggregatesequencenumber",
        type=JsonField("metadata", ("event_name",)),
        payload="data",
        time=JsonField("metadata", ("timestamp",)),
        entity="aggregatename",
        metadata="metadata",
        order="globalsequencenumber",
        needs=("batchid",),
        snapshots=ColumnMap(
            "*snapshot*",
            stream="aggregateid",
            version="aggregatesequencenumber",
            type="aggregatename",
            payload="data",
            metadata="metadata",
        ),
    ),
    ForeignMapper(entity_name=lambda item: _entity(str(item.entity_type))),
    ForeignMapper(state_type=lambda item, payload: _entity(str(item.topic))),
)
