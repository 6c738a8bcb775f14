"""Where the rows of an index come from: out of an attached SQLite file by SQL alone, or a record at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, NamedTuple, Protocol

SLICE: Final = 200_000
"""Events that are taken in one transaction: of many, each word is written once."""
STREAMED_SLICE: Final = 20_000
"""The same of a streamed source, which takes longer for each of them."""
SURVEYED: Final = 50_000
"""Sequences that are surveyed in one transaction."""

_MOST_MAPPED: Final = 2**40
"""Bytes of the file that are read without being copied; SQLite takes as many as it can."""

_BEFORE_ALL: Final = float("-inf")
"""A number, and so before every id: these are texts and bytes."""

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
    encrypted: bool
    """Whether it is encrypted, and no key opens it."""


class Source(Protocol):
    """A store as an index sees it. Its tables are temporary ones of the connection that fills the index.

    - ``snapshotted (id, snapshots)``: the sequences with snapshots;
    - ``staged (n, id, position, topic, kind, time, text, encrypted)``: the events of the slice that is at hand;
    - ``spanned (id, events, first, last, created, born, modified, ended)``: sequences as a survey finds them: how many
      events each has, and the positions, the times and the topics of its first and its last one.
    """

    @property
    def grows_at_its_end(self) -> bool:
        """Whether what is appended always comes after what was there."""

    def prepare(self, connection: sqlite3.Connection) -> None:
        """Make the temporary tables, or views, that are named above."""

    def last_to_survey(self, connection: sqlite3.Connection) -> int:
        """Return the number of the last event by now; 0 where there is none, or where a survey is not cheap."""

    def survey(self, connection: sqlite3.Connection, until: int, after: RawId | None) -> bool:
        """Let ``spanned`` hold, in the order of their ids, some sequences whose ids come after one.

        Of events with numbers after ``until`` nothing is told. Return whether there are any such sequences.
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
    snapshots: str | None
    """A select of ``id, snapshots``."""
    naming: Callable[[str], Named]
    grows_at_its_end: bool = True

    def prepare(self, connection: sqlite3.Connection) -> None:
        connection.execute("ATTACH DATABASE ? AS store", [self.uri])
        connection.execute(f"PRAGMA store.mmap_size = {_MOST_MAPPED}").close()
        connection.execute(
            "CREATE TEMP TABLE spanned (id, events INTEGER, first INTEGER, last INTEGER, created REAL, born TEXT,"
            " modified REAL, ended TEXT)"
        )
        connection.execute("CREATE TEMP TABLE bound (after INTEGER, until INTEGER)")
        connection.execute("INSERT INTO bound VALUES (0, 0)")
        connection.execute(f"CREATE TEMP VIEW whole AS {self.events}")
        connection.execute(
            f"CREATE TEMP VIEW snapshotted AS {self.snapshots or 'SELECT NULL AS id, 0 AS snapshots WHERE FALSE'}"
        )
        connection.execute(
            "CREATE TEMP VIEW staged AS SELECT n, id, position, topic, NULL AS kind, time, text, 0 AS encrypted"
            " FROM whole WHERE n > (SELECT after FROM bound) AND n <= (SELECT until FROM bound) ORDER BY n"
        )

    def last_to_survey(self, connection: sqlite3.Connection) -> int:
        return self._edge(connection, "max") or 0

    def survey(self, connection: sqlite3.Connection, until: int, after: RawId | None) -> bool:
        connection.execute("DELETE FROM spanned")
        connection.execute(
            "INSERT INTO spanned SELECT x.id, x.events, x.first, x.last, a.time, a.topic, b.time, b.topic"
            " FROM (SELECT id, count(*) AS events, min(position) AS first, max(position) AS last FROM whole"
            " WHERE id > ? AND n <= ? GROUP BY id ORDER BY id LIMIT ?) x"
            " CROSS JOIN whole a ON a.id = x.id AND a.position = x.first"
            " CROSS JOIN whole b ON b.id = x.id AND b.position = x.last",
            [_BEFORE_ALL if after is None else after, until, SURVEYED],
        )
        return connection.execute("SELECT 1 FROM spanned LIMIT 1").fetchone() is not None

    def stage(self, connection: sqlite3.Connection, after: int) -> int | None:
        first, last = self._edge(connection, "min", after), self._edge(connection, "max", after)
        if first is None or last is None:
            return None
        # As many numbers may be fewer events, but never none.
        until = min(first + SLICE - 1, last)
        connection.execute("UPDATE bound SET after = ?, until = ?", [after, until])
        return until

    def _edge(self, connection: sqlite3.Connection, edge: str, after: int = 0) -> int | None:
        (found,) = connection.execute(f"SELECT {edge}(n) FROM whole WHERE n > ?", [after]).fetchone()
        number: int | None = found
        return number

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
        self._rows: Iterator[StagedRow] = iter(())
        self._last: int | None = None
        """The number of the last row that was taken of them."""
        self.grows_at_its_end = grows_at_its_end

    def prepare(self, connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TEMP TABLE snapshotted (id, snapshots INTEGER)")
        connection.execute(
            "CREATE TEMP TABLE staged (n INTEGER PRIMARY KEY, id, position INTEGER, topic TEXT, kind TEXT, time REAL,"
            " text TEXT, encrypted INTEGER)"
        )
        connection.executemany("INSERT INTO snapshotted VALUES (?, ?)", self._snapshots())

    def last_to_survey(self, connection: sqlite3.Connection) -> int:
        return 0

    def survey(self, connection: sqlite3.Connection, until: int, after: RawId | None) -> bool:
        return False

    def stage(self, connection: sqlite3.Connection, after: int) -> int | None:
        if self._last != after:
            self._rows = self._events(after)
        connection.execute("DELETE FROM staged")
        numbered = ((after + place, *row) for place, row in enumerate(islice(self._rows, STREAMED_SLICE), 1))
        connection.executemany("INSERT INTO staged VALUES (?, ?, ?, ?, ?, ?, ?, ?)", numbered)
        (self._last,) = connection.execute("SELECT max(n) FROM staged").fetchone()
        return self._last

    def name(self, topic: str) -> Named:
        return self._naming(topic)
