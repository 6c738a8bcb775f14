"""Odd stores of ours: tables that were damaged or changed, so that they hold what this program never writes."""

from __future__ import annotations

import sqlite3

from tests.menagerie.keeping import Rows, odd_store

_APPLICATION_ID = 0x45534442
_TABLE = "CREATE TABLE {} (id INTEGER PRIMARY KEY, sequence_id BLOB, position BIGINT, topic TEXT, data TEXT{})"
_KEY = ", UNIQUE (sequence_id, position)"
_STATE = '{"topic": "shop#Cart", "state": {"n": %s}}'


def ours(
    connection: sqlite3.Connection, events: Rows, snapshots: Rows = (), *, key: str = _KEY, rest: str = ""
) -> None:
    """Make our tables without NOT NULL; events are ``(id, version)``, snapshots ``(id, version, n)``.

    ``key`` ends the columns of both tables, and ``rest`` their definitions.
    """
    connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
    for name in ("integer_sequenced_items", "snapshots"):
        connection.execute(_TABLE.format(name, key) + rest)
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


_IN_ANY_FILE = {
    "info": "2 entities, 3 events, 1 snapshot",
    "entities": ("Bücher 1 2 1", "日本 0 1 0"),
    "events Bücher": ('0 Filled {"n":"Ärger"}', '1 Filled {"n":"Ärger"}'),
    "explain Bücher": ("from the snapshot at 0", '"n": "Ärger"'),
    "find \"n == 'Ärger'\"": ("Bücher", "日本"),
    "find --text Ärger": ("Bücher 0", "Bücher 1", "日本 0"),
    "export": '"sequence":"日本"',
    "copy copy.esdb": "2 entities; 3 events and 1 snapshot written; each as in the store",
    "rescue rescued.esdb": ("3 events and 1 snapshot rescued", "every row could be read"),
    "snapshots Bücher": '0 Cart {"n":"Ärger"}',
}


def _in_any_file(connection: sqlite3.Connection, *settings: str, rest: str = "") -> None:
    for each in settings:
        connection.execute(f"PRAGMA {each}")
    ours(connection, [], rest=rest)
    rows = [(1, "Bücher", 0), (2, "Bücher", 1), (3, "日本", 0)]
    insert = "INSERT INTO {} VALUES (?, ?, ?, ?, ?)"
    for row in rows:
        connection.execute(insert.format("integer_sequenced_items"), (*row, "shop#Cart.Filled", '{"n": "Ärger"}'))
    connection.execute(insert.format("snapshots"), (*rows[0], "shop#Snapshot", _STATE % '"Ärger"'))


@odd_store("a store of ours in UTF-16, low bytes first", shows=_IN_ANY_FILE, window=("Bücher", "日本"))
def ours_in_utf_16le(connection: sqlite3.Connection) -> None:
    _in_any_file(connection, "encoding = 'UTF-16le'")


@odd_store("a store of ours in UTF-16 and pages of 512 bytes, with pointer maps", shows=_IN_ANY_FILE)
def ours_in_utf_16be(connection: sqlite3.Connection) -> None:
    _in_any_file(connection, "encoding = 'UTF-16be'", "page_size = 512", "auto_vacuum = FULL")


@odd_store("a store of ours in the largest pages, in tables without row ids", shows=_IN_ANY_FILE)
def ours_without_row_ids(connection: sqlite3.Connection) -> None:
    _in_any_file(connection, "page_size = 65536", "auto_vacuum = INCREMENTAL", rest=" WITHOUT ROWID")
