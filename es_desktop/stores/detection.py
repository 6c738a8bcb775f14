"""What a database holds: every store of a known format in it, and what could not be looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, false

from es_desktop.core import StoreRefusedError

from .columnmap import ColumnMap
from .formats import FORMATS, TableFormat
from .formats.base import TableSet
from .formats.mapped import MappedFormat
from .layout import Layout, PassedOver


@dataclass(frozen=True, slots=True)
class FoundStore:
    """One store of a database."""

    format: TableFormat
    tables: TableSet
    is_empty: bool

    @property
    def table_name(self) -> str:
        """The table of its events, with its schema where that is not the first one."""
        return self.tables.table.shown_name


@dataclass(frozen=True, slots=True)
class Detection:
    """The stores of a database: one of ours, then those that have events, then those that have none yet."""

    layout: Layout
    stores: tuple[FoundStore, ...]
    passed_over: tuple[PassedOver, ...]

    def notes(self, shown: FoundStore) -> tuple[str, ...]:
        """Return what a person should know who sees one of the stores: which others there are, what is left out."""
        return (*self._others(shown), *map(str, self.passed_over))

    def _others(self, shown: FoundStore) -> Iterator[str]:
        others = [
            f"{each.format.name} in {each.table_name}{', empty' * each.is_empty}"
            for each in self.stores
            if each.table_name != shown.table_name
        ]
        if others:
            count = "another store" if len(others) == 1 else f"{len(others)} other stores"
            yield f"{shown.table_name} is shown; the database holds {count}: {'; '.join(others)}"


def detect(connection: Connection) -> Detection:
    """Return what a database holds. Each table that a format could read is looked at by itself.

    Raises ``DatabaseError`` of SQLAlchemy where not even the catalogue can be read. What is found may be opened once
    the connection is closed.
    """
    layout = Layout(connection)
    found: dict[str, FoundStore] = {}
    for each in FORMATS:
        for tables in each.find(layout):
            if tables.table.qualified not in found:
                found |= {store.tables.table.qualified: store for store in _looked_at(layout, each, tables)}
    stores = sorted(found.values(), key=lambda store: (not store.format.is_ours, store.is_empty))
    return Detection(layout, tuple(stores), tuple(layout.passed_over))


def store_by_map(detection: Detection, table_map: ColumnMap) -> FoundStore:
    """Return the store that a map of a person makes of a database. Raises ``StoreRefusedError`` where it cannot be."""
    found, layout = MappedFormat(table_map), detection.layout
    tables = next(found.find(layout))
    store = next(_looked_at(layout, found, tables), None)
    if store is None:
        raise StoreRefusedError(f"{tables.table.shown_name} cannot be read: {layout.passed_over[-1].reason}")
    return store


def _looked_at(layout: Layout, format: TableFormat, tables: TableSet) -> Iterator[FoundStore]:
    """Yield the store, unless its events cannot be read: whether they may be is seen without reading any."""
    if format.is_ours:
        yield FoundStore(format, tables, is_empty=False)
        return
    may_be_read = layout.read_rows(tables.table, tables.events.where(false())) is not None
    has_rows = layout.has_rows(tables.table) if may_be_read else None
    if has_rows is not None:
        yield FoundStore(format, tables, is_empty=not has_rows)
