"""A database of an object-centric event log, OCEL 2.0 in its relational form: made once, to be read by other programs.

Source: https://www.ocel-standard.org/specification/formats/relational/.
"""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

MOST_ATTRIBUTES: Final = 1_900
"""Attributes of a type that get a column; SQLite has at most 2,000."""
_COLUMN_TYPES: Final = {
    "string": "TEXT",
    "integer": "INTEGER",
    "float": "REAL",
    "boolean": "BOOLEAN",
    "time": "TIMESTAMP",
}
_TABLES: Final = """
CREATE TABLE event_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
CREATE TABLE object_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
CREATE TABLE event (ocel_id TEXT PRIMARY KEY, ocel_type TEXT REFERENCES event_map_type (ocel_type));
CREATE TABLE object (ocel_id TEXT PRIMARY KEY, ocel_type TEXT REFERENCES object_map_type (ocel_type));
CREATE TABLE event_object (
    ocel_event_id TEXT REFERENCES event (ocel_id), ocel_object_id TEXT REFERENCES object (ocel_id),
    ocel_qualifier TEXT, PRIMARY KEY (ocel_event_id, ocel_object_id, ocel_qualifier)
);
CREATE TABLE object_object (
    ocel_source_id TEXT REFERENCES object (ocel_id), ocel_target_id TEXT REFERENCES object (ocel_id),
    ocel_qualifier TEXT, PRIMARY KEY (ocel_source_id, ocel_target_id, ocel_qualifier)
);
"""
_TAKEN: Final = {"event": ("object", "map_type"), "object": ("object", "map_type")}
"""Ends of the names of tables that are not those of a type."""


class OcelFile:
    """Writes one log."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        event_types: Mapping[str, Mapping[str, str]],
        object_types: Mapping[str, Mapping[str, str]],
    ) -> None:
        """The types have the types of their attributes, by name."""
        self._connection = connection
        self._events = self._make_tables("event", event_types, ["ocel_time TIMESTAMP"])
        changed = ["ocel_time TIMESTAMP", "ocel_changed_field TEXT"]
        self._objects = self._make_tables("object", object_types, changed)

    def add_event(
        self, id: str, type: str, time: dt.datetime, object_id: str, qualifier: str, attributes: Mapping[str, Any]
    ) -> None:
        """Add an event that is related to one object."""
        self._run("INSERT INTO event VALUES (?, ?)", id, type)
        self._run("INSERT OR IGNORE INTO event_object VALUES (?, ?, ?)", id, object_id, qualifier)
        self._insert(self._events[type], {"ocel_id": id, "ocel_time": _stored(time)}, attributes)

    def add_object(self, id: str, type: str, time: dt.datetime, attributes: Mapping[str, Any]) -> None:
        """Add an object with the attributes that it begins with."""
        self._run("INSERT OR IGNORE INTO object VALUES (?, ?)", id, type)
        self._insert(self._objects[type], {"ocel_id": id, "ocel_time": _stored(time)}, attributes)

    def change_object(self, id: str, type: str, time: dt.datetime, attributes: Mapping[str, Any]) -> None:
        """Add the values that attributes of an object have from a time on."""
        table, columns = self._objects[type]
        for name, value in attributes.items():
            if name in columns:
                own = {"ocel_id": id, "ocel_time": _stored(time), "ocel_changed_field": columns[name]}
                self._insert((table, columns), own, {name: value})

    def _make_tables(
        self, of: str, types: Mapping[str, Mapping[str, str]], columns: Sequence[str]
    ) -> dict[str, tuple[str, dict[str, str]]]:
        made: dict[str, tuple[str, dict[str, str]]] = {}
        names = _distinct(types, _TAKEN[of])
        for name, attributes in types.items():
            self._run(f"INSERT INTO {of}_map_type VALUES (?, ?)", name, names[name])
            kept = list(attributes)[:MOST_ATTRIBUTES]
            own = _distinct(kept, ("ocel_id", "ocel_time", "ocel_changed_field"), is_plain=False)
            typed = [f"{_quoted(own[each])} {_COLUMN_TYPES[attributes[each]]}" for each in kept]
            key = f"ocel_id TEXT {'PRIMARY KEY ' if of == 'event' else ''}REFERENCES {of} (ocel_id)"
            table = _quoted(f"{of}_{names[name]}")
            self._run(f"CREATE TABLE {table} ({', '.join([key, *columns, *typed])})")
            made[name] = (table, own)
        return made

    def _insert(self, table: tuple[str, Mapping[str, str]], own: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        name, columns = table
        row = {**own, **{columns[each]: _stored(value) for each, value in values.items() if each in columns}}
        marks = ", ".join("?" * len(row))
        self._run(f"INSERT INTO {name} ({', '.join(map(_quoted, row))}) VALUES ({marks})", *row.values())

    def _run(self, statement: str, *values: Any) -> None:
        self._connection.execute(statement, values)


@contextmanager
def ocel_file(
    path: Path, event_types: Mapping[str, Mapping[str, str]], object_types: Mapping[str, Mapping[str, str]]
) -> Iterator[OcelFile]:
    """Yield the writer of a new file; it is whole at the end of the block. Raises ``sqlite3.Error``."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF").close()  # a file that is not finished is removed
        connection.execute("PRAGMA synchronous = OFF").close()
        connection.execute("BEGIN")
        for statement in _TABLES.split(";\n"):
            connection.execute(statement)
        yield OcelFile(connection, event_types, object_types)
        connection.execute("COMMIT")


def _distinct(names: Iterable[str], taken: Iterable[str], *, is_plain: bool = True) -> dict[str, str]:
    """Return a name in SQL for each name, which differ also for SQLite, to which upper and lower case are the same."""
    used, found = {each.lower() for each in taken}, dict[str, str]()
    for name in names:
        base = (re.sub(r"\W+", "", name, flags=re.ASCII) if is_plain else name.replace("\0", "")) or "unnamed"
        number, chosen = 1, base
        while chosen.lower() in used:
            number += 1
            chosen = f"{base}_{number}"
        used.add(chosen.lower())
        found[name] = chosen
    return found


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _stored(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).replace(tzinfo=None).isoformat(" ", "milliseconds")
    return value
