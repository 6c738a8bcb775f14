"""Python eventsourcing 9: native on SQLite and PostgreSQL, and by the packages for SQLAlchemy and Django.

Read from files that 9.0.3, 9.5.6 and eventsourcing-sqlalchemy 1.0.1 wrote. Versions start at 1; the time is in the
payload. Snapshots have the columns of events, so the name tells them apart.
A table with a rowid has an order across aggregates; on PostgreSQL ``notification_id`` is it.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, Select, literal_column
from sqlalchemy.types import TypeEngine

from ..eventsourcing_records import mappers
from ..foreign import as_sequences
from ..ids import BytesId, HexId
from ..layout import Layout, TableInfo
from ..payloads.python9 import restored
from .base import ForeignFormat, ForeignTables

_COLUMNS: Final = ("originator_id", "originator_version", "topic", "state")
_ORDERS: Final = ("notification_id", "id")
"""Columns of PostgreSQL, and of the package eventsourcing-sqlalchemy."""
_ASIDE: Final = frozenset({"timestamp", "originator_topic", "originator_id", "originator_version"})
_NO_PART_OF_A_STATE: Final = frozenset({"_id", "_version", "_pending_events", "_created_on", "_modified_on"})


def _read(layout: Layout) -> ForeignTables | None:
    found = [table for table in layout.tables if _fits(table)]
    events = next((each for each in found if "snapshot" not in each.name.lower()), None)
    if events is None:
        return None
    name = events.name.lower().removesuffix("events")
    names = {f"{name}snapshots", "snapshots"}
    snapshots = next((each for each in found if each.name.lower() in names), None)
    # Only the package eventsourcing-sqlalchemy numbers the events of one application alone, and keeps ids as bytes.
    id_type = BytesId() if "id" in events.lower and "application_name" not in events.lower else HexId()
    events_mapper, snapshots_mapper = mappers(restored, _ASIDE, _NO_PART_OF_A_STATE)
    return ForeignTables(
        _sequences(events, id_type),
        events_mapper,
        None if snapshots is None else _sequences(snapshots, id_type),
        snapshots_mapper,
    )


def _fits(table: TableInfo) -> bool:
    return table.lower - {*_ORDERS, "uid", "application_name"} == {*_COLUMNS} and "pipeline_id" not in table.lower


def _sequences(found: TableInfo, id_type: TypeEngine[Any]) -> Select[Any]:
    return as_sequences(
        found,
        id_type=id_type,
        sequence_id="originator_id",
        position="originator_version",
        topic="topic",
        data="state",
        scope="application_name" if "application_name" in found.lower else None,
        order=_order(found),
    )


def _order(found: TableInfo) -> str | ColumnElement[Any] | None:
    for name in _ORDERS:
        if name in found.lower:
            return name
    return literal_column(f'"{found.name}".rowid') if found.has_rowid else None


EVENTSOURCING_9: Final = ForeignFormat("Python eventsourcing 9", _read)
