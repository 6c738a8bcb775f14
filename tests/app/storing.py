"""Reads and changes a store file by plain SQL, as another program would."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID


def sql(path: Path, *statements: str) -> None:
    """Run statements through a connection of another program."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def rows(path: Path, table: str = "integer_sequenced_items") -> list[tuple[Any, int, str, dict[str, Any]]]:
    """Return the rows of a table, by sequence and position, with the payload as plain JSON."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        found = connection.execute(f"SELECT sequence_id, position, topic, data FROM {table} ORDER BY 1, 2").fetchall()
    return [(UUID(bytes=id_), position, topic, json.loads(data)) for id_, position, topic, data in found]


def events_of(path: Path, entity_id: Any) -> list[tuple[int, str]]:
    """Return version and bare type of each event of an entity."""
    return [(position, topic.rpartition(".")[2]) for id_, position, topic, _ in rows(path) if id_ == entity_id]


def snapshots_of(path: Path, entity_id: Any) -> list[int]:
    """Return the version of each snapshot of an entity."""
    return [position for id_, position, *_ in rows(path, "snapshots") if id_ == entity_id]


def in_another_shape(source: Path, target: Path, *settings: str) -> Path:
    """Write what a file holds to a new file with other settings of SQLite, such as ``encoding = 'UTF-16le'``."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        kept = [
            f"{each} = {old.execute(f'PRAGMA {each}').fetchone()[0]}" for each in ("application_id", "user_version")
        ]
        for each in (*settings, *kept):
            new.execute(f"PRAGMA {each}")
        new.executescript("".join(old.iterdump()))
    return target
