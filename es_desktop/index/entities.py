"""Search for entities in an index: first their numbers, in order, then the rows of a few of them."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from es_desktop.system.text_match import folded

from .column_tests import ID_TEXT, ColumnTest, condition_of, state_columns
from .database import IndexDatabase, listed
from .source import RawId
from .states import any_value_like, escaped

_CHUNK: Final = 20_000
_ID_LIKE: Final = f"{ID_TEXT} LIKE ? ESCAPE '\\'"
_ORDERS: Final = {
    "type": "(SELECT lower(name) FROM kind WHERE kind.no = entity.kind)",
    "id": "id",
    "version": "last",
    "events": "events",
    "snapshots": "snapshots",
    "created": "created",
    "modified": "modified",
}


@dataclass(frozen=True, slots=True)
class EntitySearch:
    """Which entities to find: those that meet every condition given; all of them by default."""

    words: tuple[str, ...] = ()
    """Each is part of the type, the id, or a value of the last state, as far as that is known; or of ``discarded``."""
    entity_types: frozenset[str] | None = None
    ids: frozenset[RawId] | None = None
    tests: tuple[ColumnTest, ...] = ()
    created_until: float | None = None
    """Seconds since the epoch, UTC, inclusive; entities without a time are found too."""


@dataclass(frozen=True, slots=True)
class EntityOrder:
    """What to sort by; entities without a value come last."""

    by: str = "modified"
    """``type``, ``id``, ``version``, ``events``, ``snapshots``, ``created`` or ``modified``; or ``state``."""
    descending: bool = True
    paths: tuple[tuple[str | None, str], ...] = ()
    """Of the value in the last state to sort by, for each entity type; for all types without one."""


class EntityRow(NamedTuple):
    """One entity; ``first`` and ``last`` are positions, ``created`` and ``modified`` seconds since the epoch, UTC."""

    id: RawId
    entity_type: str | None
    events: int
    first: int
    last: int
    snapshots: int
    created: float | None
    modified: float | None
    discarded: int


def find_entities(
    database: IndexDatabase, search: EntitySearch = EntitySearch(), order: EntityOrder = EntityOrder()
) -> Iterator[array[int]]:
    """Yield the index's numbers of the entities found, in order, in chunks."""
    where, values = _where(database, search)
    direction = "DESC" if order.descending else "ASC"
    types = dict(database.rows("SELECT name, no FROM kind"))
    amount, text = state_columns(order.paths, types)
    keys = [_ORDERS[order.by]] if order.by in _ORDERS else [amount, f"{text} COLLATE NOCASE"]
    by = ", ".join(f"{key} {direction} NULLS LAST" for key in keys)
    with database.reading() as connection:
        cursor = connection.execute(f"SELECT no FROM entity {where} ORDER BY {by}, no", values)
        while rows := cursor.fetchmany(_CHUNK):
            yield array("I", [number for (number,) in rows])


def count_entities(database: IndexDatabase, search: EntitySearch) -> tuple[int, int]:
    """Return how many entities are found, and how many events they have together."""
    where, values = _where(database, search)
    ((entities, events),) = database.rows(f"SELECT count(*), coalesce(sum(events), 0) FROM entity {where}", values)
    return entities, events


def entity_rows(database: IndexDatabase, numbers: Sequence[int]) -> list[EntityRow]:
    """Return the rows of entities in the order of the given numbers; unknown numbers are left out."""
    rows = database.rows(
        "SELECT e.no, e.id, k.name, e.events, e.first, e.last, e.snapshots, e.created, e.modified, e.ended"
        f" FROM entity e LEFT JOIN kind k ON k.no = e.kind WHERE e.no IN ({listed(numbers)})"
    )
    known = {number: EntityRow(*row) for number, *row in rows}
    return [known[number] for number in numbers if number in known]


def entity_number(database: IndexDatabase, raw_id: RawId) -> int | None:
    """Return the index's number of an entity; ``None`` if it is not in the index."""
    return next((number for (number,) in database.rows("SELECT no FROM entity WHERE id = ?", [raw_id])), None)


def entity_rows_by_id(database: IndexDatabase, raw_ids: Sequence[RawId]) -> list[EntityRow]:
    """Return the rows of the entities with these ids, in any order; unknown ids are left out."""
    marks = ", ".join("?" * len(raw_ids))
    rows = database.rows(f"SELECT no FROM entity WHERE id IN ({marks})", raw_ids)
    return entity_rows(database, [number for (number,) in rows])


def encrypted_entity(database: IndexDatabase) -> RawId | None:
    """Return the id of any entity with encrypted records; ``None`` if there is none."""
    return next((raw for (raw,) in database.rows("SELECT id FROM entity WHERE encrypted LIMIT 1")), None)


def longest_entities(database: IndexDatabase, count: int) -> list[EntityRow]:
    """Return the rows of the ``count`` entities with the most events, the longest first."""
    rows = database.rows("SELECT no FROM entity ORDER BY events DESC, no LIMIT ?", [count])
    return entity_rows(database, [number for (number,) in rows])


def numbers_with_prefix(database: IndexDatabase, prefix: str, limit: int) -> list[int]:
    """Return at most ``limit`` numbers of entities whose id begins with a text, a UUID with or without dashes."""
    start = escaped(folded(prefix))
    rows = database.rows(
        f"SELECT no FROM entity WHERE {_ID_LIKE} OR {_ID_LIKE} LIMIT ?",
        [f"{start}%", f"{start.replace('-', '')}%", limit],
    )
    return [number for (number,) in rows]


def _where(database: IndexDatabase, search: EntitySearch) -> tuple[str, list[object]]:
    """Return the condition of a search as a clause of a select on ``entity``, and its values."""
    conditions: list[str] = []
    values: list[object] = []
    names = dict(database.rows("SELECT name, no FROM kind"))
    if search.entity_types is not None:
        numbers = (names[name] for name in search.entity_types if name in names)
        conditions.append(f"kind IN ({listed(numbers)})")
    if search.ids is not None:
        conditions.append(f"id IN ({', '.join('?' * len(search.ids))})")
        values += search.ids
    if search.created_until is not None:
        conditions.append("(created IS NULL OR created <= ?)")
        values.append(search.created_until)
    for test in search.tests:
        condition, operands = condition_of(test, names)
        conditions.append(condition)
        values += operands
    for word in map(folded, search.words):
        types = listed(number for name, number in names.items() if word in folded(name))
        ended = " OR ended" if word in "discarded" else ""
        in_state, patterns = any_value_like(word)
        conditions.append(f"(kind IN ({types}) OR {_ID_LIKE} OR {_ID_LIKE}{ended} OR {in_state})")
        values += [f"%{escaped(word)}%", f"%{escaped(word.replace('-', ''))}%", *patterns]
    return f"WHERE {' AND '.join(conditions)}" if conditions else "", values
