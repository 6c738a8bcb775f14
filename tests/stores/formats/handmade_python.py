"""The tables of the package eventsourcing-django, made by hand: two applications share them."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from tests.stores.formats.history import ADA, EDSGER, STATE, history, make


def eventsourcing_django(connection: Connection) -> None:
    """One order is of another application; one has a snapshot after its second event."""
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
