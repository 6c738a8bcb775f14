"""Finds every store of a known format in a database, and reports the tables that cannot be read."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, false

from es_desktop.core import StoreRefusedError

from .columnmap import ColumnMap
from .formats import FORMATS, TableFormat
from .formats.base import TableSet
from .formats.mapped import MappedFormat
from .layout import Layout, PassedOver, TableInfo


@dataclass(frozen=True, slots=True)
class FoundStore:
    """One store of a database."""

    format: TableFormat
    tables: TableSet
    is_empty: bool

    @property
    def table_name(self) -> str:
        """The table of its events, with its schema if that is not the default one."""
        return self.tables.table.shown_name


@dataclass(frozen=True, slots=True)
class Detection:
    """The stores of a database: first ours, then those with events, then the empty ones."""

    layout: Layout
    stores: tuple[FoundStore, ...]
    passed_over: tuple[PassedOver, ...]

    def notes(self, shown: FoundStore) -> tuple[str, ...]:
        """Return notes on the store that is shown: which others the database holds, and what was passed over."""
        others = [
            f"{each.format.name} in {each.table_name}{', empty' * each.is_empty}"
            for each in self.stores
            if each.table_name != shown.table_name
        ]
        notes = [str(each) for each in self.passed_over]
        if others:
            count = "another store" if len(others) == 1 else f"{len(others)} other stores"
            notes.insert(0, f"{shown.table_name} is shown; the database holds {count}: {'; '.join(others)}")
        return tuple(notes)


def detect(connection: Connection) -> Detection:
    """Return the stores of a database. An unreadable table hides no other one: each is read in its own savepoint.

    The result stays valid after the connection is closed. Raises SQLAlchemy's ``DatabaseError`` if even the catalogue
    cannot be read.
    """
    layout = Layout(connection)
    found: dict[TableInfo, FoundStore] = {}
    for each in FORMATS:
        for tables in each.find(layout):
            store = None if tables.table in found else _readable(layout, each, tables)
            if store is not None:
                found[tables.table] = store
    stores = sorted(found.values(), key=lambda store: (not store.format.is_ours, store.is_empty))
    return Detection(layout, tuple(stores), tuple(layout.passed_over))


def store_by_map(detection: Detection, table_map: ColumnMap) -> FoundStore:
    """Return the store that a person's column map describes. Raises ``StoreRefusedError`` if it cannot be read."""
    found, layout = MappedFormat(table_map), detection.layout
    tables = next(found.find(layout))
    store = _readable(layout, found, tables)
    if store is None:
        raise StoreRefusedError(f"{tables.table.shown_name} cannot be read: {layout.passed_over[-1].reason}")
    return store


def _readable(layout: Layout, format: TableFormat, tables: TableSet) -> FoundStore | None:
    """Return the store if its events can be read."""
    if format.is_ours:
        return FoundStore(format, tables, is_empty=False)
    # The statement checks tables, columns and permissions without the cost of a row.
    may_be_read = layout.read_rows(tables.table, tables.events.where(false())) is not None
    has_rows = layout.has_rows(tables.table) if may_be_read else None
    return None if has_rows is None else FoundStore(format, tables, is_empty=not has_rows)
