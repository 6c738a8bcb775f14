"""Opens and makes stores: from a location to tables that can be read, and written where they are ours."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sqlalchemy import Column, Connection, Engine, FromClause, Select, exc, func, select

from es_desktop.core import KnownClasses, StoreRefusedError

from . import postgresql
from .batches import BatchReader
from .collations import define_collations
from .columnmap import ColumnMap
from .datastore import SQLAlchemyDatastore
from .detection import Detection, FoundStore, detect, store_by_map
from .formats import FORMATS
from .formats.base import StoreTables
from .formats.esdb import USER_VERSION
from .layout import Layout
from .location import StoreLocation
from .log import StoreLog
from .newfile import Step, new_file, no_step, remove_leftovers
from .options import NO_OPTIONS, OpenOptions
from .querying import is_damage, reason_of
from .reader import StoreReader
from .sampling import TableSample, sample_tables
from .sqlite import APPLICATION_ID, SqliteFile, identity, make_file
from .storenotes import CASE_NOTES, COPY_NOTES

FindMap = Callable[[], ColumnMap | None]
"""Returns the map that is kept of a store; ``None`` where there is none."""


T = TypeVar("T")


class Database(Protocol):
    """What holds a store: a file, or a database on a server."""

    engine: Engine
    writable: bool

    @property
    def attachable(self) -> str | None:
        """The file as another connection of SQLite attaches it to read; ``None`` where that cannot be."""

    def has_changed(self) -> bool:
        """Return whether anybody else committed since the last call. Call it always from the same thread."""

    def close(self) -> None:
        """Close every connection."""


class OpenedStore:
    """A store that is open: its format, its tables, and a reader over them. ``close`` it."""

    def __init__(
        self,
        location: StoreLocation,
        database: Database,
        classes: KnownClasses,
        *,
        may_be_written: bool,
        options: OpenOptions = NO_OPTIONS,
        find_map: FindMap = lambda: None,
    ) -> None:
        self.location = location
        self.may_be_written = may_be_written
        self._database = database
        self._datastore = SQLAlchemyDatastore(engine=database.engine)
        with _looking(location, database) as connection:
            self.detection = detect(connection)
            found, self.table_map = _chosen(location, connection, self.detection, options, find_map)
        self.format = found.format
        tables = found.tables.opened(self._datastore.db_session, classes, options)
        self.tables = replace(tables, notes=(*tables.notes, *self.detection.notes(found)))
        self.reader = StoreReader(database.engine, self.tables)
        self.log = StoreLog(database.engine, self.tables.events)
        self.batches = BatchReader(database.engine, self.tables)
        if isinstance(database, postgresql.PostgresqlDatabase):
            database.newest = _newest(self.tables)

    @property
    def is_writable(self) -> bool:
        """Whether it is open for writing; ``may_be_written`` says whether it could be."""
        return self._database.writable

    @property
    def attachable(self) -> str | None:
        """The file as another connection of SQLite attaches it to read; ``None`` where that cannot be."""
        return self._database.attachable

    def has_changed(self) -> bool:
        """Return whether anybody else committed since the last call. Call it always from the same thread."""
        return self._database.has_changed()

    def write_case_notes(self, notes: str) -> None:
        """Let this new store of ours say that it is a case. Raises ``DatastoreError`` where it cannot be written."""
        CASE_NOTES.write(self._database.engine, notes)

    def write_copy_notes(self, notes: str) -> None:
        """Let this new store of ours say that it is a working copy. Raises ``DatastoreError`` as the other one does."""
        COPY_NOTES.write(self._database.engine, notes)

    def close(self) -> None:
        """Close every connection. A store of ours leaves no other file behind."""
        self._datastore.drop_connection()
        self._database.close()

    def sample_tables(self) -> tuple[TableSample, ...]:
        """Return the first rows of each table that has some, to make a map of. Raises ``StoreRefusedError``."""
        with _looking(self.location, self._database) as connection:
            return sample_tables(Layout(connection))


@contextmanager
def _looking(location: StoreLocation, database: Database) -> Iterator[Connection]:
    """Connect to look at what a database holds. Raises ``StoreRefusedError`` where not even its catalogue is read."""
    try:
        with database.engine.connect() as connection:
            yield connection
    except exc.DatabaseError as error:
        hint = "It may be damaged, or encrypted; try a copy of it." if is_damage(error) else "Try a copy of it."
        raise StoreRefusedError(f"{location.name} cannot be read: {reason_of(error)}", hint) from error


def _chosen(
    location: StoreLocation, connection: Connection, detection: Detection, options: OpenOptions, find_map: FindMap
) -> tuple[FoundStore, ColumnMap | None]:
    """Return the store that is opened, and the map that it is read by; ``None`` for a format that is known."""
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
        tables=sample_tables(detection.layout),
    )


def open_store(
    location: StoreLocation,
    classes: KnownClasses,
    *,
    writable: bool,
    options: OpenOptions = NO_OPTIONS,
    find_map: FindMap = lambda: None,
) -> OpenedStore:
    """Open a store: for writing where it is ours, may be written, and ``writable`` asks for it; else for reading.

    ``find_map`` is asked for a map where the options have none, and no format is known. Raises ``StoreRefusedError``
    where there is no store that can be opened.
    """
    is_mapped = options.table_map is not None
    database, may_be_written = _database(location, writable=writable and not is_mapped)
    try:
        may_be_written = may_be_written and not is_mapped
        return OpenedStore(
            location, database, classes, may_be_written=may_be_written, options=options, find_map=find_map
        )
    except BaseException:
        database.close()
        raise


def create_store(location: StoreLocation, classes: KnownClasses) -> OpenedStore:
    """Make a store of ours and open it for writing. Raises ``StoreRefusedError`` where there is one already."""
    if location.url is not None:
        postgresql.make_store(location.url, location.name, USER_VERSION)
    else:
        make_store_file(_path(location), lambda opened: None)
    return open_store(location, classes, writable=True)


def make_store_file(path: Path, fill: Callable[[OpenedStore], T], *, replaces: bool = False, step: Step = no_step) -> T:
    """Make a file with a store of ours that ``fill`` writes to, and return what that returns.

    The file appears whole, or not at all: see ``new_file``. Raises ``StoreRefusedError``, and what ``fill`` raises.
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
            done = fill(opened)
            step("filled")
        finally:
            opened.close()
    return done


def _newest(tables: StoreTables) -> Select[Any] | None:
    """Return what grows with each record, as far as an index knows it at once."""
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
    """Tell whether a column of a select is one of its table as it stands, rather than worked out of others."""
    source = getattr(table, "element", None)
    column = None if source is None else source.selected_columns[name]
    return isinstance(getattr(column, "element", column), Column)


def _database(location: StoreLocation, *, writable: bool) -> tuple[Database, bool]:
    """Open what holds a store; return it, and whether it may be written."""
    if location.url is not None:
        database = postgresql.open_database(location.url, location.name, writable=writable)
        return database, database.may_be_written
    path = _path(location)
    application_id, user_version = identity(path)
    is_ours = application_id == APPLICATION_ID
    if is_ours:
        _require_known_layout(location, user_version)
    may_be_written = is_ours and _may_be_written(path)
    if writable and may_be_written:
        remove_leftovers(path.parent)
    file = SqliteFile(path, writable=writable and may_be_written, may_be_written=may_be_written)
    define_collations(file.engine)
    return file, may_be_written


def _require_known_layout(location: StoreLocation, version: int) -> None:
    if version > USER_VERSION:
        raise StoreRefusedError(
            f"{location.name} was made by a newer version of this program (layout {version}; this one knows "
            f"{USER_VERSION})",
            "Update the program to open it.",
        )


def _path(location: StoreLocation) -> Path:
    assert location.path is not None, "a location is a file or a URL"
    return location.path


def _may_be_written(path: Path) -> bool:
    # WAL needs to make files beside the store, so its folder has to be writable as well.
    return _is_writable(path) and _is_writable(path.parent)


def _is_writable(path: Path) -> bool:
    return os.access(path, os.W_OK)
