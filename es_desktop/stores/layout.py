"""The layout of a database: which tables and views it has, with which columns. Formats are recognised by it alone.

It is read from the catalogue. A table is looked at only when a format could read it, each by itself, so that one that
cannot be read does not hide the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Column, Connection, MetaData, Select, Table, exc, literal_column, select, text
from sqlalchemy import table as table_clause

from .collations import unknown_collations
from .querying import reason_of

_POSTGRESQL_COLUMNS: Final = text(
    # A partition of a table is no table of its own, nor is a part of one that only inherits. A person who may read some
    # columns alone has a table of these. The schemas that names are looked for in without a prefix come first.
    """
    WITH readable AS (
        SELECT a.attrelid, a.attname, a.attnum, a.atttypid, has_column_privilege(a.attrelid, a.attnum, 'SELECT') AS may
        FROM pg_attribute a WHERE a.attnum > 0 AND NOT a.attisdropped
    )
    SELECT n.nspname, c.relname, r.attname, r.atttypid::regtype::text, c.relkind IN ('v', 'm')
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN readable r ON r.attrelid = c.oid
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
      AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
      AND NOT (EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid)
               AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0
                               AND NOT a.attisdropped AND a.attinhcount = 0))
      AND (r.may OR NOT EXISTS (SELECT FROM readable o WHERE o.attrelid = c.oid AND o.may))
    ORDER BY c.relkind IN ('v', 'm'), array_position(current_schemas(false), n.nspname), n.nspname, c.relname, r.attnum
    """
)
_SQLITE_TABLES: Final = text(
    "SELECT name, type = 'view' FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' "
    "ESCAPE '\\' ORDER BY type = 'view', name"
)
_SQLITE_COLUMNS: Final = text("SELECT name FROM pragma_table_xinfo(:name) WHERE hidden <> 1 ORDER BY cid")
_WITHOUT_ROWID: Final = text("SELECT name FROM pragma_table_list WHERE schema = 'main' AND wr")
_LOCK_SECONDS: Final = 1
"""That a look waits for a table which somebody else has locked."""


@dataclass(frozen=True, slots=True)
class TableInfo:
    """One table or view: its name and those of its columns as the database spells them."""

    name: str
    columns: tuple[str, ...]
    schema: str | None = None
    has_rowid: bool = False
    """Whether SQLite numbers its rows in the order of writing."""
    large_objects: frozenset[str] = frozenset()
    """Columns, in lower case, that hold the numbers of PostgreSQL's large objects in place of values."""
    in_bytes: frozenset[str] = frozenset()
    """Columns, in lower case, that a server declares as bytes; SQLite takes anything in any column."""
    in_json: frozenset[str] = frozenset()
    """Columns, in lower case, that a server declares as JSON."""
    is_collated: bool = False
    """Whether its texts may be ordered in a way that only the program knows which writes it, as SQLite lets it."""

    @property
    def lower(self) -> frozenset[str]:
        """The names of the columns in lower case: databases fold them as they like."""
        return frozenset(map(str.lower, self.columns))

    @property
    def shown_name(self) -> str:
        """The name as a table map has it, and as a person sees it."""
        return self.name if self.schema in (None, "public") else f"{self.schema}.{self.name}"

    @property
    def qualified(self) -> str:
        """The name with the schema, by which no other table goes."""
        return f"{self.schema}.{self.name}"

    def selectable(self, *, ignores_underscores: bool = False) -> Table:
        """Return the table for queries, with its columns under their lower-case names (``table.c.stream_id``)."""
        columns: dict[str, Column[Any]] = {}
        for name in self.columns:
            key = name.lower().replace("_", "") if ignores_underscores else name.lower()
            columns.setdefault(key, Column(name, key=key))  # of columns that differ by case only the first one is meant
        return Table(self.name, MetaData(), *columns.values(), schema=self.schema)


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A table that cannot be looked at."""

    table: str
    """With its schema, where it is not in the first one."""
    reason: str
    """In one line, as the database says it."""

    def __str__(self) -> str:
        return f"{self.table} is passed over: {self.reason}"


class Layout:
    """The tables of a database, as far as a connection to it is there. Tables come before views."""

    def __init__(self, connection: Connection) -> None:
        """Read the catalogue. Raises ``DatabaseError`` of SQLAlchemy where even that cannot be read."""
        self.dialect = connection.dialect.name
        self.application_id = 0
        """What the header of an SQLite file states; 0 elsewhere."""
        self.passed_over: list[PassedOver] = []
        self._connection = connection
        self._filled: dict[TableInfo, bool | None] = {}
        if self.dialect == "postgresql":
            connection.execute(text(f"SET LOCAL lock_timeout = '{_LOCK_SECONDS}s'"))
        self.tables: Sequence[TableInfo] = tuple(self._postgresql() if self.dialect == "postgresql" else self._sqlite())

    def has_rows(self, table: TableInfo) -> bool | None:
        """Tell whether a table has rows; ``None`` where it cannot be looked at, which ``passed_over`` says then."""
        if table not in self._filled:
            named = table_clause(table.name, schema=table.schema)
            found = self.read_rows(table, select(literal_column("1")).select_from(named).limit(1))
            self._filled[table] = None if found is None else bool(found)
        return self._filled[table]

    def read_rows(self, table: TableInfo, statement: Select[Any]) -> Sequence[Any] | None:
        """Return the rows of a statement on a table; ``None`` where it fails, which ``passed_over`` says then."""
        try:
            with self._connection.begin_nested():
                return self._connection.execute(statement).all()
        except (exc.DatabaseError, OverflowError, ValueError) as error:
            self._pass_over(table.shown_name, error)
            return None

    def tables_with(self, *columns: str, exactly: bool = False, table: str = "*") -> list[TableInfo]:
        """Return the tables that have these columns, or just these, and a name such as ``*_events``: in lower case."""
        wanted = frozenset(columns)
        return [
            each
            for each in self.tables
            if (each.lower == wanted if exactly else each.lower >= wanted) and match_name(table, each.name) is not None
        ]

    def named(self, name: str) -> TableInfo | None:
        """Return the table of a name, in lower case."""
        return next((table for table in self.tables if table.name.lower() == name), None)

    def table_in_schema_of(self, table: TableInfo, name: str, *columns: str) -> TableInfo | None:
        """Return the table of a name, in lower case, in the schema of another one, where it has these columns."""
        wanted = frozenset(columns)
        found = (each for each in self.tables if each.schema == table.schema and each.name.lower() == name)
        return next((each for each in found if each.lower >= wanted), None)

    def _pass_over(self, name: str, error: Exception) -> None:
        reason = reason_of(error) if isinstance(error, exc.DBAPIError) else str(error)
        found = PassedOver(name, reason)
        if found not in self.passed_over:
            self.passed_over.append(found)

    def _sqlite(self) -> Iterator[TableInfo]:
        # Asked for, not read from the file: to close a handle on it would end the locks of every connection to it.
        self.application_id = self._connection.exec_driver_sql("PRAGMA application_id").scalar_one()
        rows = self._connection.execute(_SQLITE_TABLES).all()
        without_rowid = set(self._connection.execute(_WITHOUT_ROWID).scalars())
        is_collated = bool(unknown_collations(self._connection.exec_driver_sql))
        for name, is_view in rows:
            try:
                columns = tuple(self._connection.execute(_SQLITE_COLUMNS, {"name": name}).scalars())
            except exc.DatabaseError as error:
                self._pass_over(name, error)
                continue
            if columns:
                has_rowid = not is_view and name not in without_rowid
                yield TableInfo(name, columns, has_rowid=has_rowid, is_collated=is_collated)

    def _postgresql(self) -> Iterator[TableInfo]:
        found: dict[tuple[str, str], dict[str, str]] = {}
        for schema, name, column, kind, _ in self._connection.execute(_POSTGRESQL_COLUMNS):
            found.setdefault((schema, name), {})[column] = kind
        for (schema, name), columns in found.items():
            large_objects, in_bytes, in_json = (
                _of_types(columns, *types) for types in (("oid",), ("bytea",), ("json", "jsonb"))
            )
            yield TableInfo(
                name, tuple(columns), schema, large_objects=large_objects, in_bytes=in_bytes, in_json=in_json
            )


def match_name(pattern: str, name: str) -> str | None:
    """Return the text that ``*`` stands for in a name, in lower case; ``None`` where the name is another one."""
    found = _pattern(pattern).fullmatch(name.lower())
    return None if found is None else (found.group(1) if found.re.groups else "")


@lru_cache(maxsize=256)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile("(.*)".join(map(re.escape, pattern.split("*"))), re.DOTALL)


def _of_types(columns: Mapping[str, str], *wanted: str) -> frozenset[str]:
    return frozenset(column.lower() for column, kind in columns.items() if kind in wanted)
