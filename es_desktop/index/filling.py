"""Filling an index from a store: in slices, each a transaction, so that it can be stopped anywhere and gone on with."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from .database import IndexDatabase
from .schema import SECONDS_PER_BAR
from .source import RawId, Source

_ENDED: Final = "Discarded"
"""What the event is called that ends an entity."""
_GATHERED: Final = (
    "CREATE TEMP TABLE gathered (hour INTEGER, topic INTEGER, events INTEGER, earliest REAL, latest REAL)"
)
"""The events of a slice by hour and topic."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """How far an index is."""

    entities: int
    events: int
    """How many events are in it by now."""
    last: int
    """The number of the last event in it."""
    is_whole: bool
    """Whether all that the store held is in it."""


class Filling:
    """Brings an index up to date with its store."""

    def __init__(self, database: IndexDatabase, source: Source, *, keeps_text: bool = True) -> None:
        """``keeps_text`` is false where no word of a payload may be kept."""
        self._database = database
        self._source = source
        self._keeps_text = keeps_text

    def run(self, report: Callable[[Indexed], None]) -> None:
        """Take in what is not there yet. ``report`` is told after each slice how far it is; it may raise to stop."""
        with self._database.writing() as connection:
            if not self._source.grows_at_its_end:
                self._database.clear()
            connection.execute(_GATHERED)
            try:
                self._source.prepare(connection)
                self._run(connection, report)
            finally:
                _forget(connection)

    def _run(self, connection: sqlite3.Connection, report: Callable[[Indexed], None]) -> None:
        _set_fact(connection, "is_whole", 0)
        self._survey(connection, report)
        last = _fact(connection, "last")
        while (until := self._source.stage(connection, last)) is not None:
            with _transaction(connection):
                if last == _fact(connection, "last"):
                    self._take_slice(connection, last, until)
            last = _fact(connection, "last")
            report(state_of(connection))
        with _transaction(connection):
            _count_snapshots(connection)
        _set_fact(connection, "is_whole", 1)
        report(state_of(connection))

    def _survey(self, connection: sqlite3.Connection, report: Callable[[Indexed], None]) -> None:
        """Take in all sequences before any slice, where that is cheap, so that they can be listed early."""
        with _transaction(connection):
            if not _fact(connection, "surveyed") and not _fact(connection, "is_surveyed"):
                _set_fact(connection, "surveyed", self._source.last_to_survey(connection))
        last = _fact(connection, "surveyed")
        after = _last_id(connection)
        while last and not _fact(connection, "is_surveyed") and self._source.survey(connection, last, after):
            with _transaction(connection):
                # Another process may fill the same index, and have been faster.
                if after == _last_id(connection):
                    self._take_surveyed(connection)
            after = _last_id(connection)
            report(state_of(connection))
        _set_fact(connection, "is_surveyed", 1)

    def _take_surveyed(self, connection: sqlite3.Connection) -> None:
        self._name_topics(connection, "SELECT born FROM spanned UNION SELECT ended FROM spanned")
        connection.execute(
            "INSERT INTO entity (id, events, first, last, created, modified, kind, ended)"
            f" SELECT s.id, s.events, s.first, s.last, s.created, s.modified, a.kind, b.name = '{_ENDED}'"
            " FROM spanned s CROSS JOIN topic a ON a.topic = s.born CROSS JOIN topic b ON b.topic = s.ended"
        )

    def _take_slice(self, connection: sqlite3.Connection, after: int, until: int) -> None:
        self._name_topics(connection, "SELECT topic FROM staged")
        connection.execute("INSERT OR IGNORE INTO kind (name) SELECT DISTINCT kind FROM staged WHERE kind IS NOT NULL")
        is_surveyed = until <= _fact(connection, "surveyed")
        if not is_surveyed:
            _count_events(connection)
        connection.execute(
            "INSERT INTO event SELECT s.n, e.no, s.position, t.no, s.time FROM staged s"
            " CROSS JOIN topic t ON t.topic = s.topic CROSS JOIN entity e ON e.id = s.id"
        )
        if self._keeps_text:
            connection.execute("INSERT INTO words (rowid, text) SELECT n, text FROM staged")
        if not is_surveyed:
            _date_entities(connection, after, until)
        _add_up(connection, after, until)
        _set_fact(connection, "last", until)

    def _name_topics(self, connection: sqlite3.Connection, topics: str) -> None:
        rows = connection.execute(f"{topics} EXCEPT SELECT topic FROM topic")
        for (topic,) in rows.fetchall():
            named = self._source.name(topic)
            kind = None if named.kind is None else _kind(connection, named.kind)
            connection.execute("INSERT INTO topic (topic, name, kind) VALUES (?, ?, ?)", [topic, named.event, kind])


def _last_id(connection: sqlite3.Connection) -> RawId | None:
    """Return the id of the entity that was taken in last."""
    (found,) = connection.execute("SELECT id FROM entity ORDER BY no DESC LIMIT 1").fetchone() or (None,)
    return found


def _kind(connection: sqlite3.Connection, name: str) -> int:
    connection.execute("INSERT OR IGNORE INTO kind (name) VALUES (?)", [name])
    (found,) = connection.execute("SELECT no FROM kind WHERE name = ?", [name]).fetchone()
    number: int = found
    return number


def _count_events(connection: sqlite3.Connection) -> None:
    """Count the events of a slice that the survey did not: each of them is in one slice only."""
    connection.execute(
        "INSERT INTO entity (id, events, first, last) SELECT id, count(*), min(position), max(position) FROM staged"
        " WHERE n > ? GROUP BY id ON CONFLICT (id) DO UPDATE SET events = events + excluded.events,"
        " first = min(first, excluded.first), last = max(last, excluded.last)",
        [_fact(connection, "surveyed")],
    )


def _date_entities(connection: sqlite3.Connection, after: int, until: int) -> None:
    """Let the entities whose first or last event is in a slice be of its time, and of what it tells."""
    edges = (
        ("first", "created = v.time, kind = coalesce(t.kind, (SELECT no FROM kind WHERE name = s.kind))"),
        ("last", f"modified = v.time, ended = (t.name = '{_ENDED}')"),
    )
    for edge, told in edges:
        connection.execute(
            f"UPDATE entity SET {told}, encrypted = entity.encrypted OR s.encrypted FROM event v"
            " JOIN topic t ON t.no = v.topic"
            f" JOIN staged s ON s.n = v.n WHERE v.n > ? AND v.n <= ? AND entity.no = v.entity"
            f" AND entity.{edge} = v.position",
            [after, until],
        )


def _add_up(connection: sqlite3.Connection, after: int, until: int) -> None:
    """Count the events of a slice by type and by hour."""
    connection.execute("DELETE FROM gathered")
    connection.execute(
        f"INSERT INTO gathered SELECT CAST(floor(time / {SECONDS_PER_BAR}) AS INTEGER), topic, count(*), min(time),"
        " max(time) FROM event WHERE n > ? AND n <= ? GROUP BY 1, 2",
        [after, until],
    )
    connection.execute(
        "INSERT INTO slice SELECT (SELECT max(n) FROM event WHERE n <= ?), (SELECT min(n) FROM event WHERE n > ?),"
        " sum(events), min(earliest), max(latest) FROM gathered",
        [until, after],
    )
    connection.execute(
        "INSERT INTO counted SELECT topic, sum(events) FROM gathered GROUP BY topic"
        " ON CONFLICT DO UPDATE SET events = events + excluded.events"
    )
    connection.execute(
        "INSERT INTO hour SELECT hour, topic, events FROM gathered WHERE hour IS NOT NULL"
        " ON CONFLICT DO UPDATE SET events = events + excluded.events"
    )


def _count_snapshots(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE entity SET snapshots = 0 WHERE snapshots <> 0")
    connection.execute(
        "UPDATE entity SET snapshots = s.snapshots FROM snapshotted s WHERE entity.id = s.id",
    )


def state_of(connection: sqlite3.Connection) -> Indexed:
    """Return how far the index of a connection is."""
    row = connection.execute("SELECT (SELECT max(no) FROM entity), (SELECT sum(events) FROM slice)").fetchone()
    return Indexed(row[0] or 0, row[1] or 0, _fact(connection, "last"), bool(_fact(connection, "is_whole")))


def _fact(connection: sqlite3.Connection, name: str) -> int:
    row = connection.execute("SELECT value FROM fact WHERE name = ?", [name]).fetchone()
    return 0 if row is None else int(row[0])


def _set_fact(connection: sqlite3.Connection, name: str, value: object) -> None:
    connection.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", [name, value])


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _forget(connection: sqlite3.Connection) -> None:
    """Take away what was temporary: the connection may be used for something else."""
    rows = connection.execute("SELECT type, name FROM sqlite_temp_schema WHERE type IN ('table', 'view')").fetchall()
    for kind, name in sorted(rows, reverse=True):  # views before the tables that they stand on
        connection.execute(f"DROP {kind} temp.{name}")
    if any(name == "store" for _, name, _ in connection.execute("PRAGMA database_list")):
        connection.execute("DETACH DATABASE store")
