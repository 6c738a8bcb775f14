"""Opens and creates stores, and finds those in a database. Only stores of ours can be written."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sqlalchemy import Column, Connection, Engine, FromClause, Select, exc, false, func, select

from es_desktop.core import KnownClasses, StoreRefusedError

from .columnmap import ColumnMap
from .datastore import SQLAlchemyDatastore
from .engines import postgresql
from .engines.new_file import Step, new_file, no_step, remove_leftovers
from .engines.sqlite import APPLICATION_ID, SqliteFile, define_collations, identity, make_file
from .formats import FORMATS, TableFormat
from .formats.base import StoreTables, TableSet
from .formats.esdb import CASE_NOTES, COPY_NOTES, USER_VERSION
from .formats.mapped import MappedFormat
from .layout import Layout, PassedOver, TableInfo, TableSample
from .location import StoreLocation
from .options import NO_OPTIONS, OpenOptions
from .queries import is_damage, reason_of
from .reading.batches import BatchReader
from .reading.reader import StoreReader


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


FindMap = Callable[[], ColumnMap | None]
"""Returns the column map that is kept for a store, if there is one."""

T = TypeVar("T")


class Database(Protocol):
    """A file, or a database on a server, that holds a store."""

    engine: Engine
    writable: bool
    may_be_written: bool

    @property
    def attachable(self) -> str | None:
        """The URI by which another SQLite connection attaches the file read-only; ``None`` if that is not possible."""

    def has_changed(self) -> bool:
        """Return whether another process or program committed since the last call. Always call it from one thread."""

    def close(self) -> None:
        """Close all connections."""


class OpenedStore:
    """An open store: its format, its tables, and readers for them. Must be closed."""

    def __init__(
        self,
        location: StoreLocation,
        database: Database,
        classes: KnownClasses,
        options: OpenOptions,
        find_map: FindMap,
    ) -> None:
        self.location = location
        self.may_be_written = database.may_be_written and options.table_map is None
        self.has_changed = database.has_changed
        """See ``Database.has_changed``."""
        self._database = database
        self._datastore = SQLAlchemyDatastore(engine=database.engine)
        with _connection(location, database) as connection:
            self.detection = detect(connection)
            found, self.table_map = _choose(location, self.detection, options, find_map)
        self.format = found.format
        tables = found.tables.opened(self._datastore.db_session, classes, options)
        self.tables = replace(tables, notes=(*tables.notes, *self.detection.notes(found)))
        self.reader = StoreReader(database.engine, self.tables)
        self.batches = BatchReader(database.engine, self.tables)
        if isinstance(database, postgresql.PostgresqlDatabase):
            database.newest = _newest(self.tables)

    @property
    def is_writable(self) -> bool:
        """Whether it is open for writing; ``may_be_written`` says whether that would be possible."""
        return self._database.writable

    @property
    def attachable(self) -> str | None:
        """See ``Database.attachable``."""
        return self._database.attachable

    def write_case_notes(self, notes: str) -> None:
        """Mark this new store of ours as a case. Raises ``DatastoreError`` if it cannot be written."""
        CASE_NOTES.write(self._database.engine, notes)

    def write_copy_notes(self, notes: str) -> None:
        """Mark this new store of ours as a working copy. Raises ``DatastoreError`` if it cannot be written."""
        COPY_NOTES.write(self._database.engine, notes)

    def close(self) -> None:
        """Close all connections. A store of ours leaves no log file behind."""
        self._datastore.drop_connection()
        self._database.close()

    def sample_tables(self) -> tuple[TableSample, ...]:
        """Return the first rows of each table that has any, to make a map from. Raises ``StoreRefusedError``."""
        with _connection(self.location, self._database) as connection:
            return Layout(connection).samples()


@contextmanager
def _connection(location: StoreLocation, database: Database) -> Iterator[Connection]:
    """Connect to examine a database. Raises ``StoreRefusedError`` if its catalogue cannot be read."""
    try:
        with database.engine.connect() as connection:
            yield connection
    except exc.DatabaseError as error:
        hint = "It may be damaged, or encrypted; try a copy of it." if is_damage(error) else "Try a copy of it."
        raise StoreRefusedError(f"{location.name} cannot be read: {reason_of(error)}", hint) from error


def _choose(
    location: StoreLocation, detection: Detection, options: OpenOptions, find_map: FindMap
) -> tuple[FoundStore, ColumnMap | None]:
    """Return the store to open, and the column map to read it by (``None`` for a known format)."""
    if options.table_map is None and detection.stores:
        return detection.stores[0], None
    table_map = options.table_map or find_map()
    if table_map is not None:
        return store_by_map(detection, table_map), table_map
    known = ", ".join(each.name for each in FORMATS)
    passed_over = "".join(f"; {each}" for each in detection.passed_over)
    raise StoreRefusedError(
        f"{location.name} holds no event tables that are known{passed_over}",
        f"Known are: {known}.",
        wants="table map",
        tables=detection.layout.samples(),
    )


def open_store(
    location: StoreLocation,
    classes: KnownClasses,
    *,
    writable: bool,
    options: OpenOptions = NO_OPTIONS,
    find_map: FindMap = lambda: None,
) -> OpenedStore:
    """Open a store: for writing if ``writable`` is set and it is a store of ours that may be written; else read-only.

    ``find_map`` is called if no known format matches and the options have no column map. Raises ``StoreRefusedError``
    if there is no store that can be opened.
    """
    database = _database(location, writable=writable and options.table_map is None)
    try:
        return OpenedStore(location, database, classes, options, find_map)
    except BaseException:
        database.close()
        raise


def create_store(location: StoreLocation, classes: KnownClasses) -> OpenedStore:
    """Create a store of ours and open it for writing. Raises ``StoreRefusedError`` if there is one already."""
    if location.url is not None:
        postgresql.make_store(location.url, location.name, USER_VERSION)
    else:
        make_store_file(_path(location), lambda opened: None)
    return open_store(location, classes, writable=True)


def make_store_file(path: Path, fill: Callable[[OpenedStore], T], *, replaces: bool = False, step: Step = no_step) -> T:
    """Create a file with a store of ours, let ``fill`` write to it, and return the result of ``fill``.

    The file appears complete or not at all: see ``new_file``. Raises ``StoreRefusedError``, and what ``fill`` raises.
    """
    with new_file(path, replaces=replaces, step=step) as unfinished:
        make_file(unfinished, USER_VERSION)
        step("file")
        file = SqliteFile(unfinished, writable=True)
        SQLAlchemyDatastore(engine=file.engine).setup_tables()
        file.close()
        step("tables")
        opened = open_store(StoreLocation(unfinished), KnownClasses(), writable=True)
        try:
            result = fill(opened)
            step("filled")
        finally:
            opened.close()
    return result


def _newest(tables: StoreTables) -> Select[Any] | None:
    """Return a select of the highest keys, which grow with each record; ``None`` if no index gives them."""
    newest: list[Any] = []
    for each in filter(None, (tables.events, tables.snapshots)):
        table = each.strategy.table
        key = list(table.primary_key)
        if len(key) == 1:
            newest.append(select(func.max(key[0])).scalar_subquery())
        elif each.order is not None and _is_bare(table, each.order):
            newest.append(select(func.max(table.c[each.order])).scalar_subquery())
    return select(*newest) if newest else None


def _is_bare(table: FromClause, name: str) -> bool:
    """Return whether a column of a select is a plain column of its table, not an expression."""
    source = getattr(table, "element", None)
    column = None if source is None else source.selected_columns[name]
    return isinstance(getattr(column, "element", column), Column)


def _database(location: StoreLocation, *, writable: bool) -> Database:
    if location.url is not None:
        return postgresql.open_database(location.url, location.name, writable=writable)
    path = _path(location)
    application_id, version = identity(path)
    is_ours = application_id == APPLICATION_ID
    if is_ours and version > USER_VERSION:
        made = f"was made by a newer version of this program (layout {version}; this one knows {USER_VERSION})"
        raise StoreRefusedError(f"{location.name} {made}", "Update the program to open it.")
    # In WAL mode SQLite creates files in the same folder, so that must be writable too.
    may_be_written = is_ours and os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    if writable and may_be_written:
        remove_leftovers(path.parent)
    file = SqliteFile(path, writable=writable and may_be_written, may_be_written=may_be_written)
    define_collations(file.engine)
    return file


def _path(location: StoreLocation) -> Path:
    assert location.path is not None, "a location is a file or a URL"
    return location.path
