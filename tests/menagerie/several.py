"""Files with several stores, and with something beside the store that cannot be read."""

from __future__ import annotations

import sqlite3

from .keeping import emmett, eventsourcing, odd_store

_ORDERS = [("a" * 32, 1, "Placed", {}), ("a" * 32, 2, "Noted", {}), ("b" * 32, 1, "Placed", {})]


def _application(connection: sqlite3.Connection, name: str, orders: int) -> None:
    """Make the table of an application, as eventsourcing 9 does on a server, with an event of each order."""
    eventsourcing(connection, [(f"{each:032x}", 1, "Placed", {}) for each in range(orders)])
    connection.execute(f'ALTER TABLE stored_events RENAME TO "{name}_events"')


@odd_store(
    "three applications, the first one empty",
    shows={
        "info": ("3 entities, 3 events", "zoo_events (Python eventsourcing 9, 2 entities, 2 events)", "billing_events"),
        "info --scope zoo": ("2 entities, 2 events", "shop_events (Python eventsourcing 9, 3 entities, 3 events)"),
        "entities --scope zoo_events": (f"{1:032x}"[:8], f"not {2:032x}"),
        "export --scope zoo --out zoo.jsonl": ("2 events", ": shop_events (Python"),
    },
)
def three_applications(connection: sqlite3.Connection) -> None:
    for name, orders in (("billing", 0), ("shop", 3), ("zoo", 2)):
        _application(connection, name, orders)


@odd_store(
    "two libraries in one file",
    shows={
        "info": ("Python eventsourcing 9", "2 entities, 3 events", "emt_messages (Emmett, 1 entity, 1 event)"),
        "info --scope emmett": ("Emmett, read-only", "1 entity, 1 event"),
        "events cart-1 --scope emt_messages": "Opened",
        "copy copy.esdb --scope emmett": ("1 entity", ": stored_events (Python"),
    },
)
def two_libraries(connection: sqlite3.Connection) -> None:
    emmett(connection, [("cart-1", 1, "Opened", {})])
    eventsourcing(connection, _ORDERS)


@odd_store(
    "a view with more events than the tables that it is of",
    shows={"info": ("1 entity, 1 event", "every (Emmett, 2 entities, 2 events)")},
)
def view_of_all(connection: sqlite3.Connection) -> None:
    for name in ("one", "two"):
        emmett(connection, [(f"{name}-1", 1, "Opened", {})])
        connection.execute(f"ALTER TABLE emt_messages RENAME TO {name}")
    connection.execute("CREATE VIEW every AS SELECT * FROM one UNION ALL SELECT * FROM two")


@odd_store(
    "snapshots that cannot be read",
    shows={"info": ("2 entities, 3 events, 0 snapshots", "stored_snapshots is passed over: no such function: unpack")},
)
def snapshots_that_fail(connection: sqlite3.Connection) -> None:
    eventsourcing(connection, _ORDERS)
    columns = "originator_id, originator_version, topic, unpack(state) AS state"
    connection.execute(f"CREATE VIEW stored_snapshots AS SELECT {columns} FROM stored_events")


@odd_store(
    "a table whose definition this SQLite cannot read, and views that fail",
    shows={
        "info": (
            "2 entities, 3 events",
            "later is passed over: its definition cannot be read: unknown table option: LIMITS",
            "packed is passed over: no such function: unpack",
        )
    },
)
def definitions_that_fail(connection: sqlite3.Connection) -> None:
    eventsourcing(connection, _ORDERS)
    columns = "originator_id, originator_version, topic, unpack(state) AS state"
    connection.execute(f"CREATE VIEW packed AS SELECT {columns} FROM stored_events")
    connection.execute("PRAGMA writable_schema = ON")
    sql = "CREATE TABLE later (text TEXT) WITHOUT LIMITS"
    connection.execute("INSERT INTO sqlite_schema VALUES ('table', 'later', 'later', 2, ?)", (sql,))
