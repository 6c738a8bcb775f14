"""Opens and makes stores: from a location to tables that can be read, and written where they are ours."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Column, Engine, FromClause, Select, exc, func, select

from es_desktop.core import KnownClasses, StoreRefusedError, UnknownTablesError

from . import postgresql
from .batches import BatchReader
from .datastore import SQLAlchemyDatastore
from .formats import FORMATS, detect
from .formats.base import NO_OPTIONS, OpenOptions, StoreTables, TableFormat
from .formats.esdb import USER_VERSION
from .formats.mapped import MappedFormat
from .layout import Layout
from .location import StoreLocation
from .log import StoreLog
from .reader import StoreReader
from .reasons import reason_of
from .sqlite import APPLICATION_ID, SqliteFile, identity, make_file
from .storenotes import CASE_NOTES, COPY_NOTES


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
    ) -> None:
        self.location = location
        self.may_be_written = may_be_written
        self._database = database
        self._datastore = SQLAlchemyDatastore(engine=database.engine)
        self.format, self.tables = self._recognise(classes, options)
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

    def _recognise(self, classes: KnownClasses, options: OpenOptions) -> tuple[TableFormat, StoreTables]:
        try:
            application_id = 0 if self.location.path is None else identity(self.location.path)[0]
            with self._database.engine.connect() as connection:
                layout = Layout.of(connection, application_id)
        except exc.DatabaseError as error:
            hint = "It may be damaged, or encrypted; try a copy of it."
            raise StoreRefusedError(f"{self.location.name} cannot be read: {reason_of(error)}", hint) from error
        found = detect(layout) if options.table_map is None else MappedFormat(options.table_map)
        if found is None:
            known = ", ".join(each.name for each in FORMATS)
            raise UnknownTablesError(
                f"{self.location.name} holds no event tables that are known", f"Known are: {known}."
            )
        return found, found.tables(self._datastore.db_session, layout, classes, options)


def open_store(
    location: StoreLocation, classes: KnownClasses, *, writable: bool, options: OpenOptions = NO_OPTIONS
) -> OpenedStore:
    """Open a store: for writing where it is ours, may be written, and ``writable`` asks for it; else for reading.

    Raises ``StoreRefusedError`` where there is no store that can be opened.
    """
    is_mapped = options.table_map is not None
    database, may_be_written = _database(location, writable=writable and not is_mapped)
    try:
        return OpenedStore(
            location, database, classes, may_be_written=may_be_written and not is_mapped, options=options
        )
    except BaseException:
        database.close()
        raise


def create_store(location: StoreLocation, classes: KnownClasses) -> OpenedStore:
    """Make a store of ours and open it for writing. Raises ``StoreRefusedError`` where there is one already."""
    if location.url is not None:
        postgresql.make_store(location.url, location.name, USER_VERSION)
    else:
        path = _path(location)
        make_file(path, USER_VERSION)
        file = SqliteFile(path, writable=True)
        SQLAlchemyDatastore(engine=file.engine).setup_tables()
        file.close()
    return open_store(location, classes, writable=True)


def open_database(location: StoreLocation) -> Database:
    """Open what holds a store, or may hold one, for reading. Raises ``StoreRefusedError``."""
    database, _ = _database(location, writable=False)
    return database


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
    """Open what holds a store; tell whether it may be written."""
    if location.url is not None:
        database = postgresql.open_database(location.url, location.name, writable=writable)
        return database, database.may_be_written
    path = _path(location)
    application_id, user_version = identity(path)
    is_ours = application_id == APPLICATION_ID
    if is_ours:
        _require_known_layout(location, user_version)
    may_be_written = is_ours and _may_be_written(path)
    return SqliteFile(path, writable=writable and may_be_written, may_be_touched=may_be_written), may_be_written


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
