"""What an odd store of the menagerie is. Each module of this folder that makes some is found by the runner."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Rows = Iterable[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class OddStore:
    """One odd SQLite file: how it is made, and what the program must say of it."""

    what: str
    """What is odd about it, in a few words."""
    fill: Callable[[sqlite3.Connection], None]
    """Fills an empty file; its name is the name of the test."""
    shows: Mapping[str, str | tuple[str, ...]]
    """Arguments of the command line without the store, each with texts that its output must have.

    Spaces in a row count as one. A text that starts with ``not `` must not be there.
    """
    table_map: str | None = None
    """The table map that it is opened with."""
    window: tuple[str, ...] = ()
    """Texts that cells or labels of the window must have, with its first entity selected; ``()``: it is only opened."""


ALL: dict[str, OddStore] = {}


def odd_store(
    what: str, *, shows: Mapping[str, str | tuple[str, ...]], map: str | None = None, window: tuple[str, ...] = ()
) -> Callable[[Callable[[sqlite3.Connection], None]], Callable[[sqlite3.Connection], None]]:
    """Add a function that fills an empty SQLite file to the menagerie: see ``OddStore``."""

    def added(fill: Callable[[sqlite3.Connection], None]) -> Callable[[sqlite3.Connection], None]:
        assert fill.__name__ not in ALL, f"there are two odd stores {fill.__name__}"
        ALL[fill.__name__] = OddStore(what, fill, shows, map, window)
        return fill

    return added


def emmett(connection: sqlite3.Connection, rows: Rows, *, encoding: str = "UTF-8") -> None:
    """Make Emmett's table; rows are ``(stream, position, type, payload[, created[, is_archived]])``."""
    connection.execute(f"PRAGMA encoding = '{encoding}'")
    connection.execute(
        "CREATE TABLE emt_messages (stream_id TEXT, stream_position BIGINT, message_kind TEXT DEFAULT 'E', "
        "message_data, message_metadata TEXT DEFAULT '{}', message_type TEXT, is_archived BOOLEAN DEFAULT 0, "
        "global_position INTEGER PRIMARY KEY, created TEXT)"
    )
    for stream, position, event_type, payload, *rest in rows:
        created, archived = (*rest, *("2025-03-01 09:00:00", 0)[len(rest) :])
        data = payload if payload is None or isinstance(payload, str | bytes) else json.dumps(payload)
        connection.execute(
            "INSERT INTO emt_messages (stream_id, stream_position, message_type, message_data, created, is_archived) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (stream, position, event_type, data, created, archived),
        )


def eventsourcing(connection: sqlite3.Connection, rows: Rows, *, id_type: str = "TEXT", key: str = "") -> None:
    """Make the table of Python eventsourcing 9; rows are ``(id, version, type, attributes[, ISO time])``.

    ``key`` is the constraint of the table, such as ``PRIMARY KEY (originator_id, originator_version)``.
    """
    connection.execute(
        f"CREATE TABLE stored_events (originator_id {id_type}, originator_version INTEGER, topic TEXT, state BLOB"
        f"{', ' * bool(key)}{key})"
    )
    for number, version, event_type, attributes, *rest in rows:
        time = {"_type_": "datetime_iso", "_data_": (*rest, "2025-03-01T09:00:00+00:00")[0]}
        state = json.dumps({"timestamp": time, "originator_topic": "shop:Order", **attributes}).encode()
        row = (number, version, f"shop:Order.{event_type}", state)
        connection.execute("INSERT INTO stored_events VALUES (?, ?, ?, ?)", row)


LOG_MAP = '[events]\ntable = "log"\nstream = "stream"\nversion = "v"\ntype = "kind"\npayload = "body"\n'
"""The map of the table that ``log`` makes."""
TIMED_MAP = f'{LOG_MAP}time = "at"\n'


def log(connection: sqlite3.Connection, rows: Rows, *, types: str = "stream, v, kind, body, at") -> None:
    """Make a table of no known format; rows are ``(stream, version, type, payload[, time])``."""
    connection.execute(f"CREATE TABLE log (seq INTEGER PRIMARY KEY, {types})")
    for stream, version, event_type, payload, *rest in rows:
        body = payload if payload is None or isinstance(payload, str | bytes) else json.dumps(payload)
        row = (stream, version, event_type, body, *(rest or [None]))
        connection.execute("INSERT INTO log (stream, v, kind, body, at) VALUES (?, ?, ?, ?, ?)", row)
