"""spatie/laravel-event-sourcing: stored events of aggregates, versions from 1, with snapshots.

Tried on a file made by hand to its layout. Events without an aggregate belong to no entity.
"""

from __future__ import annotations

from typing import Final

from ..columnmap import ColumnMap, Constant
from ..foreign import BY_CLASS
from .base import DeclaredFormat

SPATIE: Final = DeclaredFormat(
    "spatie/laravel-event-sourcing",
    ColumnMap(
        "*",
        stream="aggregate_uuid",
        version="aggregate_version",
        type="event_class",
        payload="event_properties",
        time="created_at",
        metadata="meta_data",
        order="id",
        left_out={"event without an aggregate": lambda tables: tables["aggregate_uuid"].is_(None)},
        snapshots=ColumnMap(
            "*snapshot*",
            stream="aggregate_uuid",
            version="aggregate_version",
            type=Constant("aggregate"),
            payload="state",
            time="created_at",
        ),
    ),
    BY_CLASS,
    notes=(
        "the format names no type of aggregate",
        "times are kept without a zone; they are taken for UTC",
    ),
)
