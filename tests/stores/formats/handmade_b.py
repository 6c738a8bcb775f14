"""Stores as libraries for Elixir, Java, Scala, .NET, Go, Rust and Ruby lay them out: the same few orders in each.

The tables are those that the libraries make, without their indexes. They are made alike on SQLite, which takes any name
for a type, and on PostgreSQL, where Axon keeps what it writes as large objects.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection

from tests.stores.formats.history import ADA, ITEMS, STATE, SampleEvent, history, last_of, make
from tests.stores.formats.writing import cbor, envelope, headed, term, xstream

_NUMBERS = {order: number for number, order in enumerate(ITEMS, start=1)}


def iso(each: SampleEvent) -> str:
    return each.time.replace(" ", "T") + "Z"


def seconds(each: SampleEvent) -> int:
    return 1_740_819_600 + each.number * 60


def milliseconds(each: SampleEvent) -> int:
    return seconds(each) * 1000


def is_ada_at_two(each: SampleEvent) -> bool:
    return (each.order, each.version) == (ADA, 2)


def commanded_json(connection: Connection) -> None:
    _commanded(connection, "bytea", lambda data: json.dumps(data).encode())


def commanded_jsonb(connection: Connection) -> None:
    _commanded(connection, "jsonb", json.dumps)


def commanded_terms(connection: Connection) -> None:
    _commanded(connection, "bytea", lambda data: term({"__struct__": "Elixir.Shop.Any", **data}))


def _commanded(connection: Connection, document: str, packed: Callable[[Mapping[str, Any]], Any]) -> None:
    time = "timestamp with time zone"
    columns = f"stream_id bigint, stream_uuid text, stream_version bigint, created_at {time}, deleted_at {time}"
    ours = ((number, f"Order-{order}", last_of(order)) for order, number in _NUMBERS.items())
    streams = [(0, "$all", 13), *ours, (9, "paid", 1)]
    make(connection, "streams", columns, [(*each, "2025-03-01 09:00:00Z", None) for each in streams])
    make(
        connection,
        "events",
        f"event_id uuid, event_type text, causation_id uuid, correlation_id uuid, data {document}, "
        f"metadata {document}, created_at {time}",
        [(e.id, f"Elixir.Shop.{e.type}", None, None, packed(e.data), packed({}), iso(e)) for e in history()],
    )
    links = []
    for each in history():
        position = (_NUMBERS[each.order], each.version)
        everywhere = [position, (0, each.number), *([(9, 1)] if each.type == "OrderPaid" else [])]
        links += [(each.id, *stream, *position) for stream in everywhere]
    columns = "stream_id bigint, stream_version bigint, original_stream_id bigint, original_stream_version bigint"
    make(connection, "stream_events", f"event_id uuid, {columns}", links)
    make(
        connection,
        "snapshots",
        f"source_uuid text, source_version bigint, source_type text, data {document}, metadata {document}, "
        f"created_at {time}",
        [(f"Order-{ADA}", 2, "Elixir.Shop.Order", packed(STATE), packed({}), "2025-03-01 10:00:00Z")],
    )


def axon_jpa(connection: Connection) -> None:
    """XML of XStream, which Hibernate keeps as large objects on PostgreSQL."""
    is_server = connection.dialect.name == "postgresql"

    def kept(data: bytes) -> Any:
        if not is_server:
            return data
        return connection.exec_driver_sql("SELECT lo_from_bytea(0, %s)", (data,)).scalar()

    def row(each: SampleEvent, event_type: str, data: Mapping[str, Any]) -> tuple[Any, ...]:
        metadata = kept(b"<meta-data><entry><string>traceId</string><string>1</string></entry></meta-data>")
        payload = kept(xstream(event_type, data).encode())
        return each.id, each.order, each.version - 1, "Order", metadata, payload, None, event_type, iso(each)

    document = "oid" if is_server else "blob"
    columns = (
        "event_identifier varchar(255), aggregate_identifier varchar(255), sequence_number bigint, type varchar(255), "
        f"meta_data {document}, payload {document}, payload_revision varchar(255), payload_type varchar(255), "
        "time_stamp varchar(255)"
    )
    rows = [(each.number, *row(each, f"com.shop.Order${each.type}", each.data)) for each in history()]
    make(connection, "domain_event_entry", f"global_index bigint, {columns}", rows)
    kept_states = [row(each, "com.shop.Order", STATE) for each in history() if is_ada_at_two(each)]
    make(connection, "snapshot_event_entry", columns, kept_states)


def axon_jdbc(connection: Connection) -> None:
    """JSON; an event that is of no aggregate has an id of its own."""
    columns = (
        "eventIdentifier varchar(255), aggregateIdentifier varchar(255), sequenceNumber bigint, type varchar(255), "
        "payloadType varchar(255), payloadRevision varchar(255), payload bytea, metaData bytea, timeStamp varchar(255)"
    )

    def row(each: SampleEvent, event_type: str, data: Mapping[str, Any]) -> tuple[Any, ...]:
        identity = (each.id, each.order, each.version - 1, "Order", f"com.shop.{event_type}", "1.0")
        return *identity, json.dumps(data).encode(), b"{}", iso(each)

    rows = [(each.number, *row(each, each.type, each.data)) for each in history()]
    make(connection, "DomainEventEntry", f"globalIndex bigint, {columns}", rows)
    kept = [row(each, "Order", STATE) for each in history() if is_ada_at_two(each)]
    make(connection, "SnapshotEventEntry", columns, kept)


def axon_5(connection: Connection) -> None:
    make(
        connection,
        "aggregate_event_entry",
        "global_index bigint, identifier varchar(255), type varchar(255), version varchar(255), payload bytea, "
        "metadata bytea, timestamp varchar(255), aggregate_type varchar(255), aggregate_identifier varchar(255), "
        "aggregate_sequence_number bigint",
        [
            (
                e.number,
                e.id,
                f"com.shop.{e.type}",
                "0.0.1",
                cbor(e.data),
                b"{}",
                iso(e),
                "Order",
                e.order,
                e.version - 1,
            )
            for e in history()
        ],
    )


def akka_jdbc(connection: Connection) -> None:
    """JSON and CBOR by turns, as Jackson writes them."""

    def payload(each: SampleEvent) -> tuple[Any, ...]:
        is_json = each.number % 2
        return (
            (31 if is_json else 33),
            f"com.shop.Order${each.type}",
            each.json.encode() if is_json else cbor(each.data),
        )

    meta = "meta_ser_id int, meta_ser_manifest varchar(255), meta_payload bytea"
    make(
        connection,
        "event_journal",
        "ordering bigint, persistence_id varchar(255), sequence_number bigint, deleted boolean, writer varchar(255), "
        "write_timestamp bigint, adapter_manifest varchar(255), event_ser_id int, event_ser_manifest varchar(255), "
        f"event_payload bytea, {meta}",
        [
            (e.number, f"Order|{e.order}", e.version, False, "w", milliseconds(e), "", *payload(e), None, None, None)
            for e in history()
        ],
    )
    make(
        connection,
        "snapshot",
        "persistence_id varchar(255), sequence_number bigint, created bigint, snapshot_ser_id int, "
        f"snapshot_ser_manifest varchar(255), snapshot_payload bytea, {meta}",
        [(f"Order|{ADA}", 2, 1_740_900_000_000, 31, "com.shop.Order$State", json.dumps(STATE).encode(), *[None] * 3)],
    )


def akka_legacy(connection: Connection) -> None:
    def message(each: SampleEvent) -> bytes:
        return envelope(each.json.encode(), 31, f"com.shop.{each.type}", milliseconds(each))

    make(
        connection,
        "journal",
        "ordering bigint, persistence_id varchar(255), sequence_number bigint, deleted boolean, tags varchar(255), "
        "message bytea",
        [(e.number, f"Order-{e.order}", e.version, False, None, message(e)) for e in history()],
    )
    make(
        connection,
        "snapshot",
        "persistence_id varchar(255), sequence_number bigint, created bigint, snapshot bytea",
        [(f"Order-{ADA}", 2, 1_740_900_000_000, headed(json.dumps(STATE).encode(), 31, "com.shop.Order"))],
    )


def akka_r2dbc(connection: Connection) -> None:
    """Spread over two tables; a deleted event leaves a row behind."""
    tags = "text[]" if connection.dialect.name == "postgresql" else "text"
    meta = "meta_ser_id int, meta_ser_manifest varchar(255), meta_payload bytea"
    columns = (
        "slice int, entity_type varchar(255), persistence_id varchar(255), seq_nr bigint, db_timestamp timestamptz, "
        "event_ser_id int, event_ser_manifest varchar(255), event_payload jsonb, deleted boolean, writer varchar(255), "
        f"adapter_manifest varchar(255), tags {tags}, {meta}"
    )

    def row(each: SampleEvent) -> tuple[Any, ...]:
        written = (iso(each), 31, f"com.shop.Order${each.type}", each.json)
        return 1, "Order", f"Order|{each.order}", each.version, *written, False, "w", "", None, None, None, None

    gone = (1, "Order", "Order|gone", 5, "2025-03-01 08:00:00Z", 0, "", "{}", True, "", "", None, None, None, None)
    make(connection, "event_journal_0", columns, [row(e) for e in history() if e.order == ADA])
    make(connection, "event_journal_1", columns, [gone, *(row(e) for e in history() if e.order != ADA)])
    make(
        connection,
        "snapshot",
        "slice int, entity_type varchar(255), persistence_id varchar(255), seq_nr bigint, write_timestamp bigint, "
        f"ser_id int, ser_manifest varchar(255), snapshot jsonb, {meta}",
        [
            (
                1,
                "Order",
                f"Order|{ADA}",
                2,
                1_740_900_000_000,
                31,
                "com.shop.Order$State",
                json.dumps(STATE),
                *[None] * 3,
            )
        ],
    )


def neventstore(connection: Connection) -> None:
    """Each order in two commits: that of its first event, and that of all others, which is compressed."""
    mark = b"\xef\xbb\xbf"

    def message(each: SampleEvent) -> dict[str, Any]:
        return {"Headers": {}, "Body": {"$type": f"Shop.{each.type}, Shop", **each.data}}

    rows = []
    for order, number in _NUMBERS.items():
        events = [each for each in history() if each.order == order]
        for count, commit in enumerate([events[:1], events[1:]], start=1):
            payload = mark + json.dumps([message(each) for each in commit]).encode()
            commit_columns = (commit[-1].version, len(commit), commit[0].id, count, commit[0].time, count * 10 + number)
            headers = json.dumps({"AggregateType": "Shop.Order, Shop"}).encode()
            packed = gzip.compress(payload) if count == 2 else payload
            rows.append(("default", _sha1(order), order, *commit_columns, headers, packed))
    make(
        connection,
        "Commits",
        "BucketId varchar(40), StreamId char(40), StreamIdOriginal varchar(1000), StreamRevision int, Items smallint, "
        "CommitId varchar(36), CommitSequence int, CommitStamp timestamp, CheckpointNumber bigint, Headers bytea, "
        "Payload bytea",
        rows,
    )
    tags = {"$type": "System.Collections.Generic.List`1[[System.String, mscorlib]], mscorlib", "$values": ["new"]}
    state = json.dumps({"$type": "Shop.Order, Shop", **STATE, "tags": tags}).encode()
    columns = "BucketId varchar(40), StreamId char(40), StreamRevision int, Payload bytea"
    make(connection, "Snapshots", columns, [("default", _sha1(ADA), 2, mark + state)])


def of_commits(times: list[float]) -> list[float]:
    """Return the times of events in a store that has one time for each commit: that of its first event."""
    return times[:1] + times[1:2] * (len(times) - 1)


def _sha1(name: str) -> str:
    return hashlib.sha1(name.encode()).hexdigest()


def sqlstreamstore(connection: Connection) -> None:
    """With a stream of the store itself, which holds the maximum age of messages."""
    streams = [(_sha1(order), f"Order-{order}", number, last_of(order) - 1) for order, number in _NUMBERS.items()]
    make(
        connection,
        "streams",
        "id char(42), id_original varchar(1000), id_internal int, version int, position bigint, max_age int, "
        "max_count int",
        [(*each, 13, None, None) for each in [*streams, ("x", f"$$Order-{ADA}", 9, 0)]],
    )
    rows = [(_NUMBERS[e.order], e.version - 1, e.number, e.id, e.time, e.type, e.json, None) for e in history()]
    system = (9, 0, 99, history()[0].id, "2025-03-01 10:00:00", "$stream-metadata", '{"MaxAge": 1}', None)
    make(
        connection,
        "messages",
        "stream_id_internal int, stream_version int, position bigint, message_id char(36), created_utc timestamp, "
        "type varchar(128), json_data varchar, json_metadata varchar",
        [*rows, system],
    )


def eventuous(connection: Connection) -> None:
    streams = [(number, f"Order-{order}", last_of(order) - 1) for order, number in _NUMBERS.items()]
    make(connection, "shop_streams", "stream_id int, stream_name varchar(1000), version int", streams)
    make(
        connection,
        "shop_messages",
        "global_position bigint, message_id varchar(36), message_type varchar, stream_id int, stream_position int, "
        "json_data jsonb, json_metadata jsonb, created timestamp",
        [(e.number, e.id, e.type, _NUMBERS[e.order], e.version - 1, e.json, "{}", e.time) for e in history()],
    )
    make(
        connection,
        "shop_snapshots",
        "stream_name varchar(1000), revision bigint, event_type varchar(128), json_data jsonb, created timestamp",
        [(f"Order-{ADA}", 1, "V1.OrderState", json.dumps(STATE), "2025-03-01 10:00:00")],
    )


def hallgren(connection: Connection) -> None:
    make(
        connection,
        "events",
        "seq bigint, id varchar, version int, reason varchar, type varchar, timestamp varchar, data bytea, "
        "metadata bytea",
        [(e.number, e.order, e.version, e.type, "Order", iso(e), e.json.encode(), b"{}") for e in history()],
    )
    columns = "id varchar, type varchar, version int, global_version int, state bytea"
    make(connection, "snapshots", columns, [(ADA, "Order", 2, 4, json.dumps(STATE).encode())])


def cqrs_es(connection: Connection) -> None:
    columns = "event_type text, event_version text, payload json, metadata json"
    make(
        connection,
        "events",
        f"aggregate_type text, aggregate_id text, sequence bigint, {columns}",
        [("Order", e.order, e.version, e.type, "1.0", json.dumps({e.type: e.data}), "{}") for e in history()],
    )
    columns = "last_sequence bigint, current_snapshot bigint, payload json"
    kept = [("Order", ADA, 2, 1, json.dumps(STATE))]
    make(connection, "snapshots", f"aggregate_type text, aggregate_id text, {columns}", kept)


def evento(connection: Connection) -> None:
    make(
        connection,
        "event",
        "id varchar(26), name varchar(50), aggregator_type varchar(50), aggregator_id varchar(64), version int, "
        "data bytea, metadata bytea, routing_key varchar(50), timestamp bigint, timestamp_subsec bigint",
        [
            (
                f"01JN8{e.number:021}",
                e.type,
                "shop/Order",
                e.order,
                e.version,
                b"\x90",
                b"",
                None,
                seconds(e),
                500,
            )
            for e in history()
        ],
    )


def sequent(connection: Connection) -> None:
    """Its order is that of the aggregates; a snapshot that the program writes itself is plain JSON."""
    event_types = ["OrderPlaced", "ItemAdded", "OrderPaid"]
    make(connection, "aggregate_types", "id smallint, type text", [(1, "Shop::Order")])
    make(
        connection,
        "event_types",
        "id smallint, type text",
        [(n, f"Shop::{event_type}") for n, event_type in enumerate(event_types)],
    )
    make(
        connection,
        "aggregates",
        "aggregate_id uuid, events_partition_key text, aggregate_type_id smallint, created_at timestamptz",
        [(order, "Y25", 1, "2025-03-01 09:00:00Z") for order in ITEMS],
    )
    make(
        connection,
        "events",
        "aggregate_id uuid, partition_key text, sequence_number int, created_at timestamptz, command_id bigint, "
        "event_type_id smallint, event_json jsonb, xact_id bigint",
        [(e.order, "Y25", e.version, iso(e), 1, event_types.index(e.type), e.json, None) for e in history()],
    )
    make(
        connection,
        "snapshot_records",
        "aggregate_id uuid, snapshot_version int, sequence_number int, created_at timestamptz, snapshot_type text, "
        "snapshot_json jsonb",
        [(ADA, 1, 3, "2025-03-01 10:00:00Z", "Sequent::Core::SnapshotEvent", json.dumps(STATE))],
    )
