"""Odd stores: of libraries that name entities, types or versions in a way of their own."""

from __future__ import annotations

import sqlite3

from tests.menagerie.keeping import Rows, odd_store

_TIME = 1_764_000_000


def _make(connection: sqlite3.Connection, table: str, columns: str, rows: Rows) -> None:
    connection.execute(f"CREATE TABLE {table} ({columns})")
    for row in rows:
        connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)


@odd_store(
    "evtstore: two streams with the same id, a nested type, and JSON that is cut off",
    shows={
        "info": ("3 entities, 5 events", "2 orders", "1 accounts"),
        "entities": ("accounts", "orders"),
        "events o2": ("placed", '{"source":{"type":"shop"}}'),
    },
)
def evtstore_streams_of_one_id(connection: sqlite3.Connection) -> None:
    rows = [
        ("orders", "1", 1, '{"type":"placed"}'),
        ("accounts", "1", 1, '{"type":"opened"}'),
        ("orders", "1", 2, '{"type":"pa'),
        ("orders", "o2", 1, '{"source":{"type":"shop"},"type":"placed"}'),
        ("orders", "o2", 2, '{"type":"paid","__persisted":{"paid":true}}'),
    ]
    _make(
        connection,
        "events",
        "position integer PRIMARY KEY, version int, stream text, aggregate_id text, timestamp datetime, event text",
        [(at, version, stream, key, _TIME * 1000, event) for at, (stream, key, version, event) in enumerate(rows, 1)],
    )


@odd_store(
    "Castore: two event stores with the same id, and an event without a payload",
    shows={"info": ("2 entities, 3 events", "1 ORDERS", "1 ACCOUNTS"), "entities": ("ORDERS", "ACCOUNTS")},
)
def castore_stores_of_one_id(connection: sqlite3.Connection) -> None:
    columns = "id integer PRIMARY KEY, aggregate_name text, aggregate_id text, version int, type text"
    rows = [("ORDERS", 1, "PLACED", '{"customer":"Ada"}'), ("ORDERS", 2, "PAID", None), ("ACCOUNTS", 1, "OPENED", "{}")]
    _make(
        connection,
        "event",
        f"{columns}, data text, metadata text, timestamp text",
        [
            (number, name, "7", version, kind, data, None, "2025-03-01T09:00:00Z")
            for number, (name, version, kind, data) in enumerate(rows, 1)
        ],
    )


@odd_store(
    "events with several tags, with the same tag twice, with a tag of no entity, and without tags",
    shows={
        "info": ("3 entities, 6 events", "1 course", "1 student", "1 without entity"),
        "events course:1": ("1 Opened", "2 Joined", "3 Archived"),
        "events 'without entity'": ("TermStarted", "TermEnded"),
        "explain course:1": "unknown: the event has no payload",
    },
)
def tags(connection: sqlite3.Connection) -> None:
    student = "student-5f0c8a52-0000-4000-8000-000000000001"
    events = [
        ("Opened", b'{"places":2}', ["course:1"]),
        ("Joined", b"\x81\xa5grade\x01", ["course:1", student, "course:", ":1"]),
        ("Archived", b"", ["course:1", "course:1"]),
        ("TermStarted", b"{}", ["calendar"]),
        ("TermEnded", b"{}", []),
    ]
    _make(
        connection,
        "school_events_tt_main",
        "id integer PRIMARY KEY, type text, data blob, tags text",
        [(number, f"school:{kind}", data, "{}") for number, (kind, data, _) in enumerate(events, 1)],
    )
    rows = [(tag, number) for number, (_, _, names) in enumerate(events, 1) for tag in names]
    _make(connection, "school_events_tt_tag", "tag text, main_id bigint", rows)


@odd_store(
    "sequenced items of Python eventsourcing 8, one of them without a state",
    shows={"info": "1 entity, 2 events", "events 00112233": ("Created", '{"owner":"Ada"}', "Closed")},
)
def items_of_release_8(connection: sqlite3.Connection) -> None:
    key, created = bytes.fromhex("00112233445566778899aabbccddeeff"), b'{"owner":"Ada"}'
    rows = [(1, key, 0, "bank#Account.Created", created), (2, key, 1, "bank#Account.Closed", None)]
    columns = "id integer PRIMARY KEY, sequence_id binary(16), position int, topic text, state blob"
    _make(connection, "integer_sequenced_items", columns, rows)
    _make(connection, "timestamp_sequenced_items", columns, [])


@odd_store(
    "LiveStore: events that stay on the client, and arguments that are no JSON",
    shows={
        "info": "1 entity, 4 events",
        "events eventlog": ("1 v1.Created", "2 Chosen", "3 Chosen", "4 2025-03-01 09:00:00 v1.Deleted"),
    },
)
def livestore_of_a_client(connection: sqlite3.Connection) -> None:
    numbers = "seqNumGlobal int, seqNumClient int, seqNumRebaseGeneration int"
    columns = "name text, argsJson text, clientId text, sessionId text, schemaHash int, syncMetadataJson text"
    synced, local = '{"_tag":"Some","value":{"createdAt":"2025-03-01T09:00:00Z"}}', '{"_tag":"None"}'
    rows = [(2, 0, "v1.Deleted", '{"id":', synced), (1, 2, "Chosen", "{}", local)]
    rows += [(1, 1, "Chosen", "{}", local), (1, 0, "v1.Created", '{"id":"a"}', local)]
    _make(
        connection,
        "eventlog",
        f"{numbers}, {columns}",
        [(at, client, 0, name, args, "c", "s", 0, sync) for at, client, name, args, sync in rows],
    )


@odd_store(
    "opencode: an id of no known kind, and an event from before there were times",
    shows={
        "info": ("2 entities, 3 events", "1 session", "1 global"),
        "events ses_1": ("0 session.created", "1 2025-11-24 16:00:00 session.updated", "not sessionID"),
    },
)
def opencode_sessions(connection: sqlite3.Connection) -> None:
    _make(connection, "event_sequence", "aggregate_id text PRIMARY KEY, seq integer", [("ses_1", 1), ("global", 0)])
    rows = [("ses_1", 0, 0, "session.created.1"), ("ses_1", 1, _TIME * 1000, "session.updated.1")]
    rows += [("global", 0, _TIME * 1000, "project.updated.2")]
    _make(
        connection,
        "event",
        "id text PRIMARY KEY, aggregate_id text, seq integer, created integer DEFAULT 0, type text, data text",
        [
            (f"evt_{number}", key, seq, created, kind, '{"sessionID":"ses_1","title":"T"}')
            for number, (key, seq, created, kind) in enumerate(rows)
        ],
    )


@odd_store(
    "python-event-sourcery: the same UUID in two categories, a stream without a category, and events without versions",
    shows={
        "info": ("3 entities, 5 events", "1 order", "1 invoice", "1 stream"),
        "events order-5f0c8a52-0000-4000-8000-000000000001": ("1 2025-03-01 09:00:00 Placed", "2 2025"),
        "events cart": ('{"n":4}', '{"n":5}', "not Traceback"),
    },
)
def streams_of_event_sourcery(connection: sqlite3.Connection) -> None:
    key, other = "5f0c8a52000040008000000000000001", "5f0c8a52000040008000000000000002"
    streams = [(1, key, None, "order", 2), (2, key, None, "invoice", 1), (3, other, "cart", "", None)]
    columns = "id integer PRIMARY KEY, uuid char(32), name text, category text, version int"
    _make(connection, "event_sourcery_streams", columns, streams)
    rows = [(1, 1, "Placed"), (1, 2, "Paid"), (2, 1, "Sent"), (3, None, "Seen"), (3, None, "Seen")]
    _make(
        connection,
        "event_sourcery_events",
        "id integer PRIMARY KEY, version int, uuid char(32), name text, data text, event_context text, "
        "created_at datetime, db_stream_id int",
        [
            (number, version, f"{number:032}", f"shop.{kind}", f'{{"n":{number}}}', "{}", "2025-03-01 09:00:00", stream)
            for number, (stream, version, kind) in enumerate(rows, 1)
        ],
    )
