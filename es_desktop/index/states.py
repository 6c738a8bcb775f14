"""The values of the last states of entities in an index, by which a list is filtered and sorted."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, NamedTuple

from es_desktop.core import DatastoreError
from es_desktop.system.text_match import folded
from es_desktop.system.waiting import passing_reason

from .database import IndexDatabase, transaction
from .source import RawId

_FRESH: Final = "s.entity = e.no AND s.last = e.last"
_FACT: Final = "states_by"


class StateRow(NamedTuple):
    """The values of one entity after its event at the position ``last``, by their ``value_key``."""

    id: RawId
    last: int
    shown: Mapping[str, str]
    amounts: Mapping[str, float]
    failure: str
    """Why they are not of the entity's end; empty if they are."""


class MissingState(NamedTuple):
    """An entity whose last state is not in the index."""

    number: int
    """Of the entity in the index."""
    id: RawId
    events: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many of the entities of an index have their last state in it."""

    known: int
    entities: int


def put_states(database: IndexDatabase, rows: Iterable[StateRow]) -> None:
    """Keep states, if the index can be written; those of entities that it does not have are left out."""
    values = [
        (row.last, _json(row.shown), _folded_json(row.shown), _json(row.amounts), row.failure, row.id) for row in rows
    ]
    with suppress(sqlite3.OperationalError), database.writing() as connection, transaction(connection):
        connection.executemany(
            "INSERT OR REPLACE INTO state (entity, last, shown, folded, amounts, failure)"
            " SELECT no, ?, ?, ?, ?, ? FROM entity WHERE id = ?",
            values,
        )


def known_states(database: IndexDatabase, raw_ids: Sequence[RawId]) -> list[StateRow]:
    """Return the states that are known of some entities; they may be older than the entity's last event."""
    marks = ", ".join("?" * len(raw_ids))
    query = "SELECT e.id, s.last, s.shown, s.amounts, s.failure FROM entity e JOIN state s ON s.entity = e.no"
    rows = database.rows(f"{query} WHERE e.id IN ({marks})", raw_ids)
    return [StateRow(raw, last, json.loads(shown), json.loads(amounts), why) for raw, last, shown, amounts, why in rows]


def missing_states(
    database: IndexDatabase, before: int | None, limit: int, *, only: Sequence[RawId] | None = None
) -> list[MissingState]:
    """Return entities without their last state, the newest first, with numbers below ``before``."""
    wanted = "" if only is None else f" AND e.id IN ({', '.join('?' * len(only))})"
    rows = database.rows(
        "SELECT e.no, e.id, e.events, e.first, e.last FROM entity e"
        f" WHERE e.no < ? AND NOT EXISTS (SELECT 1 FROM state s WHERE {_FRESH}){wanted} ORDER BY e.no DESC LIMIT ?",
        [2**62 if before is None else before, *(only or ()), limit],
    )
    return [MissingState(*row) for row in rows]


def entity_types(database: IndexDatabase) -> list[str]:
    """Return the names of all entity types in the index."""
    return [name for (name,) in database.rows("SELECT name FROM kind ORDER BY no")]


def first_of_type(database: IndexDatabase, entity_type: str, most_events: int, limit: int) -> list[RawId]:
    """Return the ids of the first entities of a type that have at most so many events."""
    rows = database.rows(
        "SELECT id FROM entity WHERE kind = (SELECT no FROM kind WHERE name = ?) AND events <= ? ORDER BY no LIMIT ?",
        [entity_type, most_events, limit],
    )
    return [raw for (raw,) in rows]


def count_states(database: IndexDatabase) -> StateCount:
    """Return how many states are known, those that are older than the entity's last event too."""
    ((known, entities),) = database.rows("SELECT (SELECT count(*) FROM state), (SELECT count(*) FROM entity)")
    return StateCount(known, entities)


def use_states_by(database: IndexDatabase, how: str) -> None:
    """Delete all states unless they were rebuilt in the same way."""
    if database.rows("SELECT 1 FROM fact WHERE name = ? AND value = ?", [_FACT, how]):
        return
    try:
        with database.writing() as connection, transaction(connection):
            connection.execute("DELETE FROM state")
            connection.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", [_FACT, how])
    except sqlite3.DatabaseError as error:
        reason, hint = passing_reason(error)
        raise DatastoreError(f"the index of the store cannot be written: {reason or error}", hint) from error


def value_key(path: str) -> str:
    """Return the key of a value in the JSON objects: its path, without marks that a path of SQLite cannot have."""
    return path.replace('"', "'").replace("\\", "/").replace("\0", "").encode(errors="replace").decode()


def _json(values: object) -> str:
    return json.dumps(values, ensure_ascii=False)


def _folded_json(shown: Mapping[str, str]) -> str | None:
    if all(map(str.isascii, shown.values())):
        return None
    return _json({key: folded(text) for key, text in shown.items()})


AMOUNTS: Final = "s.amounts"
TEXTS: Final = "coalesce(s.folded, s.shown)"


def state_value(column: str, path: str) -> str:
    """Return the SQL of a value in the state of the row of ``entity``: of its ``AMOUNTS``, or its ``TEXTS``."""
    name = value_key(path).replace("'", "''")
    return f"(SELECT json_extract({column}, '$.\"{name}\"') FROM state s WHERE s.entity = entity.no)"


def any_value_like(word: str) -> tuple[str, list[str]]:
    """Return the SQL of whether any value in the state of the row of ``entity`` contains a word that is folded."""
    # The whole object is tested first, which is quick, and leaves few.
    whole = f"%{escaped(_json(word)[1:-1])}%"
    inner = f"EXISTS (SELECT 1 FROM json_each({TEXTS}) WHERE value LIKE ? ESCAPE '\\')"
    tested = f"{TEXTS} LIKE ? ESCAPE '\\' AND {inner}"
    return f"EXISTS (SELECT 1 FROM state s WHERE s.entity = entity.no AND {tested})", [whole, f"%{escaped(word)}%"]


def escaped(text: str) -> str:
    """Return a text as part of a pattern of LIKE, in which it stands for itself."""
    return "".join(f"\\{mark}" if mark in "%_\\" else mark for mark in text)
