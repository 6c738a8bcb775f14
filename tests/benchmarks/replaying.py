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
from eventsourcing.application import Application

from es_desktop.app.entity.commands import Commands
from es_desktop.app.store.session import Session, create_session
from es_desktop.examples import create_new_example

from .measuring import Figure, interleaved, ratio_of_at_least, ratio_of_at_most
from .peering import PEER_NAME, Pulse, peer_application

_AFTER_SNAPSHOT = 9
_GETS = 50
"""Of an entity with a snapshot, in one round: one alone is too short to be measured."""


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


@contextmanager
def one_of_the_peer(folder: Path, events: int) -> Iterator[tuple[Application[Any], UUID]]:
    """The same of the peer's: its application, and the id of the entity."""
    with peer_application(folder / "peer.db") as application:
        pulse = Pulse(foo="benchmark")
        pulse.beat_heart(events - 1)
        application.save(pulse)
        yield application, pulse.id


def replay(folder: Path, events: int) -> Figure:
    """The repository against the peer's, neither with a snapshot."""
    with one_entity(folder, events) as (session, entity_id, _), one_of_the_peer(folder, events) as (peers, pulse_id):
        ours, peer = interleaved(lambda: session.repository[entity_id], lambda: peers.repository.get(pulse_id))
        assert session.repository[entity_id].version == peers.repository.get(pulse_id).version == events
    return Figure("replay", events / ours, events / peer, PEER_NAME, "events/s", events, ratio_of_at_least(5))


def replay_limit(folder: Path, events: int) -> Figure:
    """The repository against the least that has to be done: rows by sqlite3, JSON by msgspec, folded into a dict."""
    with one_entity(folder, events) as (session, entity_id, path):
        connection = sqlite3.connect(path)

        def raw() -> None:
            state: dict[str, Any] = {}
            rows = connection.execute(
                "SELECT position, topic, data FROM integer_sequenced_items WHERE sequence_id = ? ORDER BY position",
                [entity_id.bytes],
            )
            reduce(_fold, rows, state)

        ours, peer = interleaved(lambda: session.repository[entity_id], raw)
        connection.close()
    name = "sqlite3 + msgspec"
    return Figure("replay-limit", events / ours, events / peer, name, "events/s", events, ratio_of_at_least(0.4))


def _fold(state: dict[str, Any], row: tuple[int, str, str]) -> dict[str, Any]:
    state.update(msgspec.json.decode(row[2]))
    state["version"] = row[0]
    return state


def snapshot(folder: Path, events: int) -> Figure:
    """The repository with a snapshot nine events before the end, against the peer's."""
    with one_entity(folder, events) as (session, entity_id, _), one_of_the_peer(folder, events) as (peers, pulse_id):
        Commands(session).take_snapshot(entity_id, events - 1 - _AFTER_SNAPSHOT)
        peers.take_snapshot(pulse_id, version=events - _AFTER_SNAPSHOT)

        def ours() -> None:
            for _ in range(_GETS):
                session.repository[entity_id]

        def peer() -> None:
            for _ in range(_GETS):
                peers.repository.get(pulse_id)

        mine, theirs = (each / _GETS * 1e3 for each in interleaved(ours, peer))
        assert session.repository[entity_id].version == peers.repository.get(pulse_id).version == events
    return Figure("snapshot", mine, theirs, PEER_NAME, "ms", events, ratio_of_at_most(1))
