"""A look at the tables of a database of no known format: their columns, and the first few rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, exc, func, select

from es_desktop.core import EntityId, StoreRefusedError

from .formats.base import SequenceTable
from .layout import Layout, TableInfo
from .location import StoreLocation
from .opening import open_database

_MOST_TABLES: Final = 100
_ROWS: Final = 12
_FIRST_SCHEMAS: Final = (None, "public")


@dataclass(frozen=True, slots=True)
class TableSample:
    """A table that has rows, by the name that a table map has for it."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def sample_tables(location: StoreLocation) -> tuple[TableSample, ...]:
    """Return the tables of a database that have rows. Raises ``StoreRefusedError`` where it cannot be read."""
    database = open_database(location)
    try:
        with database.engine.connect() as connection:
            layout = Layout.of(connection)
            filled = [table for table in layout.tables if not table.is_empty]
            return tuple(_sample(connection, table) for table in filled[:_MOST_TABLES])
    except exc.DatabaseError as error:
        raise StoreRefusedError(f"{location.name} cannot be read: {error.orig}", "Try a copy of it.") from error
    finally:
        database.close()


def _sample(connection: Connection, table: TableInfo) -> TableSample:
    found = connection.execute(select(table.selectable()).limit(_ROWS)).all()
    name = table.name if table.schema in _FIRST_SCHEMAS else f"{table.schema}.{table.name}"
    return TableSample(name, table.columns, tuple(tuple(row) for row in found))


def first_twin(table: SequenceTable) -> tuple[EntityId, Any] | None:
    """Return the sequence and the position of two records that have both in common; ``None`` where there are none."""
    strategy = table.strategy
    sequence_id, position, *_ = strategy.columns
    statement = select(sequence_id, position).group_by(sequence_id, position)
    try:
        found = strategy.session.execute(statement.having(func.count() > 1).limit(1)).first()
    finally:
        strategy.session.rollback()
    return None if found is None else (found[0], found[1])
