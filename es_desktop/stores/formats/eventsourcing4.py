"""Python eventsourcing 2 to 8 on SQLAlchemy: sequenced items, and stored events of every layout.

Read from files that 2.1.1, 3.0.0, 3.1.0, 5.1.1, 6.3.0, 7.2.4 and 8.2.5 wrote. Versions start at 0; the time is in the
payload. What 4 to 8 add to each event for its chain of hashes, and to each state, is left aside. From 6 on several
applications share a table. In release 3 the tables are of exactly four columns, and told apart by their names.
Release 2 keeps snapshots among the records that are in order of time; there only the state tells the version.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, Select, func, select

from es_desktop.core.values import restored

from ..eventsourcing_records import mappers
from ..foreign import as_sequences
from ..ids import BytesId, HexId
from ..jsontext import number_in
from ..layout import Layout, TableInfo
from .base import ForeignFormat, ForeignTables

_ITEMS: Final = ("sequence_id", "position", "topic", "data")
_STORED: Final = ("originator_id", "originator_version", "state")
_ASIDE: Final = frozenset(
    {"timestamp", "originator_topic", "originator_id", "originator_version", "entity_id", "entity_version"}
    | {"__event_hash__", "__event_topic__", "__previous_hash__", "__event_hash_method_name__"}
)
_NO_PART_OF_A_STATE: Final = frozenset(
    {"_id", "_version", "_is_discarded", "_created_on", "_last_modified_on", "_last_modified"}
    | {"___version__", "___created_on__", "___last_modified__", "__is_discarded__", "__head__", "__pending_events__"}
)


def _read(layout: Layout) -> ForeignTables | None:
    events = _events_of(layout)
    if events is None:
        return None
    snapshots = next((each for each in layout.tables if _is_snapshots(each) and not each.is_empty), None)
    timed = next((each for each in layout.tables if _is_timed(each) and not each.is_empty), None)
    events_mapper, snapshots_mapper = mappers(restored, _ASIDE, _NO_PART_OF_A_STATE)
    kept = None if snapshots is None else _sequences(snapshots)
    if timed is not None and kept is None:
        kept = _timed_snapshots(timed, layout.dialect)
    return ForeignTables(
        _sequences(events),
        events_mapper,
        kept,
        snapshots_mapper,
        notes_of_rows=() if timed is None else _notes(timed, layout.dialect),
        tells_core_kinds=True,
    )


def _events_of(layout: Layout) -> TableInfo | None:
    """Return the table of events: a library may have made several, of which an application fills one."""
    found = [each for each in layout.tables if _is_events(each)]
    return next((each for each in found if not each.is_empty), next(iter(found), None))


def _is_events(table: TableInfo) -> bool:
    if "snapshot" in table.name.lower() or "timestamp" in table.name.lower():
        return False
    if table.lower >= {*_ITEMS, "id"} or (table.lower == {*_ITEMS} and "integer" in table.name.lower()):
        return True
    # Without a name of the type of event the four columns are those of release 9.
    return table.lower >= {*_STORED} and bool(table.lower & {"event_type", "pipeline_id"})


def _is_snapshots(table: TableInfo) -> bool:
    return "snapshot" in table.name.lower() and (table.lower >= {*_ITEMS} or table.lower >= {*_STORED})


def _is_timed(table: TableInfo) -> bool:
    return "timestamp" in table.name.lower() and table.lower >= {*_ITEMS}


def _sequences(found: TableInfo) -> Select[Any]:
    table = found.selectable()
    is_item = "sequence_id" in found.lower
    orders = ("notification_id", "id")
    scopes = ("application_name", "application_id")
    return as_sequences(
        table,
        id_type=HexId() if "uid" in found.lower else BytesId(),
        sequence_id="sequence_id" if is_item else "originator_id",
        position="position" if is_item else "originator_version",
        topic="event_type" if "event_type" in found.lower else "topic",
        data="data" if is_item else "state",
        scope=next((name for name in scopes if name in found.lower), None),
        # Events that are no notifications have no number.
        order=next((func.coalesce(table.c[name], 0) for name in orders if name in found.lower), None),
    )


def _timed_snapshots(found: TableInfo, dialect: str) -> Select[Any]:
    table = found.selectable()
    version = _version(table, dialect)
    return as_sequences(
        table,
        id_type=BytesId(),
        sequence_id="sequence_id",
        position=version,
        topic="topic",
        data="data",
        order=func.coalesce(table.c.id, 0) if "id" in found.lower else None,
        where=_is_snapshot(table) & version.is_not(None),
    )


def _is_snapshot(table: FromClause) -> ColumnElement[bool]:
    return table.c.topic.like("%Snapshot")


def _version(table: FromClause, dialect: str) -> ColumnElement[Any]:
    """Return the version of the last event that a snapshot's state knows; the state says which comes next."""
    return number_in(table.c.data, dialect, "state", "_version") - 1


def _notes(found: TableInfo, dialect: str) -> tuple[tuple[str, Select[Any]], ...]:
    table = found.selectable()
    rows = select(table.c.position)
    log = "records of no entity, such as logs, are left out"
    unread = "snapshots whose version cannot be read, such as encrypted ones, are left out"
    return (
        (log, rows.where(~_is_snapshot(table))),
        (unread, rows.where(_is_snapshot(table), _version(table, dialect).is_(None))),
    )


EVENTSOURCING_4: Final = ForeignFormat("Python eventsourcing 2 to 8 (SQLAlchemy)", _read)
