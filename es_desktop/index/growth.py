"""What a state history asks an index: entities in the order of their numbers, and which of them have grown."""

from __future__ import annotations

from collections.abc import Iterator
from secrets import token_hex
from typing import Final, NamedTuple

from .database import IndexDatabase, transaction
from .source import RawId

_PAGE: Final = 10_000
_FACT: Final = "token"


class EntitySpan(NamedTuple):
    """An entity with the positions of its first and its last event."""

    number: int
    """In the index, from 1 in the order of their first events; it does not change."""
    id: RawId
    events: int
    first: int
    last: int


def index_token(database: IndexDatabase) -> str:
    """Return a text that no other index has, and that this one has until it is made anew. Writes it if necessary."""
    query = "SELECT value FROM fact WHERE name = ?"
    for (token,) in database.rows(query, [_FACT]):
        return str(token)
    with database.writing() as connection, transaction(connection):
        connection.execute("INSERT OR IGNORE INTO fact VALUES (?, ?)", [_FACT, token_hex(8)])
    return str(database.rows(query, [_FACT])[0][0])


def entity_spans(database: IndexDatabase, first: int, until: int) -> Iterator[EntitySpan]:
    """Yield the entities with numbers from ``first`` to before ``until``, ascending."""
    columns = "no, id, events, first, last"
    while rows := database.rows(
        f"SELECT {columns} FROM entity WHERE no >= ? AND no < ? ORDER BY no LIMIT ?", [first, until, _PAGE]
    ):
        yield from map(EntitySpan._make, rows)
        first = rows[-1][0] + 1


def end_of_entities(database: IndexDatabase) -> int:
    """Return the number after that of the last entity."""
    return int(database.rows("SELECT coalesce(max(no), 0) + 1 FROM entity")[0][0])


def grown_entities(database: IndexDatabase, events: int) -> list[EntitySpan]:
    """Return the entities that have events after the first ``events`` of the index."""
    rows = database.rows(
        "SELECT no, id, events, first, last FROM entity WHERE no IN (SELECT entity FROM event WHERE n > ?) ORDER BY no",
        [events],
    )
    return [EntitySpan._make(row) for row in rows]
