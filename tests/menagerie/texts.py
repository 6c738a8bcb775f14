"""Odd stores: texts and ids that are no text, or no one kind of value."""

from __future__ import annotations

import sqlite3

from tests.menagerie.keeping import emmett, odd_store

NOT_UTF8 = "the text is not UTF-8"


@odd_store(
    "one payload is in Latin-1",
    shows={
        "info": "2 entities, 3 events",
        "events order-1": ('{"customer":"Ada"}', f"! {NOT_UTF8}: byte 0xe9 at 12"),
        "explain order-1": ("at version 2 (broken)", NOT_UTF8),
        "explain order-2": '"customer": "Grace"',
        "find 'customer == \"Grace\"'": "order-2",
        "export --format jsonl": ('"Grace"', '"Ada"'),
    },
    window=("order-1", "order-2"),
)
def payload_in_latin_1(connection: sqlite3.Connection) -> None:
    rows = [("order-1", 1, "Placed", {"customer": "Ada"}), ("order-1", 2, "Noted", {})]
    emmett(connection, [*rows, ("order-2", 1, "Placed", {"customer": "Grace"})])
    latin = '{"note":"café"}'.encode("latin-1")
    connection.execute("UPDATE emt_messages SET message_data = CAST(? AS TEXT) WHERE message_type = 'Noted'", (latin,))


@odd_store(
    "the database is in UTF-16",
    shows={"info": "1 entity, 2 events", "events zamówienie-1": "Zoë 🦊", "explain zam": "ünï"},
    window=("zamówienie-1",),
)
def utf_16(connection: sqlite3.Connection) -> None:
    rows = [("zamówienie-1", 1, "Placed", {"customer": "Zoë 🦊"}), ("zamówienie-1", 2, "Noted", {"note": "ünï"})]
    emmett(connection, rows, encoding="UTF-16le")
