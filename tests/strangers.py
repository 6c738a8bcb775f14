"""Databases of unknown programs: tables of events with other names, made for the tests."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

import psycopg

ORDERS: Final = 3
EVENTS: Final = 12
_NAMES: Final = ("OrderPlaced", "LineAdded", "LineAdded", "OrderPaid")

MAP: Final = """\
[events]
table = "shop_log"
stream = "subject"
payload = "body"
version = "nr"
type = "what"
time = "happened_at"

[snapshots]
table = "shop_snapshots"
stream = "subject"
version = "nr"
payload = "body"
"""
"""How both databases are read."""


def make_file(path: Path) -> Path:
    """Make an SQLite file of three orders with four events each, and a snapshot of the first."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE clients (id INTEGER PRIMARY KEY, name TEXT)")
        connection.execute("INSERT INTO clients VALUES (1, 'Zoë')")
        connection.execute("CREATE TABLE shop_log (subject TEXT, nr INTEGER, what TEXT, happened_at TEXT, body TEXT)")
        connection.execute("CREATE TABLE shop_snapshots (subject TEXT, nr INTEGER, body TEXT)")
        connection.executemany("INSERT INTO shop_log VALUES (?, ?, ?, ?, ?)", _rows())
        connection.execute("INSERT INTO shop_snapshots VALUES (?, ?, ?)", _snapshot())
        connection.commit()
    return path


def make_database(url: str) -> str:
    """Make the same tables in a database on a server, with the types of that database."""
    with psycopg.connect(url) as connection:
        connection.execute(
            "CREATE TABLE shop_log (subject text, nr bigint, what text, happened_at timestamptz, body jsonb)"
        )
        connection.execute("CREATE TABLE shop_snapshots (subject text, nr bigint, body jsonb)")
        for row in _rows():
            connection.execute("INSERT INTO shop_log VALUES (%s, %s, %s, %s, %s)", row)
        connection.execute("INSERT INTO shop_snapshots VALUES (%s, %s, %s)", _snapshot())
    return url


def _rows() -> list[tuple[str, int, str, str, str]]:
    return [
        (f"Order-{order}", nr, name, f"2026-03-0{nr + 1}T10:00:0{order}+00:00", f'{{"total": {nr * 10}, "nr": {nr}}}')
        for nr, name in enumerate(_NAMES)
        for order in range(1, ORDERS + 1)
    ]


def _snapshot() -> tuple[str, int, str]:
    return ("Order-1", 1, '{"total": 10, "nr": 1}')
