"""SQLite files that are odd as a whole: each builder fills an empty file."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

EVENTSOURCING_9 = (
    "CREATE TABLE {} (originator_id TEXT{}, originator_version INTEGER, topic TEXT, state BLOB, "
    "PRIMARY KEY (originator_id, originator_version))"
)
EMMETT = (
    "CREATE TABLE emt_messages (stream_id TEXT, stream_position BIGINT, message_kind TEXT DEFAULT 'E', "
    "message_data TEXT, message_metadata TEXT, message_type TEXT, global_position INTEGER PRIMARY KEY, created TEXT)"
)


def custom_collation(connection: sqlite3.Connection) -> None:
    """The ids have an order that only the writing program knows, by which the index of the table is kept."""
    connection.create_collation("LOCALIZED", lambda first, second: _compared(first.casefold(), second.casefold()))
    orders(connection, collation=" COLLATE LOCALIZED")


def view_of_a_renamed_table(connection: sqlite3.Connection) -> None:
    """The table got another name and another column; a view keeps the old ones for readers."""
    orders(connection)
    connection.execute("ALTER TABLE stored_events RENAME TO stored_events_v2")
    connection.execute("ALTER TABLE stored_events_v2 ADD COLUMN shard INTEGER DEFAULT 0")
    columns = "originator_id, originator_version, topic, state"
    connection.execute(f"CREATE VIEW stored_events AS SELECT {columns} FROM stored_events_v2")


def missing_module(connection: sqlite3.Connection) -> None:
    """The file also has a virtual table of an extension that is not installed."""
    orders(connection)
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute(
        "INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES "
        "('table', 'doc_vec', 'doc_vec', 0, 'CREATE VIRTUAL TABLE doc_vec USING vec0(embedding float[4])')"
    )


def definition_of_a_later_sqlite(connection: sqlite3.Connection) -> None:
    """The definition of a table cannot be parsed, for which SQLite refuses all tables."""
    orders(connection)
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute(
        "INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES "
        "('table', 'notes', 'notes', 2, 'CREATE TABLE notes (text TEXT) WITHOUT LIMITS')"
    )


def view_of_a_table_that_is_gone(connection: sqlite3.Connection) -> None:
    """A view has the columns of events, and cannot be read."""
    orders(connection)
    connection.execute("CREATE TABLE old (stream_id, stream_position, message_kind, message_data, message_type)")
    names = "message_data, message_metadata, message_type, global_position, created"
    connection.execute(f"CREATE VIEW old_messages (stream_id, stream_position, message_kind, {names}) AS "
                       "SELECT stream_id, 1, 'E', message_data, '', message_type, 1, '' FROM gone")  # fmt: skip


def two_libraries(connection: sqlite3.Connection) -> None:
    """Two libraries keep their events in one file."""
    orders(connection)
    carts(connection)


def two_libraries_of_which_one_is_empty(connection: sqlite3.Connection) -> None:
    """The first table of events has no rows yet."""
    connection.execute(EVENTSOURCING_9.format("stored_events", ""))
    carts(connection)


def orders(connection: sqlite3.Connection, collation: str = "") -> None:
    """Two orders with three events, as Python eventsourcing 9 keeps them."""
    connection.execute(EVENTSOURCING_9.format("stored_events", collation))
    rows = [("a" * 32, 1, "Placed"), ("a" * 32, 2, "ItemAdded"), ("b" * 32, 1, "Placed")]
    connection.executemany("INSERT INTO stored_events VALUES (?, ?, ?, ?)", _records(rows))


def carts(connection: sqlite3.Connection) -> None:
    """Two carts with an event each, as Emmett keeps them."""
    connection.execute(EMMETT)
    connection.executemany(
        "INSERT INTO emt_messages (stream_id, stream_position, message_data, message_type, created) "
        "VALUES (?, 1, '{}', 'Opened', '2025-03-01 09:00:00')",
        [("cart-1",), ("cart-2",)],
    )


def _records(rows: Iterable[tuple[str, int, str]]) -> Iterable[tuple[str, int, str, bytes]]:
    for sequence_id, version, event_type in rows:
        time = {"_type_": "datetime_iso", "_data_": "2025-03-01T09:00:00+00:00"}
        yield sequence_id, version, f"shop:Order.{event_type}", json.dumps({"timestamp": time}).encode()


def _compared(first: str, second: str) -> int:
    return (first > second) - (first < second)
