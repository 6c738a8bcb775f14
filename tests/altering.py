"""Changes a store file without the program: a single event or snapshot gets another payload."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

from es_desktop.examples import FALSE_SNAPSHOT, FALSE_VERSION
from es_desktop.examples.story import NEWER_EVENT, TRANSFER_TWICE, WRONG_TOTAL

ORDER = UUID("03588f3e-20ae-402f-9d6d-8e100094cade")
"""An order of the demo store: its vase is added by event 2 and removed by event 11; there is a snapshot at 9."""

STORY = (ORDER, WRONG_TOTAL, FALSE_SNAPSHOT, NEWER_EVENT, TRANSFER_TWICE)
"""Entities of the demo store that are in each part of it."""


def part_of_demo(demo: Path, path: Path) -> Path:
    """Make a store of the entities of the story and every eighth of the others, in the order of the demo store.

    The first, which has a fifth of all events, is not among them. Rows are numbered from 1 on, without gaps.
    """
    shutil.copyfile(demo, path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        ids = "SELECT sequence_id FROM integer_sequenced_items GROUP BY sequence_id ORDER BY min(id)"
        others = [each for (each,) in connection.execute(ids)][4::8]
        kept = {*others, *(each.bytes for each in STORY)}
        connection.execute("BEGIN")
        for table in ("integer_sequenced_items", "snapshots"):
            columns = "sequence_id, position, topic, data"
            rows = connection.execute(f"SELECT {columns} FROM {table} ORDER BY id").fetchall()
            connection.execute(f"DELETE FROM {table}")
            insert = f"INSERT INTO {table} ({columns}) VALUES (?, ?, ?, ?)"
            connection.executemany(insert, [row for row in rows if row[0] in kept])
        connection.execute("COMMIT")
        connection.execute("VACUUM")
    return path


def alter_event(store: Path, entity_id: UUID, version: int, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the payload of one event in place."""
    _alter(store, "integer_sequenced_items", entity_id, version, change)


def alter_snapshot(store: Path, entity_id: UUID, version: int, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the payload of one snapshot in place."""
    _alter(store, "snapshots", entity_id, version, change)


def with_stale_snapshot(store: Path) -> Path:
    """Make the snapshot at version 9 of the order false: its first line has the name from before event 8."""

    def rename(payload: dict[str, Any]) -> None:
        payload["state"]["_lines"][0]["name"] = "Chef's knife, 18 cm"

    alter_snapshot(store, ORDER, 9, rename)
    return store


def _alter(store: Path, table: str, entity_id: UUID, version: int, change: Callable[[dict[str, Any]], None]) -> None:
    key = (entity_id.bytes, version)
    with closing(sqlite3.connect(store)) as connection, connection:
        where = f"{table} WHERE sequence_id = ? AND position = ?"
        ((data,),) = connection.execute(f"SELECT data FROM {where}", key).fetchall()
        payload = json.loads(data)
        change(payload)
        altered = json.dumps(payload, separators=(",", ":"))
        connection.execute(f"UPDATE {table} SET data = ? WHERE sequence_id = ? AND position = ?", (altered, *key))


def with_true_snapshots(store: Path) -> Path:
    """Make the one false snapshot of the demo true, for tests of what is so without one."""

    def mend(payload: dict[str, Any]) -> None:
        account = payload["state"]
        account["_balance"] = json.loads(json.dumps(account["_balance"]).replace("3832.98", "3770.02"))

    alter_snapshot(store, FALSE_SNAPSHOT, FALSE_VERSION, mend)
    return store


def with_more_vases(store: Path) -> Path:
    """Make event 2 of the order add three vases instead of one, so that versions 2 to 10 differ."""
    alter_event(store, ORDER, 2, lambda payload: payload.update(quantity=3))
    return store
