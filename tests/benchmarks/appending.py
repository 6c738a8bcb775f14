"""Append: events through entity, bus and policy, one a commit, and lists."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from es_desktop.app.store.session import Session, create_session
from es_desktop.examples import create_new_example

from .measuring import Figure, Goal, interleaved, ratio_of_at_least
from .peering import PEER_NAME, PRAGMAS, Pulse, peer_application, peer_durability

_COMMITS = 100
"""In one round. How many events there are to read says nothing of how fast they are appended."""


def append(folder: Path, events: int) -> Figure:
    """One event a commit."""
    return _appended(folder, "append", 1, ratio_of_at_least(1))


def append_100(folder: Path, events: int) -> Figure:
    """Lists of a hundred, a commit each."""
    return _appended(folder, "append-100", 100, ratio_of_at_least(1.5))


def _appended(folder: Path, name: str, events_a_commit: int, goal: Goal) -> Figure:
    """Our entities and the peer's, each committed as durably as the other."""
    session = create_session(str(folder / "append.esdb"))
    with session.bus.activated(), peer_application(folder / "peer.db") as peers:
        entity, pulse = create_new_example(foo="benchmark"), Pulse(foo="benchmark")
        assert _durability(session) == peer_durability(peers)

        def ours() -> None:
            for _ in range(_COMMITS):
                entity.beat_heart(events_a_commit)

        def peer() -> None:
            for _ in range(_COMMITS):
                pulse.beat_heart(events_a_commit)
                peers.save(pulse)

        mine, theirs = interleaved(ours, peer)
        assert session.repository[entity.id].version == peers.repository.get(pulse.id).version
    session.close()
    count = _COMMITS * events_a_commit
    return Figure(name, count / mine, count / theirs, PEER_NAME, "events/s", count, goal)


def _durability(session: Session) -> tuple[Any, ...]:
    """Return how SQLite keeps what we commit."""
    with session.store.tables.events.strategy.engine.connect() as connection:
        return tuple(connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() for pragma in PRAGMAS)
