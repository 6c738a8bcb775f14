"""hallgren/eventsourcing (Go): one table of events, versions from 1, the latest snapshot of each aggregate.

Read from its source; tried on tables made by hand. An aggregate is identified by its type and its id, so a type is
a scope: two aggregates of different types may have the same id.
"""

from __future__ import annotations

from typing import Final

from ..columnmap import ColumnMap
from .base import DeclaredFormat

_SNAPSHOTS: Final = ColumnMap(
    "*snapshot*", stream="id", version="version", type="type", payload="state", scope="type", needs=("global_version",)
)
HALLGREN: Final = DeclaredFormat(
    "hallgren/eventsourcing (Go)",
    ColumnMap(
        "*",
        stream="id",
        version="version",
        type="reason",
        payload="data",
        time="timestamp",
        entity="type",
        metadata="metadata",
        scope="type",
        is_typed=True,
        order="seq",
        snapshots=_SNAPSHOTS,
    ),
    scope_word="type",
)
