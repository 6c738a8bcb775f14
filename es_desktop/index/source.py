"""Where the rows of an index come from: out of an attached SQLite file by SQL alone, or a record at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, NamedTuple, Protocol

SLICE: Final = 50_000
"""Events that are taken in one transaction."""

_MOST_MAPPED: Final = 2**40
"""Bytes of the file that are read without being copied; SQLite takes as many as it can."""

RawId = Any
"""A sequence id as the database keeps it, or as bytes or text where it has a type of its own for it."""


class Named(NamedTuple):
    """What a topic means."""

    event: str
    """What the event is called."""
    kind: str | None
    """What its entity's type is called; ``None`` where the topic alone does not tell it."""


class StagedRow(NamedTuple):
    """One event, as a streamed source hands it over."""

    id: RawId
    position: int
    topic: str
    kind: str | None
    """The entity's type; ``None`` where the topic tells it."""
    time: float | None
    text: str
    """What a person may look for in it; empty where it cannot be read, or must not be kept."""
    sealed: bool
    """Whether it is encrypted, and no key opens it."""


class Source(Protocol):
    """A store as an index sees it. Its tables are temporary ones of the connection that fills the index.

    - ``snapshotted (id, snapshots)``: the sequences with snapshots;
    - ``staged (n, id, position, topic, kind, time, text, sealed)``: the events of the slice that is at hand;
    - ``edge (no, created, born, modified, ended)``: of some entities the times and the topics of both ends.
    """

    @property
    def grows_at_its_end(self) -> bool:
        """Whether what is appended always comes after what was there."""

    def prepare(self, connection: sqlite3.Connection) -> None:
        """Make the temporary tables, or views, that are named above."""

    def survey(self, connection: sqlite3.Connection) -> int:
        """Take every sequence into ``entity`` at once, where that is cheap.

        Return the number of the last event that is counted by then; 0 where none is.
        """

    def look_at_edges(self, connection: sqlite3.Connection, after: int) -> int | None:
        """Let ``edge`` hold the first and the last event of some entities of the survey, by the order of their numbers.

        Those that come after a number; return the number of the last of them, if any.
        """

    def stage(self, connection: sqlite3.Connection, after: int) -> int | None:
        """Let ``staged`` hold the events that come after ``after``; return the number of the last one, if any."""

    def name(self, topic: str) -> Named:
        """Tell what a topic means."""


@dataclass(frozen=True, slots=True)
class AttachedSource:
    """An SQLite file, read by SQL alone, so that no Python runs for an event."""

    uri: str
    """Of the file, opened for reading."""
    events: str
    """A select of ``n``, a whole number that grows, ``id, position, topic, time, text``; the file is ``store``."""
    spans: str
    """A select of ``id, events, first, last``."""
    snapshots: str | None
    """A select of ``id, snapshots``."""
    naming: Callable[[str], Named]
    grows_at_its_end: bool = True

    def prepare(self, connection: sqlite3.Connection) -> None:
        connection.execute("ATTACH DATABASE ? AS store", [self.uri])
        connection.execute(f"PRAGMA store.mmap_size = {_MOST_MAPPED}").close()
        connection.execute("CREATE TEMP TABLE edge (no INTEGER PRIMARY KEY, created REAL, born, modified REAL, ended)")
        connection.execute("CREATE TEMP TABLE bound (after INTEGER, until INTEGER)")
        connection.execute("INSERT INTO bound VALUES (0, 0)")
        connection.execute(f"CREATE TEMP VIEW whole AS {self.events}")
        connection.execute(
            f"CREATE TEMP VIEW snapshotted AS {self.snapshots or 'SELECT NULL AS id, 0 AS snapshots WHERE FALSE'}"
        )
        connection.execute(
            "CREATE TEMP VIEW staged AS SELECT n, id, position, topic, NULL AS kind, time, text, 0 AS sealed FROM whole"
            " WHERE n > (SELECT after FROM bound) AND n <= (SELECT until FROM bound) ORDER BY n"
        )

    def survey(self, connection: sqlite3.Connection) -> int:
        # In the transaction of the caller, so that both see the same events.
        connection.execute(f"INSERT INTO entity (id, events, first, last) {self.spans}")
        (last,) = connection.execute("SELECT n FROM whole ORDER BY n DESC LIMIT 1").fetchone() or (0,)
        return int(last)

    def look_at_edges(self, connection: sqlite3.Connection, after: int) -> int | None:
        connection.execute("DELETE FROM edge")
        connection.execute(
            "INSERT INTO edge SELECT x.no, a.time, a.topic, b.time, b.topic"
            " FROM (SELECT no, id, first, last FROM entity WHERE no > ? ORDER BY no LIMIT ?) x"
            " CROSS JOIN whole a ON a.id = x.id AND a.position = x.first"
            " CROSS JOIN whole b ON b.id = x.id AND b.position = x.last",
            [after, SLICE],
        )
        (last,) = connection.execute("SELECT max(no) FROM edge").fetchone()
        found: int | None = last
        return found

    def stage(self, connection: sqlite3.Connection, after: int) -> int | None:
        (until,) = connection.execute(
            "SELECT max(n) FROM (SELECT n FROM whole WHERE n > ? ORDER BY n LIMIT ?)", [after, SLICE]
        ).fetchone()
        if until is not None:
            connection.execute("UPDATE bound SET after = ?, until = ?", [after, until])
        found: int | None = until
        return found

    def name(self, topic: str) -> Named:
        return self.naming(topic)


class StreamedSource:
    """Any store, an event at a time; the events are numbered as they come."""

    def __init__(
        self,
        snapshots: Callable[[], Iterable[tuple[RawId, int]]],
        events: Callable[[int], Iterator[StagedRow]],
        naming: Callable[[str], Named],
        *,
        grows_at_its_end: bool,
    ) -> None:
        """``events`` is given how many events to leave out from the start."""
        self._snapshots = snapshots
        self._events = events
        self._naming = naming
        self._rows: Iterator[StagedRow] | None = None
        self.grows_at_its_end = grows_at_its_end

    def prepare(self, connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TEMP TABLE snapshotted (id, snapshots INTEGER)")
        connection.execute(
            "CREATE TEMP TABLE staged (n INTEGER PRIMARY KEY, id, position INTEGER, topic TEXT, kind TEXT, time REAL,"
            " text TEXT, sealed INTEGER)"
        )
        connection.executemany("INSERT INTO snapshotted VALUES (?, ?)", self._snapshots())

    def survey(self, connection: sqlite3.Connection) -> int:
        return 0

    def look_at_edges(self, connection: sqlite3.Connection, after: int) -> int | None:
        return None

    def stage(self, connection: sqlite3.Connection, after: int) -> int | None:
        if self._rows is None:
            self._rows = self._events(after)
        connection.execute("DELETE FROM staged")
        numbered = ((after + place, *row) for place, row in enumerate(islice(self._rows, SLICE), 1))
        connection.executemany("INSERT INTO staged VALUES (?, ?, ?, ?, ?, ?, ?, ?)", numbered)
        (last,) = connection.execute("SELECT max(n) FROM staged").fetchone()
        found: int | None = last
        return found

    def name(self, topic: str) -> Named:
        return self._naming(topic)
