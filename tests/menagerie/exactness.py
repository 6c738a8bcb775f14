"""Odd stores: what a state must not say, and what only a program with the classes could know."""

from __future__ import annotations

import json
import sqlite3

from tests.menagerie.keeping import emmett, eventsourcing, odd_store

UNKNOWN = "unknown: the event has no payload"
NO_TIME = "'x' is no time that can be read"


@odd_store(
    "an event without payload, which may have changed anything",
    shows={
        "explain order-1": ('1 Placed customer = "Ada"', f"2 Paid {UNKNOWN}", "(inferred)"),
        "explain order-1 --json": f'"note":"{UNKNOWN}"',
    },
    window=(UNKNOWN,),
)
def event_without_payload(connection: sqlite3.Connection) -> None:
    emmett(connection, [("order-1", 1, "Placed", {"customer": "Ada"}), ("order-1", 2, "Paid", {})])


@odd_store(
    "events whose payload is NULL: that it is not known what they changed is said once",
    shows={
        "explain order-1": (
            f"2 Paid {UNKNOWN}",
            f"3 Sent (its time is unknown: {NO_TIME}) {UNKNOWN}",
        ),
        "explain order-1 --json": f'"note":"{UNKNOWN}"',
        "events order-1": "(it has no payload) {}",
    },
    window=(UNKNOWN, "not it has no payload) unknown"),
)
def payload_of_null(connection: sqlite3.Connection) -> None:
    rows = [("order-1", 1, "Placed", {"customer": "Ada"}), ("order-1", 2, "Paid", None)]
    emmett(connection, [*rows, ("order-1", 3, "Sent", None, "x")])


@odd_store(
    "a stream that was archived whole, and one that has an event without a payload at each end",
    shows={
        "entities": ("order-1 2 2 0 2025-03-01 09:00:00 (archived)", "order-2 1 1 0 2025-03-01 09:00:00 (it has"),
        "events order-1": ("(archived) {}", "(archived; it has no payload) {}"),
        "explain order-1": "at version 2 (inferred)",
    },
    window=("\N{CIRCLED DIVISION SLASH} order",),
)
def archived_stream(connection: sqlite3.Connection) -> None:
    rows = [("order-1", 1, "Placed", {}), ("order-1", 2, "Paid", None), ("order-2", 1, "Placed", None)]
    emmett(connection, [(*row, "2025-03-01 09:00:00", row[0] == "order-1") for row in rows])


@odd_store(
    "the bookkeeping of a release that changed its classes, in events and in a snapshot",
    shows={
        "events order-1": "not class_version",
        "explain order-1": ("(inferred)", '"customer": "Ada"', "not class_version"),
        "explain order-1 --at 2": ("from the snapshot at 2", "not class_version"),
        "snapshots order-1": "not class_version",
    },
)
def class_version(connection: sqlite3.Connection) -> None:
    rows = [("Placed", {"customer": "Ada"}), ("ItemAdded", {"sku": "S1"}), ("ItemAdded", {"sku": "S2"})]
    eventsourcing(
        connection, [("order-1", at, name, {**data, "class_version": 3}) for at, (name, data) in enumerate(rows, 1)]
    )
    connection.execute(
        "CREATE TABLE stored_snapshots (originator_id TEXT, originator_version INTEGER, topic TEXT, state BLOB)"
    )
    state = {"timestamp": None, "topic": "shop:Order", "state": {"customer": "Ada", "class_version": 3}}
    row = ("order-1", 2, "eventsourcing.domain:Snapshot", json.dumps(state).encode())
    connection.execute("INSERT INTO stored_snapshots VALUES (?, ?, ?, ?)", row)


@odd_store(
    "names in double underscores, which are of a language or a library",
    shows={"explain order-1": ('"customer": "Ada"', "not module", "not Hash"), "events order-1": "__module__"},
)
def names_of_a_library(connection: sqlite3.Connection) -> None:
    payload = {"customer": "Ada", "__module__": "shop", "__class__": "Order", "__theHash__": 1}
    emmett(connection, [("order-1", 1, "Placed", payload)])


MARTEN_ROWS = [
    ("order-1", 4, "compacted_order", {"Snapshot": {"customer": "Ada", "items": 3}, "PreviousStreamId": None}, 0),
    ("dead", 2, "tombstone", {}, 0),
    ("order-1", 5, "item_added", {"sku": "S4"}, 0),
    ("order-1", 6, "renamed", {"customer": "WRONG"}, 1),
    ("order-2", 1, "order_placed", {"customer": "Grace"}, 0),
    ("order-2", 2, "compacted_order", {"snapshot": {"items": 1}}, 0),
]


@odd_store(
    "a stream of Marten that was compacted at version 4, a skipped event, and a tombstone",
    shows={
        "info": ("2 entities, 5 events", "1 tombstone is left out"),
        "explain order-1": (
            "items = 3",
            "6 Renamed skipped: projections leave it out",
            '{ "customer": "Ada", "items": 3, "sku": "S4" }',
        ),
        "explain order-2": ("customer removed", '{ "items": 1 }'),
        "events order-1": ('(skipped: projections leave it out) {"customer":"WRONG"}', "not Previous"),
    },
)
def marten_compacted(connection: sqlite3.Connection) -> None:
    connection.execute(
        "CREATE TABLE mt_events (seq_id INTEGER PRIMARY KEY, id TEXT, stream_id TEXT, version INTEGER, data TEXT, "
        "type TEXT, timestamp TEXT, tenant_id TEXT, is_archived BOOLEAN DEFAULT 0, is_skipped BOOLEAN)"
    )
    for number, (stream, version, name, data, skipped) in enumerate(MARTEN_ROWS, 1):
        row = (number, f"e{number}", stream, version, json.dumps(data), name, "2025-03-01 09:00:00", "T", skipped)
        connection.execute("INSERT INTO mt_events VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?)", row)
