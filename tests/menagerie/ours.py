"""Odd stores of ours: tables that were damaged or changed, so that they hold what this program never writes."""

from __future__ import annotations

import sqlite3

from tests.menagerie.keeping import Rows, odd_store

_APPLICATION_ID = 0x45534442
_TABLE = "CREATE TABLE {} (id INTEGER PRIMARY KEY, sequence_id BLOB, position BIGINT, topic TEXT, data TEXT{})"
_KEY = ", UNIQUE (sequence_id, position)"
_STATE = '{"topic": "shop#Cart", "state": {"n": %s}}'


def ours(connection: sqlite3.Connection, events: Rows, snapshots: Rows = (), *, key: str = _KEY) -> None:
    """Make our tables without NOT NULL; events are ``(id, version)``, snapshots ``(id, version, n)``."""
    connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
    for name in ("integer_sequenced_items", "snapshots"):
        connection.execute(_TABLE.format(name, key))
    insert = "INSERT INTO {} (sequence_id, position, topic, data) VALUES (?, ?, ?, ?)"
    for sequence_id, position in events:
        row = (sequence_id, position, "shop#Cart.Filled", f'{{"n": {position!r:.1}}}' if position else "{}")
        connection.execute(insert.format("integer_sequenced_items"), row)
    for sequence_id, position, n in snapshots:
        connection.execute(insert.format("snapshots"), (sequence_id, position, "shop#Snapshot", _STATE % n))


@odd_store(
    "snapshots of ours at no version, without an id, and of an entity without events",
    shows={
        "info": (
            "2 entities, 3 events, 1 snapshot",
            "5 snapshots without an id or a version are left out",
            "1 snapshot of an entity without events is in no list",
        ),
        "entities": ("cart-1 1 2 1", "cart-2 0 1 0"),
        "snapshots cart-1": ('0 Cart {"n":0}', "not x"),
        "verify": ": 5 snapshots without an id or a version; 1 snapshot of an entity without events",
        "verify --json": "checked: 5 snapshots",
        "find True": ("cart-1", "cart-2"),
        "explain cart-1": "from the snapshot at 0",
        "export": ("in it: 5 snapshots without an id or a version", '"sequence":"lost"', "not of an entity"),
        "export --format esdb --out all.esdb": ("3 events, 2 snapshots", "in it: 5 snapshots"),
        "copy copy.esdb": (
            "2 entities; 3 events and 1 snapshot written",
            "in it: 5 snapshots without an id or a version; 1 snapshot of an entity without events",
        ),
        "rescue rescued.esdb": ("3 events and 2 snapshots rescued", "in it: 5 snapshots"),
    },
    window=("5 snapshots without an id or a version are left out", "1 snapshot of an entity without events"),
)
def snapshots_of_ours_at_no_version(connection: sqlite3.Connection) -> None:
    odd = [("cart-1", each, 7) for each in ("x", b"\x01", 9e999, None)]
    snapshots = [("cart-1", 0, 0), *odd, (None, 1, 7), ("lost", 3, 7)]
    ours(connection, [("cart-1", 0), ("cart-1", 1), ("cart-2", 0)], snapshots)


@odd_store(
    "events of ours without an id or a version, and several at one version",
    shows={
        "info": ("3 entities, 7 events", "2 events without an id are left out"),
        "entities": (
            "cart-1 1 2 0",
            "cart-2 1 2 0 (a version is no whole number)",
            "cart-3 0 3 0",
        ),
        "events cart-2": "no version Filled",
        "find --text Filled": "not damaged",
        "export": "the event at 'no version' of 'cart-2' cannot be exported",
        "rescue rescued.esdb": (
            "3 events and 0 snapshots rescued",
            "in it: 2 events without an id; the event at 'no version' of 'cart-2'",
            "and 2 more",
        ),
    },
    window=("2 events without an id are left out",),
)
def events_of_ours_without_an_id(connection: sqlite3.Connection) -> None:
    events = [("cart-1", 0), (None, 0), ("cart-1", 1), (None, 1), ("cart-2", None), ("cart-2", None)]
    ours(connection, [*events, *([("cart-3", 0)] * 3)], key="")
