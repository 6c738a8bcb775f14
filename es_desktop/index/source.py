"""Where the rows of an index come from: an attached SQLite file, by SQL alone, or any store, record by record."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, NamedTuple, Protocol
from uuid import UUID

from es_desktop.core import DatastoreError, EntityId

SLICE: Final = 200_000
"""Events in one transaction; in a large one, each word is written only once."""
STREAMED_SLICE: Final = 20_000
"""The same for a streamed source, which needs more time for each event."""
READ_AGAIN: Final = 10_000
"""The last events of a streamed source that are read again, to find those that were committed late."""
SURVEYED: Final = 50_000
"""Sequences of a survey in one transaction."""

_MOST_MAPPED: Final = 2**40
"""Bytes of the file to map into memory; SQLite maps as much as it can."""

_BEFORE_ALL: Final = float("-inf")
"""SQLite sorts a number before every text and blob, and so before every id."""

RawId = Any
"""A sequence id as the database stores it; bytes or text if the database has a type for ids that SQLite lacks."""


class TopicNames(NamedTuple):
    """The event type and the entity type of a topic."""

    event_type: str
    entity_type: str | None
    """``None`` if it does not follow from the topic alone."""


class StagedRow(NamedTuple):
    """One event of a streamed source."""

    id: RawId
    position: int
    topic: str
    entity_type: str | None
    """``None`` if it follows from the topic."""
    time: float | None
    """Seconds since the epoch, UTC."""
    text: str
    """The text to search in; empty if the payload cannot be read, or its words must not be kept."""
    is_encrypted: bool
    """Whether it is encrypted, and none of the keys decrypts it."""


class Source(Protocol):
    """The events of a store, for filling an index. It works in temporary tables of the connection that fills it:

    - ``snapshot_count (id, snapshots)``: the sequences with snapshots;
    - ``staged (n, id, position, topic, kind, time, text, encrypted)``: the events of the current slice;
    - ``sequence (id, events, first, last, created, first_topic, modified, last_topic)``: sequences of a survey, each
      with the number of its events and the positions, times and topics of the first and the last one.
    """

    @property
    def appends_at_end(self) -> bool:
        """Whether appended events get higher numbers than those before; if not, an index is filled again.

        Of a streamed source, some may come a little before the last ones, as those of a transaction that ends late.
        """

    def prepare(self, connection: sqlite3.Connection) -> None:
        """Create the temporary tables or views named above."""

    def last_to_survey(self, connection: sqlite3.Connection) -> int:
        """Return the number of the current last event; 0 if there is none, or if a survey would not be cheap."""

    def survey(self, connection: sqlite3.Connection, until: int, after: RawId | None) -> bool:
        """Fill ``sequence`` with the next sequences whose ids are above ``after``, in the order of their ids.

        Events with numbers above ``until`` are not counted. Return ``False`` if there are no such sequences.
        """

    def stage(self, connection: sqlite3.Connection, after: int) -> int | None:
        """Fill ``staged`` with the next events after ``after``; return the last number, ``None`` if there are none."""

    @property
    def names_of(self) -> Callable[[str], TopicNames]:
        """Returns the event type and the entity type of a topic."""


@dataclass(frozen=True, slots=True)
class AttachedSource:
    """An SQLite file that is read by SQL alone: Python code only looks whether a text has more than plain letters."""

    uri: str
    """The URI of the file, which opens it read-only; it is attached as ``store``."""
    events: str
    """A select of ``n`` (a whole number that grows), ``id, position, topic, time, text``."""
    snapshots: str | None
    """A select of ``id, snapshots``; ``None`` if the format has no snapshots."""
    names_of: Callable[[str], TopicNames]
    appends_at_end: bool = True

    def prepare(self, connection: sqlite3.Connection) -> None:
        connection.execute("ATTACH DATABASE ? AS store", [self.uri])
        connection.execute(f"PRAGMA store.mmap_size = {_MOST_MAPPED}").close()
        connection.execute(
            "CREATE TEMP TABLE sequence (id, events INTEGER, first INTEGER, last INTEGER, created REAL,"
            " first_topic TEXT, modified REAL, last_topic TEXT)"
        )
        connection.execute("CREATE TEMP TABLE bound (after INTEGER, until INTEGER)")
        connection.execute("INSERT INTO bound VALUES (0, 0)")
        connection.execute(f"CREATE TEMP VIEW whole AS {self.events}")
        connection.execute(
            f"CREATE TEMP VIEW snapshot_count AS {self.snapshots or 'SELECT NULL AS id, 0 AS snapshots WHERE FALSE'}"
        )
        # ``stage`` only moves the bounds: the rows of a slice are read from the file as they are inserted elsewhere.
        connection.execute(
            "CREATE TEMP VIEW staged AS SELECT n, id, coalesce(position, '') AS position, coalesce(topic, '') AS topic,"
            " NULL AS kind, time, text, 0 AS encrypted FROM whole"
            " WHERE n > (SELECT after FROM bound) AND n <= (SELECT until FROM bound) ORDER BY n"
        )

    def last_to_survey(self, connection: sqlite3.Connection) -> int:
        return self._edge(connection, "max") or 0

    def survey(self, connection: sqlite3.Connection, until: int, after: RawId | None) -> bool:
        connection.execute("DELETE FROM sequence")
        # CROSS JOIN keeps SQLite from reordering: each sequence is grouped first, then its two edge rows are looked up.
        connection.execute(
            "INSERT INTO sequence SELECT x.id, x.events, x.first, x.last,"
            " a.time, coalesce(a.topic, ''), b.time, coalesce(b.topic, '')"
            " FROM (SELECT id, count(*) AS events, min(position) AS first, max(position) AS last FROM whole"
            " WHERE id > ? AND n <= ? GROUP BY id ORDER BY id LIMIT ?) x"
            " CROSS JOIN whole a ON a.id = x.id AND a.position = x.first"
            " CROSS JOIN whole b ON b.id = x.id AND b.position = x.last",
            [_BEFORE_ALL if after is None else after, until, SURVEYED],
        )
        return connection.execute("SELECT 1 FROM sequence LIMIT 1").fetchone() is not None

    def stage(self, connection: sqlite3.Connection, after: int) -> int | None:
        first, last = self._edge(connection, "min", after), self._edge(connection, "max", after)
        if first is None or last is None:
            return None
        # Numbers may have gaps, so a slice can have fewer events; from ``first`` on it has at least one.
        until = min(first + SLICE - 1, last)
        connection.execute("UPDATE bound SET after = ?, until = ?", [after, until])
        return until

    def _edge(self, connection: sqlite3.Connection, edge: str, after: int = 0) -> int | None:
        number: int | None
        (number,) = connection.execute(f"SELECT {edge}(n) FROM whole WHERE n > ?", [after]).fetchone()
        return number


@dataclass(slots=True)
class StreamedSource:
    """Any store, read record by record; its events are numbered in the order in which they are read."""

    snapshots: Callable[[], Iterable[tuple[RawId, int]]]
    events: Callable[[int], Iterator[StagedRow]]
    """Returns the events of the store without the first ones, of which it is given the number."""
    names_of: Callable[[str], TopicNames]
    appends_at_end: bool
    _rows: Iterator[StagedRow] = field(default=iter(()), init=False)
    _last: int | None = field(default=None, init=False)
    """The number of the last event taken from ``_rows``."""

    def prepare(self, connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TEMP TABLE snapshot_count (id, snapshots INTEGER)")
        connection.execute(
            "CREATE TEMP TABLE staged (n INTEGER PRIMARY KEY, id, position INTEGER, topic TEXT, kind TEXT, time REAL,"
            " text TEXT, encrypted INTEGER)"
        )
        connection.executemany("INSERT INTO snapshot_count VALUES (?, ?)", self.snapshots())

    def last_to_survey(self, connection: sqlite3.Connection) -> int:
        return 0

    def survey(self, connection: sqlite3.Connection, until: int, after: RawId | None) -> bool:
        return False

    def stage(self, connection: sqlite3.Connection, after: int) -> int | None:
        if self._last != after:  # at the start, or if another process has filled in a slice meanwhile
            self._rows = self._missing(connection, after)
        connection.execute("DELETE FROM staged")
        numbered = ((number, *row) for number, row in enumerate(islice(self._rows, STREAMED_SLICE), after + 1))
        connection.executemany("INSERT INTO staged VALUES (?, ?, ?, ?, ?, ?, ?, ?)", numbered)
        (self._last,) = connection.execute("SELECT max(n) FROM staged").fetchone()
        return self._last

    def _missing(self, connection: sqlite3.Connection, after: int) -> Iterator[StagedRow]:
        """Return the events that are not among the first ``after`` ones of the index.

        A transaction that ends late has taken its numbers before others, so that its events are among those that are
        in the index already: the last of these are read again.
        """
        again = min(after, READ_AGAIN)
        query = "SELECT e.id, v.position FROM event v JOIN entity e ON e.no = v.entity WHERE v.n > ?"
        known = set(connection.execute(query, [after - 2 * again]))  # they may be in another order here
        for row in self.events(after - again):
            if (key := (row.id, row.position)) in known:
                known.remove(key)
            else:
                yield row


def raw_id(entity_id: EntityId) -> RawId:
    """Return an entity id as an index stores it."""
    return entity_id.bytes if isinstance(entity_id, UUID) else entity_id


def id_of_raw(raw: RawId) -> EntityId:
    """Return the entity id that an index stores as ``raw``."""
    if isinstance(raw, bytes) and len(raw) != 16:
        raise DatastoreError(f"the store cannot be read: an id of {len(raw)} bytes is no UUID", "Try a copy of it.")
    return UUID(bytes=raw) if isinstance(raw, bytes) else str(raw)


def raw_ids_of_text(text: str) -> list[RawId]:
    """Return the ids that a text can mean, as an index stores them: the text itself, and the UUID if it is one."""
    try:
        return [text, UUID(text).bytes]
    except ValueError:
        return [text]
