"""Python eventsourcing 9: native on SQLite and PostgreSQL, and by the packages for SQLAlchemy and Django.

Read from files that 9.0.3, 9.5.6 and eventsourcing-sqlalchemy 1.0.1 wrote. Versions start at 1; the time is in the
payload. Snapshots have the columns of events, so they differ only in the name of the table.
Row ids order the events across aggregates; on PostgreSQL ``notification_id`` does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from ..columnmap import ColumnMap, FirstOf
from ..eventsourcing_records import mappers
from ..layout import Layout, TableInfo
from ..mappedtables import MappedTables
from ..payloads.python9 import restore_values
from .base import ForeignFormat, ForeignTables, mapped_tables

_MAP: Final = ColumnMap("*", stream="originator_id", version="originator_version", type="topic", payload="state")
_COLUMNS: Final = ("originator_id", "originator_version", "topic", "state")
_ORDERS: Final = ("notification_id", "id")
"""Columns of PostgreSQL, and of the package eventsourcing-sqlalchemy."""
_REPEATED: Final = frozenset({"timestamp", "originator_topic", "originator_id", "originator_version"})
_NO_PART_OF_A_STATE: Final = frozenset({"_id", "_version", "_pending_events", "_created_on", "_modified_on"})


def _read(layout: Layout) -> Iterator[ForeignTables]:
    found = [table for table in layout.tables if _fits(table)]
    for events in found:
        if "snapshot" not in events.name.lower():
            names = {f"{events.name.lower().removesuffix('events')}snapshots", "snapshots"}
            same_schema = (each for each in found if each.schema == events.schema and each.name.lower() in names)
            yield _tables(layout, events, next(same_schema, None))


def _tables(layout: Layout, events: TableInfo, kept: TableInfo | None) -> ForeignTables:
    # Only the package eventsourcing-sqlalchemy numbers the events of one application alone, and keeps ids as bytes.
    is_of_bytes = "id" in events.lower and "application_name" not in events.lower
    found = replace(_MAP, ids="bytes" if is_of_bytes else "hex", scope=FirstOf(("application_name",)), order=_order)
    snapshots = None if kept is None else MappedTables(layout, found, kept)
    events_mapper, snapshots_mapper = mappers(restore_values, _REPEATED, _NO_PART_OF_A_STATE)
    return mapped_tables(MappedTables(layout, found, events), events_mapper, snapshots_mapper, snapshots=snapshots)


def _fits(table: TableInfo) -> bool:
    return table.lower - {*_ORDERS, "uid", "application_name"} == {*_COLUMNS} and "pipeline_id" not in table.lower


def _order(tables: MappedTables) -> Any:
    numbered = tables.value(FirstOf(_ORDERS))
    return tables.rows if numbered is None and tables.dialect == "sqlite" else numbered


EVENTSOURCING_9: Final = ForeignFormat("Python eventsourcing 9", _read)
