"""The views that a person asks in SQL. Their names, columns and meanings are documented, and stay."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from .database import HistoryDatabase
from .quoting import literal, quoted
from .segment import ValueKind


@dataclass(frozen=True, slots=True)
class ViewColumn:
    """A column of a view."""

    name: str
    type: str
    """In SQL."""
    meaning: str


@dataclass(frozen=True, slots=True)
class SqlView:
    """A view with its columns."""

    name: str
    meaning: str
    columns: tuple[ViewColumn, ...]
    select: str
    """From the tables of the history."""


def _time(column: str) -> str:
    """Return the SQL of a time in UTC; NULL for one that no calendar has."""
    return f"TRY(make_timestamp(({column} * 1000000)::BIGINT))"


_ID: Final = ViewColumn("id", "VARCHAR", "the id of the entity")
_TYPE: Final = ViewColumn("entity_type", "VARCHAR", "the type of the entity")
_VERSION: Final = ViewColumn("version", "BIGINT", "the version of the entity after the event")
_TIME: Final = ViewColumn("time", "TIMESTAMP", "when the event happened, in UTC")
_EXACTNESS: Final = ViewColumn("exactness", "VARCHAR", "how far the state can be trusted: exact, inferred or broken")
_JSON: Final = f"CASE WHEN kind = {ValueKind.ABSENT:d} THEN NULL ELSE coalesce(json, text)::JSON END"
_STATE: Final = (
    "(SELECT json_group_object(attribute, value) FROM (SELECT c.attribute, arg_max({json}, c.version) AS value,"
    " arg_max(kind, c.version) AS kind FROM change c JOIN value v ON v.number = c.value"
    " WHERE c.entity = s.entity AND c.version <= s.version GROUP BY c.attribute) WHERE kind <> {absent})"
)

VIEWS: Final = (
    SqlView(
        "entities",
        "each entity once",
        (
            _ID,
            ViewColumn("type", "VARCHAR", "the type of the entity"),
            ViewColumn("version", "BIGINT", "the last version"),
            ViewColumn("events", "BIGINT", "how many events it has"),
            ViewColumn("created", "TIMESTAMP", "when its first event happened, in UTC"),
            ViewColumn("modified", "TIMESTAMP", "when its last event happened, in UTC"),
            ViewColumn("discarded", "BOOLEAN", "whether it has no state at its end"),
            _EXACTNESS,
        ),
        f"SELECT e.id, e.type, s.version, s.events, {_time('s.created')}, {_time('s.modified')}, NOT s.present,"
        " s.exactness FROM known_entity e"
        " JOIN (SELECT entity, max(version) AS version, count(*) AS events, arg_min(time, version) AS created,"
        " arg_max(time, version) AS modified, arg_max(present, version) AS present,"
        " arg_max(exactness, version) AS exactness FROM step GROUP BY entity) s ON s.entity = e.number",
    ),
    SqlView(
        "events",
        "each event, with what became of the state",
        (
            _ID,
            _TYPE,
            _VERSION,
            ViewColumn("type", "VARCHAR", "the type of the event"),
            _TIME,
            _EXACTNESS,
            ViewColumn("failure", "VARCHAR", "why the event could not be applied; NULL if it was"),
        ),
        f"SELECT e.id, e.type, s.version, s.type, {_time('s.time')}, s.exactness, s.failure FROM step s"
        " JOIN known_entity e"
        " ON e.number = s.entity",
    ),
    SqlView(
        "changes",
        "each attribute that an event changed, with its value before and after",
        (
            _ID,
            _TYPE,
            _VERSION,
            ViewColumn("attribute", "VARCHAR", "the name of the attribute"),
            ViewColumn("before", "JSON", "its value before the event; NULL if it had none"),
            ViewColumn("after", "JSON", "its value after the event; NULL if it is gone"),
            ViewColumn("before_number", "DOUBLE", "the same as a number, if it is one"),
            ViewColumn("after_number", "DOUBLE", "the same as a number, if it is one"),
            ViewColumn("time", "TIMESTAMP", "the latest time of the events up to this one, in UTC"),
        ),
        "SELECT e.id, e.type, c.version, c.attribute, lag(c.json) OVER w, c.json, lag(c.amount) OVER w, c.amount,"
        f" {_time('c.reached')} FROM (SELECT c.*, {_JSON} AS json, v.amount FROM change c"
        " JOIN value v ON v.number = c.value) c"
        " JOIN known_entity e"
        " ON e.number = c.entity WINDOW w AS (PARTITION BY c.entity, c.attribute ORDER BY c.version)",
    ),
    SqlView(
        "states",
        "the whole state of each version; ask it with a condition, as each state is put together",
        (
            _ID,
            _TYPE,
            _VERSION,
            ViewColumn("event", "VARCHAR", "the type of the event that made it"),
            _TIME,
            _EXACTNESS,
            ViewColumn("state", "JSON", "the attributes with their values; NULL where there is no state"),
        ),
        f"SELECT e.id, e.type, s.version, s.type, {_time('s.time')}, s.exactness, CASE WHEN s.present THEN"
        f" {_STATE.format(json=_JSON, absent=int(ValueKind.ABSENT))} END FROM step s"
        " JOIN known_entity e"
        " ON e.number = s.entity",
    ),
)


SNAPSHOTS: Final = SqlView(
    "snapshots",
    "each snapshot",
    (
        _ID,
        _TYPE,
        ViewColumn("version", "BIGINT", "the version of the state in it"),
        ViewColumn("time", "TIMESTAMP", "when the event of that version happened, in UTC"),
    ),
    f"SELECT n.id, e.type, n.version, {_time('s.time')} FROM known_snapshot n LEFT JOIN known_entity e ON e.id = n.id"
    " LEFT JOIN step s ON s.entity = e.number AND s.version = n.version",
)
INNER: Final = ("known_entity", "known_snapshot")
"""Tables and views that the documented ones are made of."""
_MOST_ATTRIBUTES: Final = 300
"""Of an entity type that are columns; the others are in ``states``."""


def add_views(database: HistoryDatabase) -> None:
    """Add the documented views."""
    database.execute(
        "CREATE VIEW known_entity AS SELECT number, any_value(id) AS id, any_value(type) AS type FROM entity"
        " GROUP BY number"
    )
    for view in VIEWS:
        columns = ", ".join(quoted(each.name) for each in view.columns)
        database.execute(f"CREATE VIEW {quoted(view.name)} ({columns}) AS {view.select}")


def add_snapshots(database: HistoryDatabase, snapshots: Sequence[tuple[str, int]]) -> None:
    """Add or replace the view of the snapshots of a store, which are ids of entities with versions."""
    ids, versions = [each for each, _ in snapshots], [version for _, version in snapshots]
    database.execute(
        "CREATE OR REPLACE TABLE known_snapshot AS SELECT unnest($1::VARCHAR[]) AS id, unnest($2::BIGINT[]) AS version",
        [ids, versions],
    )
    columns = ", ".join(quoted(each.name) for each in SNAPSHOTS.columns)
    database.execute(f"CREATE OR REPLACE VIEW {quoted(SNAPSHOTS.name)} ({columns}) AS {SNAPSHOTS.select}")


def add_type(database: HistoryDatabase, entity_type: str) -> None:
    """Add a view with the name of an entity type: its entities at their ends, each attribute a column.

    A column is of numbers where all its values are; otherwise of text, or of JSON where one is a list or a dict.
    """
    found = database.rows(
        "SELECT v.attribute, list(DISTINCT v.kind) FROM value v WHERE v.number IN (SELECT c.value FROM change c"
        " WHERE c.entity IN (SELECT number FROM entity WHERE type = ?)) GROUP BY ALL ORDER BY min(v.number) LIMIT ?",
        [entity_type, _MOST_ATTRIBUTES],
    )
    facts = ("id", "version", "created", "modified", "discarded", "exactness")
    columns = [f"any_value(n.{each}) AS {each}" for each in facts]
    taken = {*facts}
    for attribute, kinds in found:
        name = _free_name(attribute, taken)
        columns.append(f"any_value({_typed(set(kinds))}) FILTER (attribute = {literal(attribute)}) AS {quoted(name)}")
    last = (
        "SELECT c.entity, c.attribute, v.kind, v.amount, coalesce(v.json, v.text)::JSON AS json FROM (SELECT entity,"
        " attribute, arg_max(value, version) AS value FROM change GROUP BY ALL) c JOIN value v ON v.number = c.value"
    )
    database.execute(
        f"CREATE VIEW {quoted(entity_type)} AS SELECT {', '.join(columns)} FROM entities n"
        f" JOIN known_entity e ON e.id = n.id LEFT JOIN ({last}) l ON l.entity = e.number"
        f" WHERE n.type = {literal(entity_type)} GROUP BY e.number"
    )


def _free_name(attribute: str, taken: set[str]) -> str:
    """Return the name of a column, for DuckDB, which takes ``Total`` and ``total`` for the same; add it to those taken.

    An attribute that has the name of another column gets a number.
    """
    name, number = attribute or "(no name)", 2
    while name.casefold() in taken:
        name, number = f"{attribute} {number}", number + 1
    taken.add(name.casefold())
    return name


def _typed(kinds: Collection[int]) -> str:
    """Return the SQL of a value of which all kinds are known, in the type that holds all of them."""
    values = {*kinds} - {ValueKind.ABSENT, ValueKind.NULL}
    if values == {ValueKind.NUMBER}:
        return "amount"
    if values == {ValueKind.BOOLEAN}:
        return "amount = 1"
    if ValueKind.CONTAINER in values:
        return f"CASE WHEN kind <> {ValueKind.ABSENT:d} THEN json END"
    return f"CASE WHEN kind NOT IN ({ValueKind.ABSENT:d}, {ValueKind.NULL:d}) THEN json ->> '$' END"
