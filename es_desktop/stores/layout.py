"""The layout of a database: which tables it has, with which columns. Formats are recognised by it alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, inspect, literal, select, text

_POSTGRESQL_COLUMNS = text(
    # A partition of a table is no table of its own.
    """
    SELECT n.nspname, c.relname, a.attname, a.atttypid::regtype::text
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped
      AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_%'
      AND has_table_privilege(c.oid, 'SELECT')
    ORDER BY n.nspname = 'public' DESC, n.nspname, c.relname, a.attnum
    """
)

_WITHOUT_ROWID = text("SELECT name FROM pragma_table_list WHERE schema = 'main' AND wr")


@dataclass(frozen=True, slots=True)
class TableInfo:
    """One table: its name and those of its columns as the database spells them."""

    name: str
    columns: tuple[str, ...]
    schema: str | None = None
    has_rowid: bool = False
    """Whether SQLite numbers its rows in the order of writing."""
    is_empty: bool = False
    large_objects: frozenset[str] = frozenset()
    """Columns, in lower case, that hold the numbers of PostgreSQL's large objects in place of values."""
    in_bytes: frozenset[str] = frozenset()
    """Columns, in lower case, that a server declares as bytes; SQLite takes anything in any column."""

    @property
    def lower(self) -> frozenset[str]:
        """The names of the columns in lower case: databases fold them as they like."""
        return frozenset(map(str.lower, self.columns))

    def selectable(self) -> Table:
        """Return the table for queries, with its columns under their lower-case names (``table.c.stream_id``)."""
        columns: list[Column[Any]] = [Column(name, key=name.lower()) for name in self.columns]
        return Table(self.name, MetaData(), *columns, schema=self.schema)


@dataclass(frozen=True, slots=True)
class Layout:
    """The tables of a database."""

    tables: Sequence[TableInfo] = field(default_factory=tuple)
    application_id: int = 0
    """What the header of an SQLite file states; 0 elsewhere."""
    dialect: str = "sqlite"

    @classmethod
    def of(cls, connection: Connection, application_id: int = 0) -> Layout:
        """Read the layout of a database."""
        dialect = connection.dialect.name
        found = _postgresql(connection) if dialect == "postgresql" else _inspected(connection)
        return cls(tuple(found), application_id, dialect)

    def having(self, *columns: str, exactly: bool = False, word: str = "") -> list[TableInfo]:
        """Return the tables that have these columns, or just these, and ``word`` in the name; all in lower case."""
        wanted = frozenset(columns)
        return [
            table
            for table in self.tables
            if (table.lower == wanted if exactly else table.lower >= wanted) and word in table.name.lower()
        ]

    def named(self, name: str) -> TableInfo | None:
        """Return the table of a name, in lower case."""
        return next((table for table in self.tables if table.name.lower() == name), None)

    def beside(self, table: TableInfo, name: str, *columns: str) -> TableInfo | None:
        """Return the table of a name, in lower case, in the schema of another one, where it has these columns."""
        wanted = frozenset(columns)
        found = (each for each in self.tables if each.schema == table.schema and each.name.lower() == name)
        return next((each for each in found if each.lower >= wanted), None)


def _inspected(connection: Connection) -> Iterator[TableInfo]:
    inspector = inspect(connection)
    is_sqlite = connection.dialect.name == "sqlite"
    without_rowid = set(connection.execute(_WITHOUT_ROWID).scalars()) if is_sqlite else set()
    for name in inspector.get_table_names():
        columns = tuple(column["name"] for column in inspector.get_columns(name))
        table = TableInfo(name, columns, has_rowid=is_sqlite and name not in without_rowid)
        yield replace(table, is_empty=_is_empty(connection, table))


def _postgresql(connection: Connection) -> Iterator[TableInfo]:
    found: dict[tuple[str, str], dict[str, str]] = {}
    for schema, name, column, kind in connection.execute(_POSTGRESQL_COLUMNS):
        found.setdefault((schema, name), {})[column] = kind
    for (schema, name), columns in found.items():
        large_objects, in_bytes = (_of_kind(columns, kind) for kind in ("oid", "bytea"))
        table = TableInfo(name, tuple(columns), schema, large_objects=large_objects, in_bytes=in_bytes)
        yield replace(table, is_empty=_is_empty(connection, table))


def _of_kind(columns: Mapping[str, str], wanted: str) -> frozenset[str]:
    return frozenset(column.lower() for column, kind in columns.items() if kind == wanted)


def _is_empty(connection: Connection, table: TableInfo) -> bool:
    return connection.execute(select(literal(1)).select_from(table.selectable()).limit(1)).first() is None
