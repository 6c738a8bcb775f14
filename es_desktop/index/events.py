"""Search for events in an index by words, types, times and entity: first their numbers, then the rows of a few."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from es_desktop.system.text_match import folded

from .database import IndexDatabase, listed
from .entities import numbers_with_prefix
from .source import RawId

_CHUNK: Final = 5_000
_MOST_ENTITIES: Final = 10_000
"""How many entities a prefix of an id may match; further ones are not searched."""


@dataclass(frozen=True, slots=True)
class EventSearch:
    """Which events to find: those that meet every condition given; all of them by default."""

    text: str = ""
    """Words of the payload; see ``match_expression``."""
    event_types: frozenset[str] | None = None
    entity_types: frozenset[str] | None = None
    since: float | None = None
    """Seconds since the epoch, UTC, inclusive."""
    until: float | None = None
    """Seconds since the epoch, UTC, exclusive."""
    id_prefix: str = ""
    """The beginning of the entity's id, a UUID with or without dashes."""

    @property
    def is_for_all(self) -> bool:
        return self == EventSearch()


class EventRow(NamedTuple):
    """One event as the index has it; ``n`` is its number, ``time`` in seconds since the epoch, UTC."""

    n: int
    id: RawId
    position: int
    event_type: str
    entity_type: str | None
    time: float | None


def find_events(database: IndexDatabase, search: EventSearch, after: int = 0) -> Iterator[array[int]]:
    """Yield the numbers of the events found that are above ``after``, ascending, in chunks.

    A chunk may be empty: then a slice was searched without a result, and the caller can report progress.
    """
    conditions, values = _conditions(database, search)
    if search.text.strip():
        expression = match_expression(search.text)
        if expression:
            yield from _matching(database, expression, conditions, values, after)
        return
    statement = f"SELECT e.n FROM event e WHERE {' AND '.join(['e.n BETWEEN ? AND ?', *conditions])} ORDER BY e.n"
    for first, last in _spans(database, search, after):
        yield array("q", [n for (n,) in database.rows(statement, [max(first, after + 1), last, *values])])


def count_by_time(database: IndexDatabase, search: EventSearch, begin: float, width: float) -> Iterator[dict[int, int]]:
    """Yield how many of the events found are in each time range, by its number, of one slice after another.

    Range 0 starts at ``begin``, in seconds since the epoch, UTC; each is ``width`` seconds long.
    """
    conditions, values = _conditions(database, search)
    conditions.append("e.time IS NOT NULL")
    counted, grouped = "SELECT CAST((e.time - ?) / ? AS INTEGER), count(*) FROM", "GROUP BY 1"
    expression = match_expression(search.text)
    if expression:
        words = "words w CROSS JOIN event e ON e.n = w.rowid WHERE w.words MATCH ? AND"
        query = f"{counted} {words} {' AND '.join(conditions)} {grouped}"
        yield dict(database.rows(query, [begin, width, expression, *values]))
        return
    query = f"{counted} event e WHERE {' AND '.join(['e.n BETWEEN ? AND ?', *conditions])} {grouped}"
    for first, last in _spans(database, search, 0):
        yield dict(database.rows(query, [begin, width, first, last, *values]))


def event_rows(database: IndexDatabase, numbers: Sequence[int]) -> list[EventRow]:
    """Return the rows of events in the order of the given numbers; unknown numbers are left out."""
    rows = database.rows(
        "SELECT e.n, x.id, e.position, t.name, k.name, e.time FROM event e JOIN topic t ON t.no = e.topic"
        " JOIN entity x ON x.no = e.entity LEFT JOIN kind k ON k.no = coalesce(t.kind, x.kind)"
        f" WHERE e.n IN ({listed(numbers)})"
    )
    known = {row[0]: EventRow(*row) for row in rows}
    return [known[number] for number in numbers if number in known]


def entities_of(database: IndexDatabase, numbers: Sequence[int]) -> list[int]:
    """Return the numbers of the entities that these events belong to, each once, in any order."""
    return [number for (number,) in database.rows(f"SELECT DISTINCT entity FROM event WHERE n IN ({listed(numbers)})")]


def edge_rows(database: IndexDatabase) -> list[EventRow]:
    """Return the rows of the first and the last event in the index; an empty list if it has none."""
    (numbers,) = database.rows("SELECT min(first), max(last) FROM slice")
    return event_rows(database, [number for number in numbers if number is not None])


def first_event_since(database: IndexDatabase, time: float) -> int | None:
    """Return the number of the first event at or after ``time`` (seconds since the epoch, UTC), or ``None``."""
    rows = database.rows(
        "SELECT n FROM event WHERE time >= :time AND n BETWEEN"
        " (SELECT first FROM slice WHERE latest >= :time ORDER BY last LIMIT 1) AND"
        " (SELECT last FROM slice WHERE latest >= :time ORDER BY last LIMIT 1) ORDER BY n LIMIT 1",
        {"time": time},
    )
    return next((number for (number,) in rows), None)


def events_before(database: IndexDatabase, number: int) -> int:
    """Return how many events have a lower number; numbers may have gaps, so this is counted, by whole slices first."""
    ((count,),) = database.rows(
        "SELECT (SELECT coalesce(sum(events), 0) FROM slice WHERE last < :number)"
        " + (SELECT count(*) FROM event WHERE n < :number"
        " AND n > (SELECT coalesce(max(last), -1) FROM slice WHERE last < :number))",
        {"number": number},
    )
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
    """Return the first and the last number of each slice whose times can meet the search."""
    conditions, values = ["last > ?"], [float(after)]
    if search.since is not None:
        conditions, values = [*conditions, "latest >= ?"], [*values, search.since]
    if search.until is not None:
        conditions, values = [*conditions, "earliest < ?"], [*values, search.until]
    return database.rows(f"SELECT first, last FROM slice WHERE {' AND '.join(conditions)} ORDER BY last", values)


def _conditions(database: IndexDatabase, search: EventSearch) -> tuple[list[str], list[object]]:
    conditions: list[str] = []
    values: list[object] = []
    if search.event_types is not None:
        marks = ", ".join("?" * len(search.event_types))
        conditions.append(f"e.topic IN (SELECT no FROM topic WHERE name IN ({marks}))")
        values += search.event_types
    if search.entity_types is not None:
        marks = ", ".join("?" * len(search.entity_types))
        types = f"(SELECT no FROM kind WHERE name IN ({marks}))"
        # Most topics name the entity type; only for the others the row of the entity is read.
        conditions.append(
            f"CASE WHEN (SELECT kind FROM topic WHERE no = e.topic) IS NULL"
            f" THEN (SELECT kind FROM entity WHERE no = e.entity) IN {types}"
            f" ELSE e.topic IN (SELECT no FROM topic WHERE kind IN {types}) END"
        )
        values += [*search.entity_types, *search.entity_types]
    if search.since is not None:
        conditions, values = [*conditions, "e.time >= ?"], [*values, search.since]
    if search.until is not None:
        conditions, values = [*conditions, "e.time < ?"], [*values, search.until]
    if search.id_prefix:
        numbers = numbers_with_prefix(database, search.id_prefix, _MOST_ENTITIES)
        conditions.append(f"e.entity IN ({listed(numbers)})")
    return conditions, values


_TERM: Final = re.compile(r'"([^"]*)"?|(\S+)')


def match_expression(text: str) -> str:
    """Return an expression for the events that contain every word of a text; empty if the text has no word.

    Its language: https://www.sqlite.org/fts5.html, section 3. A word with punctuation inside, such as ``153.60`` or
    ``a@b.ch``, and a text in quotes match their parts in sequence. The last word may be the beginning of a longer one,
    unless it is quoted.
    """
    return " AND ".join(f'"{phrase}"{" *" * is_prefix}' for phrase, is_prefix in search_terms(text))


def search_terms(text: str) -> list[tuple[str, bool]]:
    """Return what ``match_expression`` looks for: folded phrases, the last with ``True`` if more letters may follow."""
    found = [
        (word.replace('"', " "), True) if word else (phrase, False)
        for phrase, word in (found.groups(default="") for found in _TERM.finditer(folded(text).replace("\0", " ")))
    ]
    terms = [(phrase, is_word) for phrase, is_word in found if any(map(str.isalnum, phrase))]
    last = len(terms) - 1
    return [(phrase, at == last and is_word and phrase[-1].isalnum()) for at, (phrase, is_word) in enumerate(terms)]
