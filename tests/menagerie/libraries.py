"""Odd stores: what Marten and Commanded do with streams beside appending to them."""

from __future__ import annotations

import json
import sqlite3

from tests.menagerie.keeping import odd_store

FIRST, SECOND, GRAVE = (f"00000000-0000-4000-8000-00000000000{n}" for n in (1, 2, 9))


@odd_store(
    "Marten: a compacted stream, a skipped event, an archived stream, and tombstones",
    shows={
        "info": ("2 entities, 4 events", "2 Order"),
        f"events {FIRST}": ('{"customer":"Ada","items":3}', '(skipped: projections leave it out) {"customer":"WRONG"}'),
        f"explain {FIRST}": (
            "from zero",
            '"customer": "Ada"',
            '"sku": "S4"',
            "Renamed skipped: projections",
            "at version 6 (inferred)",
        ),
        f"events {SECOND}": '(archived) {"customer":"Grace"}',
        "entities": (f"Order {SECOND} 1 1 0 2025-03-01 09:00:00 (archived)", f"not {GRAVE}"),
    },
    window=("Order",),
)
def marten(connection: sqlite3.Connection) -> None:
    connection.execute(
        "CREATE TABLE mt_streams (id TEXT, type TEXT, version INTEGER, timestamp TEXT, created TEXT, tenant_id TEXT, "
        "is_archived INTEGER)"
    )
    connection.execute(
        "CREATE TABLE mt_events (seq_id INTEGER PRIMARY KEY, id TEXT, stream_id TEXT, version INTEGER, data TEXT, "
        "type TEXT, timestamp TEXT, tenant_id TEXT, is_archived INTEGER, is_skipped INTEGER)"
    )
    for stream, name, archived in ((FIRST, "Shop.Order, Shop", 0), (SECOND, "Shop.Order, Shop", 1), (GRAVE, None, 0)):
        row = (stream, name, 1, "2025-03-01T09:00:00Z", "2025-03-01T09:00:00Z", "*DEFAULT*", archived)
        connection.execute("INSERT INTO mt_streams VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    compacted = {"Snapshot": {"customer": "Ada", "items": 3}, "PreviousStreamId": GRAVE, "PreviousStreamKey": ""}
    for number, stream, version, data, event_type, archived, skipped in (
        (1, FIRST, 4, compacted, "Compacted<Order>", 0, 0),
        (2, GRAVE, 2, {}, "tombstone", 0, 0),
        (3, FIRST, 5, {"sku": "S4"}, "item_added", 0, 0),
        (4, GRAVE, 4, {}, "tombstone", 0, 0),
        (6, FIRST, 6, {"customer": "WRONG"}, "renamed", 0, 1),
        (9, SECOND, 1, {"customer": "Grace"}, "order_placed", 1, 0),
    ):
        row = (number, f"e{number}", stream, version, json.dumps(data), event_type)
        connection.execute(
            "INSERT INTO mt_events VALUES (?, ?, ?, ?, ?, ?, '2025-03-01T09:00:00Z', '*DEFAULT*', ?, ?)",
            (*row, archived, skipped),
        )


@odd_store(
    "Commanded: a deleted stream, an event that is linked to another stream, and ids with slashes",
    shows={
        "info": ("2 entities, 3 events", "2 order"),
        "entities": ("order order/2025/1 2 2", "order order/2025/2 1 1", "(of a deleted stream)"),
        "events order/2025/2": '(of a deleted stream) {"customer":"Grace"}',
        "explain order/2025/2": ('"customer": "Grace"', "inferred"),
    },
    window=("order/2025/2",),
)
def commanded(connection: sqlite3.Connection) -> None:
    connection.executescript(
        "CREATE TABLE streams (stream_id, stream_uuid, stream_version, created_at, deleted_at);"
        "CREATE TABLE events (event_id, event_type, causation_id, correlation_id, data, metadata, created_at);"
        "CREATE TABLE stream_events (event_id, stream_id, stream_version, original_stream_id, original_stream_version);"
        "INSERT INTO streams VALUES (0, '$all', 3, NULL, NULL), (1, 'order/2025/1', 2, NULL, NULL),"
        " (2, 'order/2025/2', 1, NULL, '2025-04-01'), (3, '$et-Placed', 1, NULL, NULL);"
        "INSERT INTO stream_events VALUES ('a', 1, 1, 1, 1), ('a', 0, 1, 1, 1), ('b', 1, 2, 1, 2), ('b', 0, 2, 1, 2),"
        " ('c', 2, 1, 2, 1), ('c', 0, 3, 2, 1), ('a', 3, 1, 1, 1);"
    )
    for key, event_type, data in (
        ("a", "Placed", {"customer": "Ada"}),
        ("b", "Paid", {"total": 5}),
        ("c", "Placed", {"customer": "Grace"}),
    ):
        row = (key, f"Elixir.Shop.{event_type}", json.dumps(data).encode())
        connection.execute("INSERT INTO events VALUES (?, ?, NULL, NULL, ?, '{}', '2025-03-01T09:00:00Z')", row)
