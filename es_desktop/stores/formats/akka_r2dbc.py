"""Akka and Pekko Persistence by R2DBC: a journal of events from version 1, ordered by time, with the latest snapshots.

Read from their sources; tried on tables made by hand. A journal may be spread over several tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Boolean, FromClause, select, type_coerce, union_all

from ..foreign import as_sequences
from ..layout import Layout, TableInfo
from .akka_jdbc import OF_COLUMNS
from .base import ForeignFormat, ForeignTables

_PLACE: Final = ("entity_type", "persistence_id", "seq_nr")
_EVENTS: Final = (*_PLACE, "db_timestamp", "event_ser_id", "event_ser_manifest", "event_payload", "deleted")
_SNAPSHOTS: Final = (*_PLACE, "write_timestamp", "ser_id", "ser_manifest", "snapshot")


def _read(layout: Layout) -> ForeignTables | None:
    found = layout.having(*_EVENTS)
    if not found:
        return None
    table = _together(found, _EVENTS)
    events = as_sequences(
        table,
        sequence_id="persistence_id",
        position="seq_nr",
        topic="event_ser_manifest",
        data="event_payload",
        time="db_timestamp",
        entity_type="entity_type",
        metadata="event_ser_id",
        order="db_timestamp",
        where=type_coerce(table.c.deleted, Boolean).is_(False),
    )
    kept = layout.having(*_SNAPSHOTS)
    snapshots = None
    if kept:
        table = _together(kept, _SNAPSHOTS)
        snapshots = as_sequences(
            table,
            sequence_id="persistence_id",
            position="seq_nr",
            topic="ser_manifest",
            data="snapshot",
            time="write_timestamp",
            metadata="ser_id",
        )
    # A deleted event leaves a row behind that holds nothing.
    return ForeignTables(events, OF_COLUMNS, snapshots, notes=("events that are deleted are left out",))


def _together(found: Sequence[TableInfo], columns: Sequence[str]) -> FromClause:
    """Return the rows of one table, or of the several that a journal is spread over."""
    tables = [table.selectable() for table in found]
    if len(tables) == 1:
        return tables[0]
    return union_all(*(select(*(table.c[name] for name in columns)) for table in tables)).subquery("journal")


AKKA_R2DBC: Final = ForeignFormat("Akka or Pekko (R2DBC)", _read)
