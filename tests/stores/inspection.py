"""Helpers that inspect stores from outside, and write to them."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from es_desktop.core import EntityId, EventStore
from es_desktop.examples import Example
from es_desktop.stores import OpenedStore


def events_of(opened: OpenedStore) -> EventStore:
    return EventStore(opened.tables.events.strategy, opened.tables.events.mapper)


def heartbeats(entity_id: Any, *versions: int) -> list[Any]:
    return [Example.Heartbeat(originator_id=entity_id, originator_version=version) for version in versions]


@contextmanager
def unprivileged_user() -> Iterator[None]:
    """Run a block as a user without privileges, since root may write everywhere."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        yield
        return
    os.setresuid(65534, 65534, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


def files_in(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file in a folder."""
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}


def rows_in(url: str) -> dict[str, str]:
    """Return a fingerprint of the rows of each table in a database."""
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        rows = sql.SQL("SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM {} t")
        return {
            ".".join(table): str(connection.execute(rows.format(sql.Identifier(*table))).fetchone()) for table in tables
        }


def outline_of(opened: OpenedStore, entity_id: EntityId) -> list[tuple[int, str]]:
    """Return the version and the event type of each event of an entity."""
    return [pair for part in opened.reader.outline(entity_id) for pair in zip(*part, strict=True)]
