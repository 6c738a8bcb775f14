"""Append: single events, one transaction each, and lists."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from uuid import uuid4

from es_desktop.app.session import create_session
from es_desktop.examples import create_new_example

from .measuring import Figure, interleaved

_COMMITS = 100


def append(folder: Path, events: int) -> Figure:
    """One event a commit through entity, bus and policy, against the bare insert of a row of the same size."""
    session = create_session(str(folder / "append.esdb"))
    with session.bus.activated():
        entity = create_new_example(foo="benchmark")
    connection = sqlite3.connect(folder / "raw.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(
        "CREATE TABLE items (id INTEGER PRIMARY KEY, sequence_id BLOB, position INTEGER, topic TEXT, data TEXT,"
        " UNIQUE (sequence_id, position))"
    )

    def ours() -> None:
        with session.bus.activated():
            for _ in range(_COMMITS):
                entity.beat_heart()

    def raw() -> None:
        key = uuid4().bytes
        for position in range(_COMMITS):
            row = (key, position, "es_desktop.examples.example#Example.Heartbeat", '{"timestamp":1795417648.0940099}')
            connection.execute("INSERT INTO items (sequence_id, position, topic, data) VALUES (?, ?, ?, ?)", row)

    mine, peer = interleaved(ours, raw)
    connection.close()
    session.close()
    return Figure("append", _COMMITS / mine, _COMMITS / peer, "bare INSERT", "events/s", _COMMITS)
