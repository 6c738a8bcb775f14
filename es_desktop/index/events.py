"""Which events a person asks for, by what is in them, their types, and their times."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from .database import IndexDatabase
from .entities import numbers_with_prefix
from .source import RawId
from .words import match_expression

_CHUNK: Final = 5_000
_MOST_ENTITIES: Final = 10_000
"""As many entities may begin with what a person typed of an id."""


@dataclass(frozen=True, slots=True)
class EventSearch:
    """Which events are asked for; all of them unless told."""

    text: str = ""
    """Words that have to stand in the payload; see ``match_expression``."""
    types: frozenset[str] | None = None
    """Names of types of events."""
    kinds: frozenset[str] | None = None
    """Types of entities."""
    since: float | None = None
    """Seconds since the epoch, the first that counts."""
    until: float | None = None
    """Seconds since the epoch, the first that does not count any more."""
    id_prefix: str = ""
    """What the entity's id begins with."""

    @property
    def is_for_all(self) -> bool:
        return self == EventSearch()


class EventRow(NamedTuple):
    """One event, as far as the index knows it."""

    n: int
    id: RawId
    position: int
    type: str
    kind: str | None
    time: float | None


def find_events(database: IndexDatabase, search: EventSearch, after: int = 0) -> Iterator[array[int]]:
    """Yield the numbers of the events that are asked for and come after one, ascending, a chunk at a time.

    A chunk may be empty: it tells only that so much was looked through.
    """
    conditions, values = _conditions(database, search)
    if search.text.strip():
        expression = match_expression(search.text)
        if expression:
            yield from _matching(database, expression, conditions, values, after)
        return
    where = " AND ".join(["e.n BETWEEN ? AND ?", *conditions])
    statement = f"SELECT e.n FROM event e WHERE {where} ORDER BY e.n"
    for first, last in _spans(database, search, after):
        with database.reading() as connection:
            yield array("q", [n for (n,) in connection.execute(statement, [max(first, after + 1), last, *values])])


def event_rows(database: IndexDatabase, numbers: Sequence[int]) -> list[EventRow]:
    """Return what is known of some events, in the order of their numbers as they are given."""
    listed = ", ".join(map(str, numbers))
    with database.reading() as connection:
        rows = connection.execute(
            "SELECT e.n, x.id, e.position, t.name, k.name, e.time FROM event e JOIN topic t ON t.no = e.topic"
            " JOIN entity x ON x.no = e.entity LEFT JOIN kind k ON k.no = coalesce(t.kind, x.kind)"
            f" WHERE e.n IN ({listed})"
        ).fetchall()
    known = {row[0]: EventRow(*row) for row in rows}
    return [known[number] for number in numbers if number in known]


def entities_of(database: IndexDatabase, numbers: Sequence[int]) -> list[int]:
    """Return the numbers of the entities that some events are of."""
    listed = ", ".join(map(str, numbers))
    with database.reading() as connection:
        rows = connection.execute(f"SELECT DISTINCT entity FROM event WHERE n IN ({listed})").fetchall()
    return [number for (number,) in rows]


def edge_rows(database: IndexDatabase) -> list[EventRow]:
    """Return what is known of the first and the last event that the index has."""
    with database.reading() as connection:
        numbers = connection.execute("SELECT min(first), max(last) FROM slice").fetchone()
    return event_rows(database, [number for number in numbers if number is not None])


def first_event_since(database: IndexDatabase, time: float) -> int | None:
    """Return the number of the first event that is not before a time; ``None`` where all are."""
    with database.reading() as connection:
        row = connection.execute(
            "SELECT n FROM event WHERE time >= :time AND n BETWEEN"
            " (SELECT first FROM slice WHERE latest >= :time ORDER BY last LIMIT 1) AND"
            " (SELECT last FROM slice WHERE latest >= :time ORDER BY last LIMIT 1) ORDER BY n LIMIT 1",
            {"time": time},
        ).fetchone()
    return None if row is None else int(row[0])


def events_before(database: IndexDatabase, number: int) -> int:
    """Return how many events have lower numbers than one, which may have gaps before it."""
    with database.reading() as connection:
        (count,) = connection.execute(
            "SELECT (SELECT coalesce(sum(events), 0) FROM slice WHERE last < :number)"
            " + (SELECT count(*) FROM event WHERE n < :number"
            " AND n > (SELECT coalesce(max(last), -1) FROM slice WHERE last < :number))",
            {"number": number},
        ).fetchone()
    return int(count)


def _matching(
    database: IndexDatabase, expression: str, conditions: list[str], values: list[object], after: int
) -> Iterator[array[int]]:
    statement = "SELECT w.rowid FROM words w WHERE w.words MATCH ? AND w.rowid > ? ORDER BY w.rowid"
    if conditions:
        statement = (
            "SELECT w.rowid FROM words w CROSS JOIN event e ON e.n = w.rowid"
            f" WHERE w.words MATCH ? AND w.rowid > ? AND {' AND '.join(conditions)} ORDER BY w.rowid"
        )
    with database.reading() as connection:
        cursor = connection.execute(statement, [expression, after, *values])
        while rows := cursor.fetchmany(_CHUNK):
            yield array("q", [n for (n,) in rows])


def _spans(database: IndexDatabase, search: EventSearch, after: int) -> list[tuple[int, int]]:
    """Return from where to where the events have to be looked through, by what each slice tells of its times."""
    conditions, values = ["last > ?"], [float(after)]
    if search.since is not None:
        conditions, values = [*conditions, "latest >= ?"], [*values, search.since]
    if search.until is not None:
        conditions, values = [*conditions, "earliest < ?"], [*values, search.until]
    with database.reading() as connection:
        where = " AND ".join(conditions)
        return connection.execute(f"SELECT first, last FROM slice WHERE {where} ORDER BY last", values).fetchall()


def _conditions(database: IndexDatabase, search: EventSearch) -> tuple[list[str], list[object]]:
    conditions: list[str] = []
    values: list[object] = []
    if search.types is not None:
        conditions.append(f"e.topic IN (SELECT no FROM topic WHERE name IN ({', '.join('?' * len(search.types))}))")
        values += search.types
    if search.kinds is not None:
        marks = ", ".join("?" * len(search.kinds))
        kinds = f"(SELECT no FROM kind WHERE name IN ({marks}))"
        # Where the topic tells the entity's type, the entity need not be looked at.
        conditions.append(
            f"CASE WHEN (SELECT kind FROM topic WHERE no = e.topic) IS NULL"
            f" THEN (SELECT kind FROM entity WHERE no = e.entity) IN {kinds}"
            f" ELSE e.topic IN (SELECT no FROM topic WHERE kind IN {kinds}) END"
        )
        values += [*search.kinds, *search.kinds]
    if search.since is not None:
        conditions, values = [*conditions, "e.time >= ?"], [*values, search.since]
    if search.until is not None:
        conditions, values = [*conditions, "e.time < ?"], [*values, search.until]
    if search.id_prefix:
        numbers = numbers_with_prefix(database, search.id_prefix, _MOST_ENTITIES)
        conditions.append(f"e.entity IN ({', '.join(map(str, numbers))})")
    return conditions, values
