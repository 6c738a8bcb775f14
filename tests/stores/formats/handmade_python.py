"""The tables of packages for Python, made by hand."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from tests.stores.formats.history import ADA, EDSGER, GRACE, STATE, history, make


def eventsourcing_django(connection: Connection) -> None:
    """Two applications share the tables; one order has a snapshot after its second event."""
    an_id, state = ("char(32)", "blob") if connection.dialect.name == "sqlite" else ("uuid", "bytea")
    columns = (
        f"application_name varchar(32), originator_id {an_id}, originator_version bigint, topic text, state {state}"
    )

    def payload(time: str, **data: Any) -> bytes:
        moment = {"_type_": "datetime_iso", "_data_": f"{time.replace(' ', 'T')}+00:00"}
        return json.dumps({"timestamp": moment, **data}).encode()

    def columns_of(order: str, version: int) -> tuple[str, str, int]:
        return "Reports" if order == EDSGER else "Shop", UUID(order).hex, version

    events = history()
    make(
        connection,
        "stored_events",
        f"id int PRIMARY KEY, {columns}",
        (
            (
                each.number,
                *columns_of(each.order, each.version),
                f"shop:Order.{each.type}",
                payload(each.time, **each.data),
            )
            for each in events
        ),
    )
    kept = {"topic": "shop:Order", "state": {**STATE, "_created_on": 1}}
    row = ("1", *columns_of(ADA, 2), "eventsourcing.domain:Snapshot", payload(events[-1].time, **kept))
    make(connection, "snapshots", f"uid varchar(36) PRIMARY KEY, {columns}", [row])


def blessql(connection: Connection) -> None:
    """The layout of release 1.0."""
    columns = "position int PRIMARY KEY, stream_id varchar(36), version int, name varchar(99), data json"
    make(
        connection,
        "events",
        f"{columns}, recorded_at timestamp",
        ((each.number, each.order, each.version, each.type, each.json, each.time) for each in history()),
    )


def event_sourcery_django(connection: Connection) -> None:
    """One order has a snapshot after its second event."""
    an_id, document = ("char(32)", "text") if connection.dialect.name == "sqlite" else ("uuid", "jsonb")
    columns = f"uuid {an_id}, version int, name varchar(200), data {document}, event_context {document}"
    columns = f"{columns}, created_at timestamp, stream_id bigint"
    orders = {ADA: 1, GRACE: 2, EDSGER: 3}
    make(
        connection,
        "event_sourcery_django_stream",
        f"id bigint PRIMARY KEY, uuid {an_id}, name varchar, category varchar, tenant_id varchar, version int",
        ((number, UUID(order).hex, None, "Order", "", 1) for order, number in orders.items()),
    )
    make(
        connection,
        "event_sourcery_django_event",
        f"id bigint PRIMARY KEY, {columns}",
        (
            (each.number, UUID(each.id).hex, each.version, each.type, each.json, "{}", each.time, orders[each.order])
            for each in history()
        ),
    )
    last = history()[-1]
    row = (UUID(last.id).hex, 2, "OrderSnapshot", json.dumps(STATE), "{}", last.time, orders[ADA])
    make(connection, "event_sourcery_django_snapshot", columns, [row])
