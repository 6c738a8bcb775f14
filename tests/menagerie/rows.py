"""Odd stores: versions and ids that are lost, double, or of any type."""

from __future__ import annotations

import sqlite3

from tests.menagerie.keeping import LOG_MAP, emmett, eventsourcing, log, odd_store

A, B = "a" * 32, "b" * 32
_KEY = "PRIMARY KEY (originator_id, originator_version)"


@odd_store(
    "two writers at once, without a key: events with the same version",
    shows={
        "info": ("2 entities, 6 events", "2 events have no version of their own"),
        "entities": f"{B[:8]}-{B[:4]}",
        "events aaaa": ("several events of the entity have the version 2", '"S1"', '"S2"'),
        "explain bbbb": "several events of the entity have the version 1",
    },
    window=("several events of the entity have the version 2",),
)
def twins(connection: sqlite3.Connection) -> None:
    rows = [
        (A, 1, "Placed", {"customer": "Ada"}),
        (A, 2, "ItemAdded", {"sku": "S1"}),
        (A, 2, "ItemAdded", {"sku": "S2"}),
    ]
    others = [
        (A, 3, "Paid", {"total": 5}),
        (B, 1, "Placed", {"customer": "Grace"}),
        (B, 1, "Placed", {"customer": "E"}),
    ]
    eventsourcing(connection, [*rows, *others])


@odd_store(
    "a stream was archived and begun again",
    shows={
        "info": "1 entity, 5 events",
        "entities": "order-1 5 5",
        "explain order-1": '"status": "new again"',
    },
)
def stream_started_again(connection: sqlite3.Connection) -> None:
    texts = [(1, "new", 1), (2, "paid", 1), (3, "shipped", 1), (1, "new", 0), (2, "new again", 0)]
    rows = [("order-1", at, "Set", {"status": text}, "2025-03-01 09:00:00", archived) for at, text, archived in texts]
    emmett(connection, rows)


@odd_store(
    "versions that are NULL",
    shows={
        "info": ("2 entities, 5 events", "1 event without an aggregate is left out"),
        "entities": ("000000000001 3 3", "000000000002 2 2"),
        "events 5f0c8a52-0000-4000-8000-000000000002": ("it has no version", '{"amount":7}', '{"amount":8}'),
        "explain 5f0c8a52-0000-4000-8000-000000000001": '"note": "outside"',
        "find 'amount == 8'": "000000000002",
    },
)
def versions_of_null(connection: sqlite3.Connection) -> None:
    connection.execute(
        "CREATE TABLE stored_events (id INTEGER PRIMARY KEY, aggregate_uuid TEXT, aggregate_version INTEGER, "
        "event_version INTEGER, event_class TEXT, event_properties TEXT, meta_data TEXT, created_at TEXT)"
    )
    first, second = (f"5f0c8a52-0000-4000-8000-00000000000{number}" for number in (1, 2))
    rows = [(first, 1, '{"amount":1}'), (first, None, '{"note":"outside"}'), (first, 2, '{"amount":2}')]
    rows += [(second, None, '{"amount":7}'), (second, None, '{"amount":8}')]
    for aggregate, version, properties in (*rows, (None, None, "{}")):
        row = (aggregate, version, properties, "2025-03-01 09:00:00")
        connection.execute(
            "INSERT INTO stored_events (aggregate_uuid, aggregate_version, event_class, event_properties, meta_data, "
            "created_at, event_version) VALUES (?, ?, 'App\\Stored', ?, '{}', ?, 1)",
            row,
        )


@odd_store(
    "ids of any type, and versions that are numbers in other forms",
    map=LOG_MAP,
    shows={
        "info": ("6 entities, 8 events", "shown as text"),
        "events 8": '{"n":6}',
        "events x": '{"n":5}',
        "events 9.5": '{"n":7}',
        "events ff00": '{"n":8}',
        "events 7": ('{"n":4}', 'not {"n":1}'),
        "events '7 (integer)'": ('1 Made {"n":1}', '2 Made {"n":2}', '3 Made {"n":3}'),
        "explain '7 (integer)'": "at version 3",
        "find 'n == 6'": "8 (integer)",
    },
)
def ids_of_any_type(connection: sqlite3.Connection) -> None:
    keys = [(7, 1), (7, "2"), (7, 3.0), ("7", 1), ("x", 1), (8, 1), (9.5, 1), (b"\xff\x00", 1)]
    log(connection, [(stream, version, "Made", {"n": n}) for n, (stream, version) in enumerate(keys, 1)])


@odd_store(
    "an id that is not UTF-8, where UUIDs are expected",
    shows={
        "info": "1 entity, 2 events",
        "explain 'c\N{REPLACEMENT CHARACTER}c0urse'": ("at version 2", '"sku": "S1"'),
    },
    window=("c\N{REPLACEMENT CHARACTER}c0urse", "ItemAdded"),
)
def ids_of_bytes_that_are_no_text(connection: sqlite3.Connection) -> None:
    eventsourcing(
        connection, [("course", 1, "Placed", {"c": "Ada"}), ("course", 2, "ItemAdded", {"sku": "S1"})], key=_KEY
    )
    connection.execute("UPDATE stored_events SET originator_id = CAST(X'63c075727365' AS TEXT)")


@odd_store(
    "all columns are texts, as after the import of a CSV file",
    map='[events]\ntable = "log"\nstream = "stream"\nversion = "v"\ntype = "kind"\npayload = "body"\ntime = "at"\n',
    shows={
        "info": ("1 entity, 12 events", "from 2025-03-01 09:01:00 to 2025-03-01 09:12:00"),
        "entities": "order-1 12 12",
        "explain order-1": ("at version 12", '"n": 12', "not (it"),
        "explain order-1 --at 10": '"n": 10',
    },
)
def all_texts(connection: sqlite3.Connection) -> None:
    rows = [("order-1", str(n), "Counted", {"n": n}, str(1740819600 + n * 60)) for n in range(1, 13)]
    log(connection, rows, types="stream TEXT, v TEXT, kind TEXT, body TEXT, at TEXT")


@odd_store(
    "ids in a column where upper and lower case are equal",
    shows={"info": ("2 entities, 3 events", "are one"), "entities": "2 2 0", "events order-aB": '"S1"'},
)
def ids_without_case(connection: sqlite3.Connection) -> None:
    rows = [
        ("order-aB", 1, "Placed", {"c": "Ada"}),
        ("order-Ab", 2, "ItemAdded", {"sku": "S1"}),
        ("zz", 1, "Placed", {}),
    ]
    eventsourcing(connection, rows, id_type="TEXT COLLATE NOCASE", key=_KEY)


@odd_store(
    "one id in three spellings, by three services",
    shows={
        "info": "3 entities, 4 events",
        "entities": ("5f0c8a52000040008000000000000001", "5f0c8a52-0000-4000-8000-000000000001", "5F0C8A5200004000"),
        "events 5F0C8A52000040008000000000000001": '"total":3',
        "events 5f0c8a52-0000-4000-8000-000000000001": "Grace",
        "events 5f0c8a52000040008000000000000001": "Ada",
    },
    window=("5f0c8a520", "5f0c8a52-", "5F0C8A52"),
)
def one_id_in_three_spellings(connection: sqlite3.Connection) -> None:
    plain, dashed = "5f0c8a52000040008000000000000001", "5f0c8a52-0000-4000-8000-000000000001"
    rows = [(plain, 1, "Placed", {"c": "Ada"}), (dashed, 1, "Placed", {"c": "Grace"})]
    upper = [(plain.upper(), 1, "Placed", {"c": "Edsger"}), (plain.upper(), 2, "Paid", {"total": 3})]
    eventsourcing(connection, [*rows, *upper], key=_KEY)


@odd_store(
    "versions as large as SQLite has them",
    shows={
        "info": "1 entity, 3 events",
        "entities": "order-1 9223372036854775807 3",
        "explain order-1 --at 9007199254740993": '"n": 2',
    },
    window=("order-1",),
)
def versions_beyond_53_bits(connection: sqlite3.Connection) -> None:
    rows = [("order-1", version, "Set", {"n": n}) for n, version in enumerate((1, 2**53 + 1, 2**63 - 1), 1)]
    emmett(connection, rows)


@odd_store(
    "types that are numbers, bytes or missing, and texts that are not UTF-8",
    map=LOG_MAP,
    shows={
        "info": "1 entity, 5 events",
        "events order-1": ("7 {", "Bytes {", "(it has no event type)", "\N{REPLACEMENT CHARACTER}ff"),
        "find --text blank": "Event (it has no event type)",
        "export": 'not "stored_topic":"None"',
    },
    window=("order-1", "it has no event type"),
)
def types_of_any_type(connection: sqlite3.Connection) -> None:
    rows = [(7, {}), (b"Bytes", {}), (None, {}), ("x", {}), ("  ", {"n": "blank"})]
    log(connection, [("order-1", n, each, attributes) for n, (each, attributes) in enumerate(rows, 1)])
    connection.execute("UPDATE log SET kind = CAST(X'ff' AS TEXT) WHERE v = 4")


@odd_store(
    "events were deleted, and the snapshots stayed",
    shows={
        "info": ("1 entity, 2 events, 1 snapshot", "1 snapshot of an entity without events is left out"),
        "explain aaaa": ("at version 6", "from the snapshot at 4", '"customer": "Ada"'),
        "copy copy.esdb": "in it: 1 snapshot of an entity without events",
        "export": ("in it: 1 snapshot of an entity without events", "not Grace"),
    },
)
def truncated_stream(connection: sqlite3.Connection) -> None:
    eventsourcing(connection, [(A, 5, "ItemAdded", {"sku": "S5"}), (A, 6, "Paid", {"total": 50})], key=_KEY)
    connection.execute("CREATE TABLE stored_snapshots AS SELECT * FROM stored_events WHERE FALSE")
    for entity, version, state in ((A, 4, '{"customer": "Ada"}'), (B, 9, '{"customer": "Grace"}')):
        row = (entity, version, "eventsourcing.domain:Snapshot", f'{{"topic": "shop:Order", "state": {state}}}')
        connection.execute("INSERT INTO stored_snapshots VALUES (?, ?, ?, ?)", row)


@odd_store(
    "snapshots without a version or an id, and two of one version",
    shows={
        "info": (
            "1 entity, 2 events, 2 snapshots",
            "4 snapshots without an id or a version of their own",
        ),
        "snapshots aaaa": ('1 Order {"c":"Ada"}', '2 Order {"c":"Eve"}', "not 3 Order"),
        "export": ("in it: 4 snapshots without", 'not "Zoe"'),
        "copy copy.esdb": ("2 snapshots written", "in it: 4 snapshots without"),
    },
)
def snapshots_without_a_version(connection: sqlite3.Connection) -> None:
    eventsourcing(connection, [(A, 1, "Placed", {"c": "Ada"}), (A, 2, "Renamed", {"c": "Eve"})], key=_KEY)
    connection.execute("CREATE TABLE stored_snapshots AS SELECT * FROM stored_events WHERE FALSE")
    for entity, version, name in (
        (A, 1, "Ada"),
        (A, 1, "Zoe"),
        (A, None, "Zoe"),
        (A, "x", "Zoe"),
        (A, 2, "Eve"),
        (None, 1, ""),
    ):
        row = (
            entity,
            version,
            "eventsourcing.domain:Snapshot",
            f'{{"topic": "shop:Order", "state": {{"c": "{name}"}}}}',
        )
        connection.execute("INSERT INTO stored_snapshots VALUES (?, ?, ?, ?)", row)


@odd_store(
    "versions that are too large to count on from",
    map=LOG_MAP,
    shows={"events a": ("of at most 18 digits, and 9223372036854775807 is none", "-5 Set")},
)
def versions_too_large(connection: sqlite3.Connection) -> None:
    log(connection, [("a", -5, "Set", {}), ("a", 2**63 - 1, "Set", {}), ("a", 2**63 - 1, "Set", {})])
