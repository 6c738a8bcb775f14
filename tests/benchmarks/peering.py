"""The peer of the core: the library ``eventsourcing`` 9.5 on its own SQLite recorder, with such an entity."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate

PEER_NAME = "eventsourcing 9.5"


class Pulse(Aggregate):
    """What ``Example`` is with us: an attribute, and an event that counts."""

    class Heartbeat(Aggregate.Event):
        def apply(self, aggregate: Any) -> None:
            aggregate.count_heartbeats += 1

    def __init__(self, foo: str) -> None:
        self.foo = foo
        self.count_heartbeats = 0

    def beat_heart(self, number_of_beats: int = 1) -> None:
        for _ in range(number_of_beats):
            self.trigger_event(self.Heartbeat)


@contextmanager
def peer_application(path: Path) -> Iterator[Application[Any]]:
    """The peer on a file of its own, with snapshots."""
    environment = {
        "PERSISTENCE_MODULE": "eventsourcing.sqlite",
        "SQLITE_DBNAME": str(path),
        "IS_SNAPSHOTTING_ENABLED": "y",
    }
    application: Application[Any] = Application(env=environment)
    yield application
    application.close()


def peer_durability(application: Application[Any]) -> tuple[Any, ...]:
    """Return how SQLite keeps what the peer commits, as ``durability`` does of ours."""
    recorder: Any = application.recorder
    with recorder.datastore.get_connection(commit=False) as connection:
        return tuple(_pragma(connection.cursor(), pragma) for pragma in PRAGMAS)


PRAGMAS = ("journal_mode", "synchronous")


def _pragma(cursor: Any, pragma: str) -> Any:
    cursor.execute(f"PRAGMA {pragma}")
    return cursor.fetchone()[0]
