"""Castore (TypeScript) on PostgreSQL: one table of events, versions from 1.

Tried on a dump of a database that release 2.4 of the PostgreSQL adapter wrote. An event store has a name, and its ids
are unique only in it (see ``PostgresEventStorageAdapter.getEvents``), so a name is a scope.
"""

from __future__ import annotations

from typing import Final

from ..columnmap import ColumnMap
from ..foreign import ForeignMapper, class_of_entity
from .base import DeclaredFormat

CASTORE: Final = DeclaredFormat(
    "Castore",
    ColumnMap(
        "*",
        stream="aggregate_id",
        version="version",
        type="type",
        payload="data",
        time="timestamp",
        entity="aggregate_name",
        metadata="metadata",
        scope="aggregate_name",
        is_typed=True,
        order="id",
    ),
    ForeignMapper(entity_name=class_of_entity),
    scope_word="event store",
)
