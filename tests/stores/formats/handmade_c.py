"""Stores as programs in TypeScript lay them out, made by hand."""

from __future__ import annotations

import json

from sqlalchemy import Connection

from tests.stores.formats.handmade_b import iso, milliseconds
from tests.stores.formats.history import ITEMS, history, make


def opencode(connection: Connection) -> None:
    """Each order is a session."""
    make(
        connection,
        "event_sequence",
        "aggregate_id text PRIMARY KEY, seq integer NOT NULL, owner_id text",
        ((f"ses_{order}", items, None) for order, items in ITEMS.items()),
    )
    make(
        connection,
        "event",
        "id text PRIMARY KEY, aggregate_id text, seq integer, created bigint, type text, data text",
        (
            (
                f"evt_{each.number:03}",
                f"ses_{each.order}",
                each.version - 1,
                milliseconds(each),
                f"{each.type}.1",
                json.dumps({"sessionID": f"ses_{each.order}", **each.data}),
            )
            for each in history()
        ),
    )


def livestore_backend(connection: Connection) -> None:
    """The log of one store in a sync backend."""
    columns = "seqNum integer PRIMARY KEY, parentSeqNum integer, name text, args text, createdAt text"
    make(
        connection,
        "eventlog_7_shop",
        f"{columns}, clientId text, sessionId text",
        (
            (each.number, each.number - 1, f"v1.{each.type}", each.json, iso(each), "client", "session")
            for each in history()
        ),
    )
