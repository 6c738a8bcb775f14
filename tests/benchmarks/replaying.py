"""Replay of one entity without a snapshot, and with one just before its end."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import reduce
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from es_desktop.app.commands import Commands
from es_desktop.app.session import Session, create_session
from es_desktop.examples import create_new_example

from .measuring import Figure, interleaved

_AFTER_SNAPSHOT = 9


@contextmanager
def one_entity(folder: Path, events: int) -> Iterator[tuple[Session, UUID, Path]]:
    """A store with one entity of so many events; its session, its id and its file."""
    path = folder / "one.esdb"
    session = create_session(str(path))
    with session.bus.activated():
        entity = create_new_example(foo="benchmark")
        entity.beat_heart(events - 1 - _AFTER_SNAPSHOT)
        entity.beat_heart(_AFTER_SNAPSHOT)
    assert isinstance(entity.id, UUID)
    yield session, entity.id, path
    session.close()


def replay_limit(folder: Path, events: int) -> Figure:
    """The repository against the least that has to be done: rows by sqlite3, JSON by msgspec, folded into a dict."""
    with one_entity(folder, events) as (session, entity_id, path):
        connection = sqlite3.connect(path)

        def raw() -> None:
            rows = connection.execute(
                "SELECT position, topic, data FROM integer_sequenced_items WHERE sequence_id = ? ORDER BY position",
                [entity_id.bytes],
            )
            reduce(_fold, rows, {})

        ours, peer = interleaved(lambda: session.repository[entity_id], raw)
        connection.close()
    return Figure("replay-limit", events / ours, events / peer, "sqlite3 + msgspec", "events/s", events)


def _fold(state: dict[str, Any], row: tuple[int, str, str]) -> dict[str, Any]:
    state.update(msgspec.json.decode(row[2]))
    state["version"] = row[0]
    return state


def snapshot(folder: Path, events: int) -> Figure:
    """The repository with a snapshot nine events before the end, against itself without."""
    with one_entity(folder, events) as (session, entity_id, _):
        without = session.repository.event_player

        def from_zero() -> None:
            without.replay_entity(entity_id)

        Commands(session).take_snapshot(entity_id, events - 1 - _AFTER_SNAPSHOT)
        ours, peer = interleaved(lambda: session.repository[entity_id], from_zero)
    return Figure("snapshot", ours * 1e3, peer * 1e3, "the same from zero", "ms", events)
