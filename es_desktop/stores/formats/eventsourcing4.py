"""Python eventsourcing 2 to 8 on SQLAlchemy: sequenced items, and stored events of every layout.

Read from files that 2.1.1, 3.0.0, 3.1.0, 5.1.1, 6.3.0, 7.2.4 and 8.2.5 wrote. Versions start at 0; the time is in the
payload. What 4 to 8 add to each event for its chain of hashes, and to each state, is left out. From 6 on several
applications share a table. In release 3 the tables are of exactly four columns, and differ in their names.
Release 2 stores snapshots in the table of timestamped records; there only the state holds the version.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, select

from es_desktop.core.values import decode_tags

from ..columnmap import ColumnMap, FirstOf
from ..eventsourcing_records import mappers
from ..foreign import number_in
from ..layout import Layout, TableInfo
from ..mappedtables import MappedTables
from .base import ForeignFormat, ForeignTables, mapped_tables

_ITEMS: Final = ("sequence_id", "position", "topic", "data")
_STORED: Final = ("originator_id", "originator_version", "state")
_REPEATED: Final = frozenset(
    {"timestamp", "originator_topic", "originator_id", "originator_version", "entity_id", "entity_version"}
    | {"__event_hash__", "__event_topic__", "__previous_hash__", "__event_hash_method_name__"}
)
_NO_PART_OF_A_STATE: Final = frozenset(
    {"_id", "_version", "_is_discarded", "_created_on", "_last_modified_on", "_last_modified"}
    | {"___version__", "___created_on__", "___last_modified__", "__is_discarded__", "__head__", "__pending_events__"}
)


def _read(layout: Layout) -> Iterator[ForeignTables]:
    """Yield the tables with rows, since the library creates several; the first table if none has rows."""
    tables = [each for each in layout.tables if _is_events(each)]
    for events in [each for each in tables if layout.has_rows(each)] or tables[:1]:
        same_schema = [each for each in layout.tables if each.schema == events.schema]
        snapshots = next((each for each in same_schema if _is_snapshots(each) and layout.has_rows(each)), None)
        timed = next((each for each in same_schema if _is_timed(each) and layout.has_rows(each)), None)
        yield _tables(layout, events, snapshots, timed)


def _tables(layout: Layout, events: TableInfo, snapshots: TableInfo | None, timed: TableInfo | None) -> ForeignTables:
    events_mapper, snapshots_mapper = mappers(decode_tags, _REPEATED, _NO_PART_OF_A_STATE)
    kept = None if snapshots is None else _map_of(snapshots)
    if timed is not None and kept is None:
        kept, snapshots = _timed_snapshots(timed), timed
    tables = mapped_tables(
        MappedTables(layout, replace(_map_of(events), snapshots=kept), events),
        events_mapper,
        snapshots_mapper,
        snapshots=None if snapshots is None or kept is None else MappedTables(layout, kept, snapshots),
    )
    notes = () if timed is None else _notes(MappedTables(layout, _timed_snapshots(timed), timed))
    return replace(tables, notes_of_rows=notes, has_core_event_types=True)


def _is_events(table: TableInfo) -> bool:
    if "snapshot" in table.name.lower() or "timestamp" in table.name.lower():
        return False
    if table.lower >= {*_ITEMS, "id"} or (table.lower == {*_ITEMS} and "integer" in table.name.lower()):
        return True
    # Without a column for the event type, the four columns are those of release 9.
    return table.lower >= {*_STORED} and bool(table.lower & {"event_type", "pipeline_id"})


def _is_snapshots(table: TableInfo) -> bool:
    return "snapshot" in table.name.lower() and (table.lower >= {*_ITEMS} or table.lower >= {*_STORED})


def _is_timed(table: TableInfo) -> bool:
    return "timestamp" in table.name.lower() and table.lower >= {*_ITEMS}


def _map_of(found: TableInfo) -> ColumnMap:
    is_item = "sequence_id" in found.lower
    return ColumnMap(
        "*",
        stream="sequence_id" if is_item else "originator_id",
        version="position" if is_item else "originator_version",
        type="event_type" if "event_type" in found.lower else "topic",
        payload="data" if is_item else "state",
        scope=FirstOf(("application_name", "application_id")),
        order=_order,
        ids="hex" if "uid" in found.lower else "bytes",
    )


def _order(tables: MappedTables) -> Any:
    number = tables.value(FirstOf(("notification_id", "id")))
    return None if number is None else func.coalesce(number, 0)  # events that are not notifications have no number


def _timed_snapshots(found: TableInfo) -> ColumnMap:
    return replace(_map_of(found), version=_version, where=lambda tables: _is_snapshot(tables) & _is_known(tables))


def _is_snapshot(tables: MappedTables) -> ColumnElement[bool]:
    return tables["topic"].like("%Snapshot")


def _is_known(tables: MappedTables) -> ColumnElement[bool]:
    return _version(tables).is_not(None)


def _version(tables: MappedTables) -> ColumnElement[Any]:
    """Return the version of the last event in a snapshot's state, which holds the next version."""
    return number_in(tables["data"], tables.dialect, "state", "_version") - 1


def _notes(tables: MappedTables) -> tuple[tuple[str, Select[Any]], ...]:
    rows = select(tables["position"])
    log = "records of no entity, such as logs, are left out"
    unread = "snapshots whose version cannot be read, such as encrypted ones, are left out"
    return (
        (log, rows.where(~_is_snapshot(tables))),
        (unread, rows.where(_is_snapshot(tables), ~_is_known(tables))),
    )


EVENTSOURCING_4: Final = ForeignFormat("Python eventsourcing 2 to 8 (SQLAlchemy)", _read)
