"""Moves what a file holds to a server, into columns of the types that the file's library declares there."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection

from tests.stores.formats.history import make

_TYPES: Final = {"INTEGER": "bigint", "BLOB": "bytea", "BINARY(16)": "uuid"}
"""What is called otherwise on a server."""


@dataclass(frozen=True)
class Declared:
    """The declarations of a library on a server that do not follow from the types in its file."""

    types: Mapping[str, str] = field(default_factory=dict)
    """By the names of columns, in whatever table."""
    rowid: str = ""
    """The column that does there what the numbers of rows do in a file."""


AS_IN_A_FILE: Final = Declared()
NATIVE_9: Final = Declared({"originator_id": "uuid"}, rowid="notification_id")
TEXTIDS_9: Final = Declared(rowid="notification_id")
EMMETT: Final = Declared({"created": "timestamptz"})
EVENTSOURCE_PY: Final = Declared(
    dict.fromkeys(("event_id", "aggregate_id", "tenant_id"), "uuid")
    | dict.fromkeys(("timestamp", "created_at"), "timestamptz")
    | dict.fromkeys(("payload", "state"), "jsonb")
)
SPATIE: Final = Declared(
    {"aggregate_uuid": "uuid", "created_at": "timestamp(0)", "updated_at": "timestamp(0)"}
    | dict.fromkeys(("event_properties", "meta_data", "state"), "json")
)
EVENTFLOW: Final = Declared(
    {"batchid": "uuid"}
    | dict.fromkeys(("aggregateid", "aggregatename"), "varchar(255)")
    | dict.fromkeys(("data", "metadata"), "text")
)
EVENT_SOURCERY: Final = Declared({"uuid": "uuid", "created_at": "timestamp", "data": "jsonb", "event_context": "jsonb"})
BLESSQL: Final = Declared({"data": "json"})
EVTSTORE: Final = Declared({"timestamp": "bigint"})
RAILS: Final = Declared({"event_id": "uuid", "created_at": "timestamp(6)", "valid_at": "timestamp(6)"})


def move(path: Path, connection: Connection, declared: Declared) -> None:
    """Make the tables of a file on a server, and fill them."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as file:
        found = file.execute("SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table'")
        for name, is_without_rowid in found.fetchall():
            if not name.startswith("sqlite_"):
                _move_table(file, name, connection, declared, "" if is_without_rowid else declared.rowid)


def _move_table(file: sqlite3.Connection, name: str, connection: Connection, declared: Declared, rowid: str) -> None:
    columns = {
        column: declared.types.get(column.lower(), _TYPES.get(column_type, column_type))
        for _, column, column_type, *_ in file.execute(f'PRAGMA table_info("{name}")')
    }
    rows = file.execute(f'SELECT {"rowid, " if rowid else ""}* FROM "{name}"').fetchall()
    if rowid:
        columns = {rowid: "bigint", **columns}
    column_types = list(columns.values())
    values = (tuple(map(_value, row, column_types)) for row in rows)
    # A server folds the names of columns that nobody quotes, and of tables alike.
    make(
        connection,
        name.lower(),
        ", ".join(f"{column} {column_type}" for column, column_type in columns.items()),
        values,
    )


def _value(value: Any, column_type: str) -> Any:
    if value is None:
        return None
    if column_type == "uuid":
        return UUID(bytes=value) if isinstance(value, bytes) else UUID(value)
    return bool(value) if column_type == "BOOLEAN" else value
