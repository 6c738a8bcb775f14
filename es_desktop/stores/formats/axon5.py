"""Axon Framework 5 with its aggregate-based storage in a relational database: events from version 0.

Read from its source; tried on tables made by hand. It keeps no snapshots in these tables.
"""

from __future__ import annotations

from typing import Final

from ..columnmap import ColumnMap
from ..foreign import ForeignMapper
from .axon4 import names, payload
from .base import DeclaredFormat

AXON_5: Final = DeclaredFormat(
    "Axon Framework 5",
    (
        ColumnMap(
            "*",
            stream="aggregateidentifier",
            version="aggregatesequencenumber",
            type="type",
            payload="payload",
            time="timestamp",
            entity="aggregatetype",
            metadata="metadata",
            order="globalindex",
            needs=("identifier", "version"),
            ignores_underscores=True,
            stream_may_be_null=True,
        ),
    ),
    ForeignMapper(payload, names),
    notes=("events without an aggregate are left out",),
)
