"""Stores as libraries for .NET, PHP and Ruby lay them out, made by hand: the same few orders in each.

The tables are those of the libraries' own migrations. They are made alike on SQLite, which takes any name for a type,
and on PostgreSQL.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import Connection

from tests.stores.formats.history import ADA, EDSGER, GRACE, ITEMS, STATE, SampleEvent, history, make


def marten(connection: Connection) -> None:
    _critter(connection, "mt_", "uuid", "jsonb", "bdata bytea", "timestamptz")


def fisher(connection: Connection) -> None:
    _critter(connection, "shop_fi_", "text", "text", "data_binary bytea", "text")


def _critter(connection: Connection, prefix: str, an_id: str, document: str, binary: str, time: str) -> None:
    """The payment is kept in binary; one order is of another tenant."""
    tenants = {ADA: "*DEFAULT*", GRACE: "*DEFAULT*", EDSGER: "north"}

    def row(each: SampleEvent) -> tuple[Any, ...]:
        is_binary = each.type == "OrderPaid"
        data = ("{}", msgspec.msgpack.encode(each.data)) if is_binary else (each.json, None)
        shared = (each.snake, f"{each.time}Z", tenants[each.order], False)
        return each.number, each.id, each.order, each.version, *data, *shared

    shared = f"type varchar(500), timestamp {time}, tenant_id varchar(250), is_archived bool"
    columns = f"id {an_id}, stream_id {an_id}, version bigint, data {document}, {binary}, {shared}"
    make(connection, f"{prefix}events", f"seq_id bigint PRIMARY KEY, {columns}", map(row, history()))
    start = "2025-03-01 09:00:00Z"
    make(
        connection,
        f"{prefix}streams",
        f"id {an_id}, version bigint, created {time}, {shared}",
        ((order, 1, start, "Shop.Order, Shop", start, tenants[order], False) for order in ITEMS),
    )


def rails_1(connection: Connection) -> None:
    """Release 1, with JSON that is packed in JSON once more. Only one stream has positions."""
    make(
        connection,
        "event_store_events",
        "id varchar(36) PRIMARY KEY, event_type varchar, metadata text, data text, created_at timestamp",
        [(each.id, f"Ordering::{each.type}", '"{}"', json.dumps(each.json), each.time) for each in history()],
    )
    links: list[tuple[Any, ...]] = []
    for each in history():
        own_position = each.version - 1 if each.order == ADA else None
        for stream, position in (("all", None), (f"Ordering::Order${each.order}", own_position), ("$by_type_x", None)):
            links.append((len(links), stream, position, each.id, each.time))
    columns = "id int PRIMARY KEY, stream varchar, position int, event_id varchar(36), created_at timestamp"
    make(connection, "event_store_events_in_streams", columns, links)


def rails_2(connection: Connection) -> None:
    """Release 2 with JSON in columns that have such a type, where there is one."""
    columns = "event_type varchar, metadata jsonb, data jsonb, created_at timestamp, valid_at timestamp"
    make(
        connection,
        "event_store_events",
        f"id bigint PRIMARY KEY, event_id varchar(36), {columns}",
        [
            (each.number, each.id, f"Ordering::{each.type}", "{}", each.json, "2027-01-01 00:00:00", each.time)
            for each in history()
        ],
    )
    make(
        connection,
        "event_store_events_in_streams",
        "id int PRIMARY KEY, stream varchar, position int, event_id varchar(36), created_at timestamp",
        [(each.number, f"Order-{each.order}", each.version - 1, each.id, each.time) for each in history()],
    )


_FIRST: Final = 7_300_000_000_000_000_000
"""Of the snowflakes that number what Verbs writes."""
_TIMES: Final = "created_at timestamp, updated_at timestamp"


def verbs(connection: Connection) -> None:
    """Each event is of an order, and the payment of the customer also."""
    make(
        connection,
        "verb_events",
        f"id bigint PRIMARY KEY, type varchar, data json, metadata json, {_TIMES}",
        ((_FIRST + each.number, rf"App\Events\{each.type}", each.json, "{}", *[each.time] * 2) for each in history()),
    )
    orders = {order: number for number, order in enumerate(ITEMS, start=1)}
    states = [(each, orders[each.order], r"App\States\Order") for each in history()]
    states += [(history()[-1], 4, r"App\States\Customer")]
    make(
        connection,
        "verb_state_events",
        f"id bigint PRIMARY KEY, event_id bigint, state_id bigint, state_type varchar, {_TIMES}",
        (
            (row_id, _FIRST + each.number, state, event_type, each.time, each.time)
            for row_id, (each, state, event_type) in enumerate(states)
        ),
    )
    last = next(each for each in history() if (each.order, each.version) == (ADA, 2))
    times = (None, last.time, last.time)
    kept = (1, orders[ADA], r"App\States\Order", json.dumps(STATE), _FIRST + last.number, *times)
    columns = "state_id bigint, type varchar, data json, last_event_id bigint, expires_at timestamp"
    make(connection, "verb_snapshots", f"id bigint PRIMARY KEY, {columns}, {_TIMES}", [kept])


def broadway(connection: Connection) -> None:
    """Ids as bytes."""

    def row(each: SampleEvent) -> tuple[Any, ...]:
        payload = json.dumps({"class": rf"Shop\{each.type}", "payload": each.data})
        time = f"{each.time.replace(' ', 'T')}.123456+00:00"
        return (
            each.number,
            UUID(each.order).bytes,
            each.version - 1,
            payload,
            "{}",
            time,
            f"Shop.Events.{each.type}",
        )

    columns = "playhead int, payload text, metadata text, recorded_on varchar(32), type varchar(255)"
    make(connection, "events", f"id int PRIMARY KEY, uuid bytea, {columns}", map(row, history()))


_RECORDED: Final = "recorded_on timestamptz, archived bool, custom_headers json"


def patchlevel_aggregates(connection: Connection) -> None:
    def row(each: SampleEvent) -> tuple[Any, ...]:
        event_type = "guest_order" if each.order == EDSGER else "order"
        event = (f"order.{each.snake}", each.json, f"{each.time}+00:00", False, "[]")
        return each.number, event_type, each.order, each.version, *event

    columns = "aggregate varchar, aggregate_id varchar(36), playhead int, event varchar, payload json"
    make(connection, "eventstore", f"id bigint PRIMARY KEY, {columns}, {_RECORDED}", map(row, history()))


def patchlevel_streams(connection: Connection) -> None:
    _streams(connection, "event varchar, payload json", lambda each: (f"order.{each.snake}", each.json))


def patchlevel_streams_of_today(connection: Connection) -> None:
    columns = "event_id varchar, event_name varchar, event_payload json"
    _streams(connection, columns, lambda each: (each.id, f"order.{each.snake}", each.json))


def _streams(connection: Connection, event: str, values: Callable[[SampleEvent], tuple[Any, ...]]) -> None:
    """One stream has no versions."""

    def row(each: SampleEvent) -> tuple[Any, ...]:
        playhead = None if each.order == GRACE else each.version
        return each.number, f"order-{each.order}", playhead, *values(each), f"{each.time}+00:00", False, "[]"

    columns = f"id bigint PRIMARY KEY, stream varchar, playhead int, {event}, {_RECORDED}"
    make(connection, "event_store", columns, map(row, history()))


def prooph_stream(connection: Connection) -> None:
    """One stream of all orders, and one of the library's own."""
    _prooph(connection, {"order_stream": history(), "$projections": history()[:1]})


def prooph_aggregates(connection: Connection) -> None:
    """A stream for each order."""
    _prooph(connection, {f"order-{order}": [each for each in history() if each.order == order] for order in ITEMS})


def stream_table(name: str) -> str:
    """Return what prooph calls the table of a stream."""
    return f"_{hashlib.sha1(name.encode()).hexdigest()}"


def _prooph(connection: Connection, streams: Mapping[str, Iterable[SampleEvent]]) -> None:
    tables = {name: stream_table(name) for name in streams}
    make(
        connection,
        "event_streams",
        "no bigint PRIMARY KEY, real_stream_name varchar(150), stream_name char(41), metadata jsonb, category varchar",
        ((number, name, table, "[]", None) for number, (name, table) in enumerate(tables.items())),
    )
    for name, table in tables.items():
        rows = []
        for number, each in enumerate(streams[name], start=1):
            metadata = {
                "_aggregate_id": each.order,
                "_aggregate_type": r"Shop\Order",
                "_aggregate_version": each.version,
            }
            rows.append((number, each.id, rf"Shop\{each.type}", each.json, json.dumps(metadata), each.time))
        columns = "event_id uuid, event_name varchar(100), payload json, metadata jsonb, created_at timestamp(6)"
        make(connection, table, f"no bigint PRIMARY KEY, {columns}", rows)


def _message(each: SampleEvent, **headers: str) -> str:
    metadata = {"__time_of_recording": f"{each.time}.123456+0000", "__aggregate_root_version": each.version, **headers}
    return json.dumps({"headers": {"__event_type": f"shop.{each.snake}", **metadata}, "payload": each.data})


def eventsauce(connection: Connection) -> None:
    """Ids as bytes; a table of messages for each type, one of which is in the headers."""
    for table, orders in (("order_messages", (ADA, GRACE)), ("guest_messages", (EDSGER,))):
        event_type = {"__aggregate_root_type": "shop.sales_order"} if EDSGER not in orders else {}
        make(
            connection,
            table,
            "id bigint PRIMARY KEY, event_id bytea, aggregate_root_id bytea, version int, payload varchar(16001)",
            [
                (each.number, UUID(each.id).bytes, UUID(each.order).bytes, each.version, _message(each, **event_type))
                for each in history()
                if each.order in orders
            ],
        )


def eventsauce_before_1(connection: Connection) -> None:
    make(
        connection,
        "order_messages",
        "event_id varchar(36), event_type varchar(100), aggregate_root_id varchar(36), aggregate_root_version int, "
        "time_of_recording timestamp(6), payload json",
        [(each.id, f"shop.{each.snake}", each.order, each.version, each.time, _message(each)) for each in history()],
    )
