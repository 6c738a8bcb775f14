"""A file that another library wrote, or that is made like its own: in a folder, or on a server."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, create_engine

from tests.stores.formats.history import ITEMS, history
from tests.stores.formats.moving import AS_IN_A_FILE, Declared, move
from tests.stores.serving import Server, driven

FOLDER = Path(__file__).parents[2] / "samples"


@dataclass(frozen=True)
class Sample:
    """A file of another program, with facts about it that do not come from this program."""

    file: str
    format: str
    sequences: int
    events: int
    snapshots: int
    entity_types: dict[str, int]
    """How many entities there are of each type."""
    event_types: dict[str, int]
    """How many events there are of each type."""
    first_version: int = 1
    has_times: bool = True
    has_order: bool = True
    undecodable: int = 0
    """Events whose payload cannot be read without more than the file."""
    scopes: tuple[str, ...] = ()
    keys: tuple[bytes, ...] = ()
    """What opens its encrypted records."""
    build: Callable[[Connection], None] | None = None
    """What fills an empty database, SQLite or PostgreSQL, where there is no real file; see ``handmade_*.py``."""
    declared: Declared = AS_IN_A_FILE
    """What its library declares on a server."""
    stored_times: Callable[[list[float]], list[float]] = list
    """Returns the times that such a store has for the events of an order."""

    @property
    def put_in(self) -> Iterator[list[tuple[float | None, dict[str, Any]]]]:
        """The times and data of the events of each entity, where this is known and can be read."""
        for order in ITEMS if self.build and not self.undecodable else ():
            events = [each for each in history() if each.order == order]
            times = [datetime.fromisoformat(f"{each.time}Z").timestamp() for each in events]
            known = self.stored_times(times) if self.has_times else [None] * len(events)
            yield [(time, dict(each.data)) for time, each in zip(known, events, strict=True)]

    def copy_to(self, folder: Path) -> Path:
        """Put the file into a folder."""
        path = folder / self.file
        if self.build is None:
            return Path(shutil.copyfile(FOLDER / self.file, path))
        path.write_bytes(_built(self.build, self.file))
        return path

    def serve(self, server: Server) -> str:
        """Put what the file holds into a database of its own on a server, and return its URL."""
        path = FOLDER / self.file
        if path.suffix == ".sql":
            return server.restore(path)
        url = server.fresh_database()
        _fill(driven(url), self.build or (lambda connection: move(path, connection, self.declared)))
        return url


@cache
def _built(build: Callable[[Connection], None], name: str) -> bytes:
    """Return the file that is filled so; it is made once."""
    with TemporaryDirectory() as folder:
        path = Path(folder, name)
        _fill(f"sqlite:///{path}", build)
        return path.read_bytes()


def _fill(url: str, build: Callable[[Connection], None]) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        build(connection)
    engine.dispose()
