"""Fills an index from a store. It can be stopped at any moment, and the next run continues.

The work is done in slices. Each is one transaction, which also writes how far the index is (the facts ``last`` and
``surveyed``, and the last entity), so that a slice is in the index as a whole or not at all. Several processes may fill
one index: each transaction first checks that the facts are still those that its slice was read for, and otherwise
leaves the slice out.

First, if that is cheap, a survey takes in all sequences up to the last event, with their counts and first and last
events, so that entities can be listed early. The slices of events follow; they count only what came after the survey.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from es_desktop.core import DatastoreError
from es_desktop.system.text_match import folded

from .database import SECONDS_PER_BAR, IndexDatabase, transaction
from .source import RawId, Source

_ENDED: Final = "Discarded"
"""The event type that discards an entity."""
_SLICE_COUNTS: Final = "slice_count (hour INTEGER, topic INTEGER, events INTEGER, earliest REAL, latest REAL)"
"""The events of a slice by hour and topic."""
_ADD_KINDS: Final = "INSERT OR IGNORE INTO kind (name, folded)"
_FOLDED_ID: Final = "CASE typeof({0}) WHEN 'text' THEN folded_or_null(CAST({0} AS BLOB)) END"


@dataclass(frozen=True, slots=True)
class IndexState:
    """How far an index is filled."""

    entities: int
    events: int
    last: int
    """The number of the last event in it; 0 if it has none."""
    is_whole: bool
    """Whether everything that the store held is in it."""


class IndexFiller:
    """Brings an index up to date with its store."""

    def __init__(self, database: IndexDatabase, source: Source, *, keeps_text: bool = True) -> None:
        """``keeps_text`` is false if no word of a payload may be kept, such as of decrypted payloads in a file."""
        self._database = database
        self._source = source
        self._keeps_text = keeps_text

    def run(self, report: Callable[[IndexState], None]) -> None:
        """Add what is missing. Calls ``report`` after each slice, in this thread; it may raise to stop the work."""
        with self._database.writing() as connection:
            if not self._source.appends_at_end:  # new events may have numbers among the old ones
                self._database.clear()
            connection.execute(f"CREATE TEMP TABLE {_SLICE_COUNTS}")
            try:
                self._source.prepare(connection)
                self._run(connection, report)
            finally:
                _drop_temporary_tables(connection)

    def _run(self, connection: sqlite3.Connection, report: Callable[[IndexState], None]) -> None:
        _set_fact(connection, "is_whole", 0)
        self._survey(connection, report)
        last = _fact(connection, "last")
        while (until := self._source.stage(connection, last)) is not None:
            if until <= last:
                text = f"the table does not go forward after {last}"
                raise DatastoreError(text, "Rescue what can be read.", is_damage=True)
            with transaction(connection):
                if last == _fact(connection, "last"):  # else another process has filled in this slice
                    self._add_slice(connection, last, until)
            last = _fact(connection, "last")
            report(state_of(connection))
        with transaction(connection):
            connection.execute("UPDATE entity SET snapshots = 0 WHERE snapshots <> 0")
            connection.execute("UPDATE entity SET snapshots = s.snapshots FROM snapshot_count s WHERE entity.id = s.id")
        _set_fact(connection, "is_whole", 1)
        report(state_of(connection))

    def _survey(self, connection: sqlite3.Connection, report: Callable[[IndexState], None]) -> None:
        """Add all sequences, if that is cheap, before any event. A stopped survey continues after its last id."""
        with transaction(connection):
            # The bound is written once: events after it are counted by their slices, also if the survey is stopped.
            if not _fact(connection, "surveyed") and not _fact(connection, "is_surveyed"):
                _set_fact(connection, "surveyed", self._source.last_to_survey(connection))
        last = _fact(connection, "surveyed")
        after = _last_id(connection)
        while last and not _fact(connection, "is_surveyed") and self._source.survey(connection, last, after):
            with transaction(connection):
                if after == _last_id(connection):  # else another process has added these sequences
                    self._add_sequences(connection)
            after = _last_id(connection)
            report(state_of(connection))
        _set_fact(connection, "is_surveyed", 1)

    def _add_sequences(self, connection: sqlite3.Connection) -> None:
        self._add_topics(connection, "SELECT first_topic FROM sequence UNION SELECT last_topic FROM sequence")
        connection.execute(
            "INSERT INTO entity (id, folded, events, first, last, created, modified, kind, ended)"
            f" SELECT s.id, {_FOLDED_ID.format('s.id')}, s.events, s.first, s.last, s.created, s.modified, a.kind,"
            f" b.name = '{_ENDED}'"
            " FROM sequence s CROSS JOIN topic a ON a.topic = s.first_topic"
            " CROSS JOIN topic b ON b.topic = s.last_topic"
        )

    def _add_slice(self, connection: sqlite3.Connection, after: int, until: int) -> None:
        self._add_topics(connection, "SELECT topic FROM staged")
        connection.execute(
            f"{_ADD_KINDS} SELECT kind, folded_or_null(CAST(kind AS BLOB)) FROM staged"
            " WHERE kind IS NOT NULL GROUP BY kind"
        )
        # The survey has already counted and dated the entities of events up to its bound.
        is_surveyed = until <= _fact(connection, "surveyed")
        if not is_surveyed:
            _count_events(connection)
        connection.execute(
            "INSERT INTO event SELECT s.n, e.no, s.position, t.no, s.time FROM staged s"
            " CROSS JOIN topic t ON t.topic = s.topic CROSS JOIN entity e ON e.id = s.id"
        )
        if self._keeps_text:
            connection.execute(
                "INSERT INTO words (rowid, text) SELECT n, searched_text(CAST(text AS BLOB)) FROM staged"
            )
        if not is_surveyed:
            _update_edges(connection, after, until)
        _add_counts(connection, after, until)
        _set_fact(connection, "last", until)

    def _add_topics(self, connection: sqlite3.Connection, topics: str) -> None:
        new = (
            f"WITH new (topic) AS ({topics} EXCEPT SELECT topic FROM topic) SELECT topic, CAST(topic AS BLOB) FROM new"
        )
        for topic, stored in connection.execute(new).fetchall():
            event_type, entity_type = self._source.names_of(topic)
            if entity_type is not None:
                connection.execute(f"{_ADD_KINDS} VALUES (?, ?)", [entity_type, folded(entity_type)])
            connection.execute(
                # A text that is not UTF-8 is stored as it is, because the events have it.
                f"INSERT INTO topic (topic, name, kind) VALUES ({'CAST(? AS TEXT)' if isinstance(topic, str) else '?'},"
                " ?, (SELECT no FROM kind WHERE name = ?))",
                [stored if isinstance(topic, str) else topic, event_type, entity_type],
            )


def _last_id(connection: sqlite3.Connection) -> RawId | None:
    """Return the id of the entity that was added last."""
    (found,) = connection.execute("SELECT id FROM entity ORDER BY no DESC LIMIT 1").fetchone() or (None,)
    return found


def _count_events(connection: sqlite3.Connection) -> None:
    """Count the events of a slice by entity, except those that the survey has counted."""
    connection.execute(
        "INSERT INTO entity (id, folded, events, first, last)"
        f" SELECT id, {_FOLDED_ID.format('id')}, count(*), min(position), max(position) FROM staged"
        " WHERE n > ? GROUP BY id ON CONFLICT (id) DO UPDATE SET events = events + excluded.events,"
        " first = min(first, excluded.first), last = max(last, excluded.last)",
        [_fact(connection, "surveyed")],
    )


def _update_edges(connection: sqlite3.Connection, after: int, until: int) -> None:
    """Set the times, the type and the end of the entities whose first or last event is in a slice."""
    edges = (
        ("first", "created = v.time, kind = coalesce(t.kind, (SELECT no FROM kind WHERE name = s.kind))"),
        ("last", f"modified = v.time, ended = (t.name = '{_ENDED}')"),
    )
    for edge, columns in edges:
        connection.execute(
            f"UPDATE entity SET {columns}, encrypted = entity.encrypted OR s.encrypted FROM event v"
            f" JOIN topic t ON t.no = v.topic JOIN staged s ON s.n = v.n"
            f" WHERE v.n > ? AND v.n <= ? AND entity.no = v.entity AND entity.{edge} = v.position",
            [after, until],
        )


def _add_counts(connection: sqlite3.Connection, after: int, until: int) -> None:
    """Count the events of a slice by topic and by hour, and add them to the totals."""
    connection.execute("DELETE FROM slice_count")
    connection.execute(
        f"INSERT INTO slice_count SELECT CAST(floor(time / {SECONDS_PER_BAR}) AS INTEGER), topic, count(*), min(time),"
        " max(time) FROM event WHERE n > ? AND n <= ? GROUP BY 1, 2",
        [after, until],
    )
    connection.execute(
        "INSERT INTO slice SELECT (SELECT max(n) FROM event WHERE n <= ?), (SELECT min(n) FROM event WHERE n > ?),"
        " sum(events), min(earliest), max(latest) FROM slice_count",
        [until, after],
    )
    connection.execute(
        "INSERT INTO counted SELECT topic, sum(events) FROM slice_count GROUP BY topic"
        " ON CONFLICT DO UPDATE SET events = events + excluded.events"
    )
    connection.execute(
        "INSERT INTO hour SELECT hour, topic, events FROM slice_count WHERE hour IS NOT NULL"
        " ON CONFLICT DO UPDATE SET events = events + excluded.events"
    )


def state_of(connection: sqlite3.Connection) -> IndexState:
    """Return how far the index of a connection is filled."""
    row = connection.execute("SELECT (SELECT max(no) FROM entity), (SELECT sum(events) FROM slice)").fetchone()
    return IndexState(row[0] or 0, row[1] or 0, _fact(connection, "last"), bool(_fact(connection, "is_whole")))


def _fact(connection: sqlite3.Connection, name: str) -> int:
    (value,) = connection.execute("SELECT value FROM fact WHERE name = ?", [name]).fetchone() or (0,)
    return int(value)


def _set_fact(connection: sqlite3.Connection, name: str, value: object) -> None:
    connection.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", [name, value])


def _drop_temporary_tables(connection: sqlite3.Connection) -> None:
    """Drop the temporary tables and detach the store: an index in memory goes on using this connection."""
    rows = connection.execute("SELECT type, name FROM sqlite_temp_schema WHERE type IN ('table', 'view')").fetchall()
    for table_or_view, name in sorted(rows, reverse=True):  # views before the tables that they select from
        connection.execute(f"DROP {table_or_view} temp.{name}")
    if any(name == "store" for _, name, _ in connection.execute("PRAGMA database_list")):
        connection.execute("DETACH DATABASE store")
