"""The layout of a database: its tables and views with their columns, from the catalogue. It alone identifies a format.

A table is read only if a format matches it, in a separate savepoint, so that an unreadable table hides no other one.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any, Final, cast

from sqlalchemy import Column, Connection, MetaData, Select, Table, exc, literal_column, select, text
from sqlalchemy import table as table_clause

from es_desktop.system.limits import limits, over

from .engines.any_text import AnyTextConnection
from .engines.read_only_file import FileConnection
from .engines.sqlite import unknown_collations, used_collations
from .queries import TAKES_TOO_LONG, is_late, reason_of

_POSTGRESQL_COLUMNS: Final = text(
    # Partitions, and tables that only inherit columns, belong to their parent, if that can be read. With permission for
    # some columns only, the table has just these. Schemas of the search path come first. A domain is read as the type
    # that it is made of, and each composite type is a ``record``.
    """
    WITH RECURSIVE bases(domain, type_id) AS (
        SELECT oid, typbasetype FROM pg_type WHERE typtype = 'd'
        UNION ALL SELECT b.domain, t.typbasetype FROM bases b JOIN pg_type t ON t.oid = b.type_id AND t.typtype = 'd'
    ), given AS (
        SELECT a.attrelid, a.attname, a.attnum, has_column_privilege(a.attrelid, a.attnum, 'SELECT') AS may,
            CASE WHEN t.typtype = 'c' THEN 'record' ELSE t.oid::regtype::text END AS type_name
        FROM pg_attribute a LEFT JOIN (bases b JOIN pg_type d ON d.oid = b.type_id AND d.typtype <> 'd')
            ON b.domain = a.atttypid JOIN pg_type t ON t.oid = coalesce(d.oid, a.atttypid)
        WHERE a.attnum > 0 AND NOT a.attisdropped
    ), readable AS (
        SELECT *, bool_or(may) OVER (PARTITION BY attrelid) AS may_some FROM given
    )
    SELECT n.nspname, c.relname, r.attname, r.type_name, c.relkind IN ('v', 'm'), c.oid::bigint,
        ARRAY(SELECT i.inhparent::bigint FROM pg_inherits i WHERE i.inhrelid = c.oid),
        CASE WHEN (SELECT s.source NOT IN ('default', 'configuration file') FROM pg_settings s
                   WHERE s.name = 'search_path') THEN array_position(current_schemas(false), n.nspname) END
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN readable r ON r.attrelid = c.oid
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
      AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
      AND NOT (EXISTS (SELECT FROM pg_inherits i
                       WHERE i.inhrelid = c.oid AND has_any_column_privilege(i.inhparent, 'SELECT'))
               AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0
                               AND NOT a.attisdropped AND a.attinhcount = 0))
      AND (r.may OR NOT r.may_some)
    ORDER BY c.relkind IN ('v', 'm'), array_position(current_schemas(false), n.nspname), n.nspname, c.relname, r.attnum
    """
)
_SQLITE_TABLES: Final = text(
    "SELECT name, type = 'view' FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' "
    "ESCAPE '\\' ORDER BY type = 'view', name"
)
_SQLITE_COLUMNS: Final = text("SELECT name FROM pragma_table_xinfo(:name) WHERE hidden <> 1 ORDER BY cid")
_SQLITE_TYPES: Final = text("SELECT name, type FROM pragma_table_info(:name)")
_WITHOUT_ROWID: Final = text("SELECT name FROM pragma_table_list WHERE schema = 'main' AND wr")
_MOST_SAMPLES: Final = 100
_SAMPLE_ROWS: Final = 12
_BAD_DEFINITION: Final = re.compile(r"malformed database schema \((.*?)\)(?: - )?(.*)", re.DOTALL)
TOO_LONG: Final = sys.maxsize
_LIMITS: Final = text("SELECT set_config('lock_timeout', '1s', true), set_config('statement_timeout', :most, true)")
"""How long a read may take, and how long a read waits for a table that another session has locked."""


@dataclass(frozen=True)
class TableInfo:
    """One table or view: its name and its columns, as the database spells them."""

    name: str
    columns: tuple[str, ...]
    schema: str | None = None
    has_rowid: bool = False
    """Whether it is a table of SQLite that has row ids, which grow with each row."""
    types: Mapping[str, str] = field(default_factory=dict, compare=False)
    """The types of PostgreSQL's columns by their names in lower case: of a domain the type that it is made of, and
    ``record`` for composite types. Empty for SQLite, which takes any type in any column."""
    is_collated: bool = False
    """Whether the SQLite file uses a collation that only the program that writes it defines."""
    is_view: bool = False
    number: int = 0
    """The number of PostgreSQL's table in its catalogue."""
    parents: frozenset[int] = frozenset()
    """The numbers of the tables that it is a part of, by inheritance."""
    search_position: int | None = None
    """The position of its schema in a ``search_path`` that was set for the user, the database or by the URL."""
    has_collation: bool = False
    """Whether the SQLite file uses a collation of SQLite's own, by which texts may be equal that are not the same."""

    @cached_property
    def lower(self) -> frozenset[str]:
        """The names of the columns in lower case, since databases differ in how they fold case."""
        return frozenset(map(str.lower, self.columns))

    @property
    def shown_name(self) -> str:
        """The name in a table map and for a person: with the schema unless that is ``public``."""
        return self.name if self.schema in (None, "public") else f"{self.schema}.{self.name}"

    def selectable(self, *, ignores_underscores: bool = False) -> Table:
        """Return the table for queries. Its columns have lower-case names (``table.c.stream_id``)."""
        return _selectable(self.name, self.schema, self.columns, ignores_underscores)


@lru_cache(maxsize=256)  # a statement on the same table need not be compiled again
def _selectable(table: str, schema: str | None, names: Sequence[str], ignores_underscores: bool) -> Table:
    columns: dict[str, Column[Any]] = {}
    for name in names:
        key = name.lower().replace("_", "") if ignores_underscores else name.lower()
        if key not in columns or name == name.lower():  # of columns that differ only in case, the one in lower case
            columns[key] = Column(name, key=key)
    return Table(table, MetaData(), *columns.values(), schema=schema)


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A table that cannot be read."""

    table: str
    """Its ``shown_name``."""
    reason: str
    """The error of the database, in one line."""

    def __str__(self) -> str:
        return f"{self.table} is passed over: {self.reason}"


@dataclass(frozen=True, slots=True)
class TableSample:
    """The first rows of a table, with its name in table maps."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


class Layout:
    """The tables and then the views of a database. Rows can be read until the connection is closed."""

    def __init__(self, connection: Connection) -> None:
        """Read the catalogue. Raises SQLAlchemy's ``DatabaseError`` if that fails."""
        self.dialect = connection.dialect.name
        self.application_id = 0
        """From the header of an SQLite file; 0 for PostgreSQL."""
        self.passed_over: list[PassedOver] = []
        self._connection = connection
        self._with_rows: dict[TableInfo, bool | None] = {}
        if self.dialect == "postgresql":
            connection.execute(_LIMITS, {"most": f"{limits().table_seconds}s"})
        self.tables: Sequence[TableInfo] = tuple(self._postgresql() if self.dialect == "postgresql" else self._sqlite())

    def has_rows(self, table: TableInfo) -> bool | None:
        """Return whether a table has rows; ``None`` if it cannot be read, which is added to ``passed_over``."""
        if table not in self._with_rows:
            named = table_clause(table.name, schema=table.schema)
            found = self.read_rows(table, select(literal_column("1")).select_from(named).limit(1))
            self._with_rows[table] = None if found is None else bool(found)
        return self._with_rows[table]

    def read_rows(self, table: TableInfo, statement: Select[Any]) -> Sequence[Any] | None:
        """Return the rows of a statement on a table; ``None`` if it fails, which is added to ``passed_over``."""
        try:
            with self._limited():
                return self._connection.execute(statement).all()
        except (exc.DatabaseError, OverflowError, ValueError) as error:
            self._pass_over(table.shown_name, error)
            return None

    def count(self, statement: Select[int]) -> int | None:
        """Return the number that a statement selects; ``None`` if it fails, ``TOO_LONG`` if it takes too long."""
        try:
            with self._limited():
                return int(self._connection.execute(statement).scalar_one())
        except (exc.DatabaseError, OverflowError, ValueError) as error:
            return TOO_LONG if is_late(error) else None

    @contextmanager
    def _limited(self) -> Iterator[None]:
        """Have SQLite interrupt a statement that takes too long; PostgreSQL does that by itself."""
        if self.dialect != "sqlite":
            # A failed statement ends the transaction; the savepoint keeps it usable for other tables.
            with self._connection.begin_nested():
                yield
            return
        clock = cast(AnyTextConnection, self._connection.connection.driver_connection).clock
        before, clock.most_seconds = clock.most_seconds, limits().table_seconds
        try:
            yield
        finally:
            clock.most_seconds = before

    def declared_types(self, table: TableInfo) -> Mapping[str, str]:
        """Return the types of a table's columns as they were declared, both in lower case."""
        if self.dialect == "postgresql":
            return table.types
        rows = self._connection.execute(_SQLITE_TYPES, {"name": table.name})
        return {name.lower(): declared.lower() for name, declared in rows}

    def named(self, name: str) -> TableInfo | None:
        """Return the first table with a name (in lower case), in any schema; ``None`` if there is none."""
        return next((table for table in self.tables if table.name.lower() == name), None)

    def table_in_schema_of(self, table: TableInfo, name: str, *columns: str) -> TableInfo | None:
        """Return the table in the schema of ``table`` with this name (in lower case) and these columns, if any."""
        found = (each for each in self.tables if each.schema == table.schema and each.name.lower() == name)
        return next((each for each in found if each.lower.issuperset(columns)), None)

    def samples(self) -> tuple[TableSample, ...]:
        """Return the first tables that have rows, to make a map from; unreadable tables are passed over."""
        return tuple(islice(self._samples(), _MOST_SAMPLES))

    def _samples(self) -> Iterator[TableSample]:
        for table in self.tables:
            selectable = table.selectable()
            rows = self.read_rows(table, select(selectable).limit(_SAMPLE_ROWS))
            if rows:
                names = tuple(str(each.name) for each in selectable.c)
                yield TableSample(table.shown_name, names, tuple(map(tuple, rows)))

    def _pass_over(self, name: str, error: Exception) -> None:
        reason = reason_of(error) if isinstance(error, exc.DBAPIError) else str(error)
        found = PassedOver(name, over(TAKES_TOO_LONG, "table_seconds") if is_late(error) else reason)
        if found not in self.passed_over:
            self.passed_over.append(found)

    def _sqlite(self) -> Iterator[TableInfo]:
        self.application_id = self._connection.exec_driver_sql("PRAGMA application_id").scalar_one()
        rows = self._connection.execute(_SQLITE_TABLES).all()
        without_rowid = set(self._connection.execute(_WITHOUT_ROWID).scalars())
        unknown = unknown_collations(self._connection.exec_driver_sql)
        known = used_collations(self._connection.exec_driver_sql) - unknown
        driver = self._connection.connection.driver_connection
        bad = _BAD_DEFINITION.fullmatch(driver.bad_definition) if isinstance(driver, FileConnection) else None
        if bad is not None:
            self._pass_over(bad[1], ValueError(f"its definition cannot be read: {bad[2]}"))
        for name, is_view in rows:
            if bad is not None and bad[1] == name:
                continue
            try:
                columns = tuple(self._connection.execute(_SQLITE_COLUMNS, {"name": name}).scalars())
            except exc.DatabaseError as error:
                self._pass_over(name, error)
                continue
            if not columns:
                self._pass_over(name, ValueError("its definition cannot be read"))
            else:
                has_rowid = not is_view and name not in without_rowid
                flags: dict[str, Any] = {"is_collated": bool(unknown), "has_collation": bool(known)}
                yield TableInfo(name, columns, has_rowid=has_rowid, is_view=bool(is_view), **flags)

    def _postgresql(self) -> Iterator[TableInfo]:
        found: dict[tuple[Any, ...], dict[str, str]] = {}
        for schema, name, column, type_name, *about in self._connection.execute(_POSTGRESQL_COLUMNS):
            is_view, number, parents, position = about
            key = schema, name, is_view, number, frozenset(parents), position
            found.setdefault(key, {})[column] = type_name
        for (schema, name, is_view, number, parents, position), columns in found.items():
            types = {column.lower(): type_name for column, type_name in columns.items()}
            yield TableInfo(
                name,
                tuple(columns),
                schema,
                types=types,
                is_view=is_view,
                number=number,
                parents=parents,
                search_position=position,
            )


def match_name(pattern: str, name: str) -> str | None:
    """Return the text that ``*`` matches in a name, in lower case; ``None`` if the name does not match."""
    found = _pattern(pattern).fullmatch(name.lower())
    return None if found is None else (found.group(1) if found.re.groups else "")


@lru_cache(maxsize=256)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile("(.*)".join(map(re.escape, pattern.split("*"))), re.DOTALL)
