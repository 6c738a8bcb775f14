"""Python eventsourcing: 2 to 8 on SQLAlchemy; 9 on SQLite and PostgreSQL, or by packages for SQLAlchemy and Django.

Read from files that 2.1.1, 3.0.0, 3.1.0, 5.1.1, 6.3.0, 7.2.4, 8.2.5, 9.0.3, 9.5.6 and eventsourcing-sqlalchemy 1.0.1
wrote. The time and the state are in the payload.

2 to 8: sequenced items, and stored events of every layout; versions start at 0. What 4 to 8 add to each event for its
chain of hashes, and to each state, is left out. From 6 on several applications share a table. In release 3 the tables
are of exactly four columns, and differ in their names. Release 2 stores snapshots in the table of timestamped records;
there only the state holds the version.

9: versions start at 1. Snapshots have the columns of events, so they differ only in the name of the table. Row ids
order the events across aggregates; on PostgreSQL ``notification_id`` does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select

from es_desktop.core import Topic
from es_desktop.core.values import decode_tags

from ..columnmap import ColumnMap, FirstOf
from ..engines.json_in_sql import number_in
from ..foreign import ForeignItem, ForeignMapper
from ..layout import Layout, TableInfo
from ..mappedtables import MappedTables
from ..payloads import Payload, as_payload, unpack
from .base import ForeignFormat, ForeignTables

_ITEMS: Final = {"sequence_id", "position", "topic"}
_PAYLOADS: Final = ("data", "state")
"""The names of the column for the payload of an item: before release 8, and in it."""
_STORED: Final = {"originator_id", "originator_version", "state"}


def _mappers(
    restore_values: Callable[[Any], Any], repeated: set[str], no_part_of_a_state: set[str]
) -> tuple[ForeignMapper, ForeignMapper]:
    """Return the mappers of events and of snapshots.

    ``restore_values`` replaces the value wrappers of a release in a tree. ``repeated`` are attributes that repeat
    columns; ``no_part_of_a_state`` are attributes that an entity holds for the library only.
    """

    def payload(item: ForeignItem) -> Payload:
        return as_payload(restore_values(unpack(item.data)))

    def state(item: ForeignItem, attributes: Mapping[str, Any]) -> Any:
        found = attributes["state"]
        if not isinstance(found, Mapping):
            return found
        return {name: value for name, value in found.items() if name not in no_part_of_a_state}

    def entity_name(item: ForeignItem) -> str:
        return str(item.entity_type or Topic(str(item.topic)).entity)

    def state_type(item: ForeignItem, attributes: Mapping[str, Any]) -> str:
        return str(attributes.get("topic", item.topic))

    events = ForeignMapper(
        payload,
        lambda topic: Topic(topic).type,
        entity_name,
        frozenset(repeated),
        lambda item, attributes: attributes.get("timestamp"),
    )
    # The library's own class of snapshots writes all that an entity has; one of a program may leave something out.
    return events, replace(events, state=state, state_type=state_type, is_whole_state=_is_of_the_library)


def _is_of_the_library(item: ForeignItem) -> bool:
    return str(item.topic).startswith("eventsourcing.")


# Releases 2 to 8 ----------------------------------------------------------------------------------------------------

_MAPPERS_4: Final = _mappers(
    decode_tags,
    {"timestamp", "originator_topic", "originator_id", "originator_version", "entity_id", "entity_version"}
    | {"__event_hash__", "__event_topic__", "__previous_hash__", "__event_hash_method_name__", "__class_version__"},
    {"_id", "_version", "_is_discarded", "_created_on", "_last_modified_on", "_last_modified"}
    | {"___version__", "___created_on__", "___last_modified__", "__is_discarded__", "__head__", "__pending_events__"},
)


def _find_4(layout: Layout) -> Iterator[ForeignTables]:
    """Yield the tables with rows, since the library creates several; the first table if none has rows."""
    tables = [each for each in layout.tables if _is_events(each)]
    for events in [each for each in tables if layout.has_rows(each)] or tables[:1]:
        same_schema = [each for each in layout.tables if each.schema == events.schema]
        snapshots = next((each for each in same_schema if _is_snapshots(each) and layout.has_rows(each)), None)
        timed = next((each for each in same_schema if _is_timed(each) and layout.has_rows(each)), None)
        yield _tables_4(layout, events, snapshots, timed)


def _tables_4(layout: Layout, events: TableInfo, snapshots: TableInfo | None, timed: TableInfo | None) -> ForeignTables:
    found = None if snapshots is None else MappedTables(layout, _map_of(snapshots), snapshots)
    records = None
    if timed is not None:
        timed_map = replace(_map_of(timed), version=_version, where=lambda each: _is_snapshot(each) & _is_known(each))
        records = MappedTables(layout, timed_map, timed)
    left_out: tuple[tuple[str, Select[Any]], ...] = ()
    if records is not None:
        rows = select(records["position"])
        log = "record of no entity (such as logs)"
        unread = "snapshot whose version cannot be read (such as encrypted ones)"
        is_unread = (_is_snapshot(records), ~_is_known(records))
        left_out = (log, rows.where(~_is_snapshot(records))), (unread, rows.where(*is_unread))
    tables = MappedTables(layout, _map_of(events), events)
    return ForeignTables(tables, *_MAPPERS_4, found or records, left_out=left_out, has_core_event_types=True)


def _is_events(table: TableInfo) -> bool:
    if "snapshot" in table.name.lower() or "timestamp" in table.name.lower():
        return False
    if _is_items(table) and ("id" in table.lower or (len(table.columns) == 4 and "integer" in table.name.lower())):
        return True
    # Without a column for the event type, the four columns are those of release 9.
    return table.lower >= _STORED and bool(table.lower & {"event_type", "pipeline_id"})


def _is_items(table: TableInfo) -> bool:
    return table.lower >= _ITEMS and not table.lower.isdisjoint(_PAYLOADS)


def _is_snapshots(table: TableInfo) -> bool:
    return "snapshot" in table.name.lower() and (_is_items(table) or table.lower >= _STORED)


def _is_timed(table: TableInfo) -> bool:
    return "timestamp" in table.name.lower() and _is_items(table)


def _map_of(found: TableInfo) -> ColumnMap:
    is_item = "sequence_id" in found.lower
    return ColumnMap(
        "*",
        stream="sequence_id" if is_item else "originator_id",
        version="position" if is_item else "originator_version",
        type="event_type" if "event_type" in found.lower else "topic",
        payload=next(each for each in _PAYLOADS if each in found.lower),
        scope=FirstOf(("application_name", "application_id")),
        order=_order_4,
        first_version=0,
        ids="hex" if "uid" in found.lower else "bytes",
    )


def _order_4(tables: MappedTables) -> Any:
    number = tables.value(FirstOf(("notification_id", "id")))
    return None if number is None else func.coalesce(number, 0)  # events that are not notifications have no number


def _is_snapshot(tables: MappedTables) -> ColumnElement[bool]:
    return tables["topic"].like("%Snapshot")


def _is_known(tables: MappedTables) -> ColumnElement[bool]:
    return _version(tables).is_not(None)


def _version(tables: MappedTables) -> ColumnElement[Any]:
    """Return the version of the last event in a snapshot's state, which holds the next version."""
    return number_in(tables[str(tables.map.payload)], tables.layout.dialect, "state", "_version") - 1


EVENTSOURCING_4: Final = ForeignFormat("Python eventsourcing 2 to 8 (SQLAlchemy)", _find_4)

# Release 9 ----------------------------------------------------------------------------------------------------------

_READERS: Final[dict[str, Callable[[Any], Any]]] = {
    "uuid_hex": UUID,
    "decimal_str": Decimal,
    "datetime_iso": datetime.fromisoformat,
}


def _restore_values(tree: Any) -> Any:
    """Return a tree with values instead of ``{"_type_": …, "_data_": …}``; one of an unknown type is unchanged."""
    if isinstance(tree, list):
        return [_restore_values(item) for item in tree]
    if not isinstance(tree, dict):
        return tree
    inner = {name: _restore_values(value) for name, value in tree.items()}
    if inner.keys() == {"_type_", "_data_"} and isinstance(inner["_type_"], str):
        with suppress(TypeError, ValueError, AttributeError, InvalidOperation, KeyError):
            return _READERS[inner["_type_"]](inner["_data_"])
    return inner


_MAPPERS_9: Final = _mappers(
    _restore_values,
    {"timestamp", "originator_topic", "originator_id", "originator_version", "class_version"},
    {"_id", "_version", "_pending_events", "_created_on", "_modified_on", "class_version"},
)
_ORDERS: Final = ("notification_id", "id")
"""Columns of PostgreSQL, and of the package eventsourcing-sqlalchemy."""


def _find_9(layout: Layout) -> Iterator[ForeignTables]:
    optional = {*_ORDERS, "uid", "application_name"}
    found = [table for table in layout.tables if table.lower - optional == {*_STORED, "topic"}]
    for events in found:
        if "snapshot" not in events.name.lower():
            names = {f"{events.name.lower().removesuffix('events')}snapshots", "snapshots"}
            same_schema = (each for each in found if each.schema == events.schema and each.name.lower() in names)
            yield _tables_9(layout, events, next(same_schema, None))


def _tables_9(layout: Layout, events: TableInfo, kept: TableInfo | None) -> ForeignTables:
    # Only the package eventsourcing-sqlalchemy numbers the events of one application alone, and keeps ids as bytes.
    is_of_bytes = "id" in events.lower and "application_name" not in events.lower
    found = ColumnMap(
        "*",
        stream="originator_id",
        version="originator_version",
        type="topic",
        payload="state",
        scope=FirstOf(("application_name",)),
        order=_order_9,
        ids="bytes" if is_of_bytes else "hex",
    )
    snapshots = None if kept is None else MappedTables(layout, found, kept)
    return ForeignTables(MappedTables(layout, found, events), *_MAPPERS_9, snapshots)


def _order_9(tables: MappedTables) -> Any:
    numbered = tables.value(FirstOf(_ORDERS))
    return tables.row_ids if numbered is None and tables.layout.dialect == "sqlite" else numbered


EVENTSOURCING_9: Final = ForeignFormat("Python eventsourcing 9", _find_9)
