"""Opens and makes stores: from a location to tables that can be read, and written where they are ours."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import Connection, exc, inspect

from es_desktop.core import KnownClasses, StoreRefusedError

from .datastore import SQLAlchemyDatastore
from .formats import FORMATS, detect
from .formats.base import StoreTables, TableFormat
from .formats.esdb import USER_VERSION
from .location import StoreLocation
from .reader import StoreReader
from .sqlite import APPLICATION_ID, SqliteFile, identity, make_file


class OpenedStore:
    """A store that is open: its format, its tables, and a reader over them. ``close`` it."""

    def __init__(
        self, location: StoreLocation, file: SqliteFile, classes: KnownClasses, *, may_be_written: bool
    ) -> None:
        self.location = location
        self.may_be_written = may_be_written
        self._file = file
        self._datastore = SQLAlchemyDatastore(engine=file.engine)
        self.format, self.tables = self._recognise(classes)
        self.reader = StoreReader(file.engine, self.tables)

    @property
    def is_writable(self) -> bool:
        """Whether it is open for writing; ``may_be_written`` says whether it could be."""
        return self._file.writable

    def has_changed(self) -> bool:
        """Tell whether anybody, we too, committed since the last call. Call it always from the same thread."""
        return self._file.has_changed()

    def close(self) -> None:
        """Close every connection. A store of ours leaves no other file behind."""
        self._datastore.drop_connection()
        self._file.close()

    def _recognise(self, classes: KnownClasses) -> tuple[TableFormat, StoreTables]:
        try:
            with self._file.engine.connect() as connection:
                columns = _columns(connection)
        except exc.DatabaseError as error:
            hint = "It may be damaged, or encrypted; try a copy of it."
            raise StoreRefusedError(f"{self.location.name} cannot be read: {error.orig}", hint) from error
        application_id, _ = identity(self.location.path)
        found = detect(columns, application_id)
        if found is None:
            known = ", ".join(each.name for each in FORMATS)
            raise StoreRefusedError(
                f"{self.location.name} holds no event tables that are known", f"Known are: {known}."
            )
        return found, found.tables(self._datastore.db_session, columns, classes)


def open_store(location: StoreLocation, classes: KnownClasses, *, writable: bool) -> OpenedStore:
    """Open a store: for writing where it is ours, may be written, and ``writable`` asks for it; else for reading.

    Raises ``StoreRefusedError`` where there is no store that can be opened.
    """
    application_id, user_version = identity(location.path)
    is_ours = application_id == APPLICATION_ID
    if is_ours and user_version > USER_VERSION:
        raise StoreRefusedError(
            f"{location.name} was made by a newer version of this program (layout {user_version}; this one knows "
            f"{USER_VERSION})",
            "Update the program to open it.",
        )
    may_be_written = is_ours and _may_be_written(location.path)
    file = SqliteFile(location.path, writable=writable and may_be_written, may_be_touched=may_be_written)
    try:
        return OpenedStore(location, file, classes, may_be_written=may_be_written)
    except BaseException:
        file.close()
        raise


def create_store(location: StoreLocation, classes: KnownClasses) -> OpenedStore:
    """Make a store of ours and open it for writing. Raises ``StoreRefusedError`` where a file stands already."""
    make_file(location.path, USER_VERSION)
    file = SqliteFile(location.path, writable=True)
    datastore = SQLAlchemyDatastore(engine=file.engine)
    datastore.setup_tables()
    file.close()
    return open_store(location, classes, writable=True)


def _columns(connection: Connection) -> dict[str, frozenset[str]]:
    inspector = inspect(connection)
    return {
        name.lower(): frozenset(column["name"].lower() for column in inspector.get_columns(name))
        for name in inspector.get_table_names()
    }


def _may_be_written(path: Path) -> bool:
    # WAL needs to make files beside the store, so its folder has to be writable as well.
    return _is_writable(path) and _is_writable(path.parent)


def _is_writable(path: Path) -> bool:
    return os.access(path, os.W_OK)
