"""Opens and creates stores. Only stores of ours can be written."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from sqlalchemy import Column, Engine, FromClause, Select, func, select

from es_desktop.core import DatastoreError, KnownClasses, StoreRefusedError
from es_desktop.system.kept_file import Step, no_step, remove_unfinished
from es_desktop.system.plugins import IN_USE, Group, installed
from es_desktop.system.waiting import LOCKED, LOCKED_HINT

from .columnmap import ColumnMap
from .detection import Detection, FoundStore, detect, store_by_map
from .engines import postgresql
from .engines.new_file import new_file
from .engines.sqlite import APPLICATION_ID, SqliteFile, accept_any_collation, identity, make_file
from .formats import all_formats
from .formats.base import StoreTables
from .formats.esdb import CASE_NOTES, COPY_NOTES, USER_VERSION, EsdbTables
from .layout import Layout, TableSample
from .location import StoreLocation
from .options import NO_OPTIONS, OpenOptions
from .queries import READ_ERRORS, hint_for, is_damage, reason_of
from .reading.batches import BatchReader
from .reading.reader import StoreReader
from .records import OUR_TABLES

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
        detection: Detection,
        choice: _Choice,
    ) -> None:
        """Raises ``StoreRefusedError`` if the options have a scope that does not exist."""
        self.location = location
        self.may_be_written = database.may_be_written and options.table_map is None
        self.has_changed = database.has_changed
        """See ``Database.has_changed``."""
        self._database = database
        self.detection, self.table_map, found = detection, choice.table_map, choice.store
        self.shown: Final = found
        """The store of ``detection`` that is open."""
        self.format = found.format
        tables = found.tables.opened(database.engine, classes, replace(options, scope=choice.part))
        _require_scope(tables, detection, choice)
        self.damage: Final = database.damage if isinstance(database, SqliteFile) else None
        """What cannot be read of a damaged file; ``None`` if it is not known to be damaged."""
        damage = () if self.damage is None else (str(self.damage),)
        self.tables = replace(tables, notes=(*damage, *tables.notes, *self.detection.notes(found)))
        self.reader = StoreReader(database.engine, self.tables)
        self.batches = BatchReader(database.engine, self.tables)
        if isinstance(database, postgresql.PostgresqlDatabase):
            database.newest = _newest(self.tables)

    @property
    def scope(self) -> str | None:
        """What opens the same again as ``OpenOptions.scope``; ``None`` if the database holds one store, shown whole."""
        part = self.tables.scope
        if len(self.detection.stores) < 2 or self.table_map is not None:
            return part
        return self.shown.table_name if part is None else f"{self.shown.table_name}/{part}"

    @property
    def waits_for_permission(self) -> bool:
        """Whether it could be written, but is a case, or another program made it: see ``OpenOptions.writes_any``."""
        tables = self.shown.tables
        needs_permission = isinstance(tables, EsdbTables) and tables.needs_permission
        return self.may_be_written and not self.is_writable and needs_permission

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

    def save_as(self, path: Path) -> None:
        """Write the file that was opened to a new one, also if another has its name. Raises ``StoreRefusedError``."""
        if not isinstance(self._database, SqliteFile):
            raise StoreRefusedError(f"{self.location.name} is no file", "Work on a copy of it.")
        self._database.save_as(path)

    def close(self) -> None:
        """Close all connections. A store of ours leaves no log file behind."""
        self._database.close()

    def sample_tables(self) -> tuple[TableSample, ...]:
        """Return the first rows of each table that has any, to make a map from. Raises ``StoreRefusedError``."""
        with _refusals(self.location), self._database.engine.connect() as connection:
            return Layout(connection).samples()


@contextmanager
def _refusals(location: StoreLocation) -> Iterator[None]:
    """Turn the errors of reading into ``StoreRefusedError``."""
    try:
        yield
    except READ_ERRORS as error:
        text = f"{location.name} cannot be read: {reason_of(error)}"
        raise StoreRefusedError(text, hint_for(error), is_damage=is_damage(error)) from error


@dataclass(frozen=True, slots=True)
class _Choice:
    """The store to open."""

    store: FoundStore
    table_map: ColumnMap | None = None
    """The column map to read it by; ``None`` for a known format."""
    part: str | None = None
    """The part of it to open."""


def _choose(location: StoreLocation, detection: Detection, options: OpenOptions, find_map: FindMap) -> _Choice:
    stores, scope = detection.stores, options.scope
    if options.table_map is None and stores:
        if scope is None:
            if options.asks_store and detection.needs_choice:
                raise StoreRefusedError(f"{location.name} holds {len(stores)} stores", wants="store", stores=stores)
            return _Choice(stores[0])
        named = detection.named(scope)
        if named is not None:
            return _Choice(named, part=scope if len(stores) == 1 else None)
        name, slash, part = scope.partition("/")
        named = detection.named(name) if slash else None
        return _Choice(stores[0], part=scope) if named is None else _Choice(named, part=part)
    table_map = options.table_map or find_map()
    if table_map is not None:
        return _Choice(store_by_map(detection, table_map), table_map, scope)
    locked = next((str(each) for each in detection.passed_over if LOCKED in str(each)), None)
    if locked is not None:
        raise StoreRefusedError(f"{location.name} cannot be read: {locked}", LOCKED_HINT)
    known = ", ".join(each.name for each in all_formats())
    unused = [f"{each} ({each.state})" for each in installed(Group.FORMATS) if each.state != IN_USE]
    passed_over = "".join(f"; {each}" for each in detection.passed_over)
    raise StoreRefusedError(
        f"{location.name} holds no event tables that are known{passed_over}",
        f"Known are: {known}." + (f" Not used: {', '.join(unused)}." if unused else ""),
        wants="table map",
        tables=detection.layout.samples(),
    )


def _require_scope(tables: StoreTables, detection: Detection, choice: _Choice) -> None:
    part = choice.part
    if part is None or part in tables.scopes or (choice.table_map is None and detection.named(part) == choice.store):
        return
    stores = tuple(each.table_name for each in detection.stores) if len(detection.stores) > 1 else ()
    known = ", ".join((*tables.scopes, *stores))
    text = f"there is no part {part!r} of this store"
    if known:
        raise StoreRefusedError(text, f"There are: {known}.")
    raise StoreRefusedError(f"{text}: it is not shared", "Leave the scope out.")


def open_store(
    location: StoreLocation,
    classes: KnownClasses,
    *,
    writable: bool,
    options: OpenOptions = NO_OPTIONS,
    find_map: FindMap = lambda: None,
) -> OpenedStore:
    """Open a store: for writing if ``writable`` is set and it is a store of ours that may be written; else read-only.

    ``find_map`` is called if no known format matches and the options have no column map. Of a damaged file is shown
    what can be read, with a note. Raises ``StoreRefusedError`` if there is no store that can be opened.
    """
    options = replace(options, scope=options.scope or location.scope)
    try:
        return _open(location, classes, options, find_map, writable=writable)
    except DatastoreError as damaged:
        if not damaged.is_damage or options.rescues or location.url is not None:
            raise
        try:
            return _open(location, classes, replace(options, rescues=True), find_map, writable=False)
        except DatastoreError as error:
            wanted = error if isinstance(error, StoreRefusedError) else StoreRefusedError("")
            raise StoreRefusedError(
                str(damaged),
                damaged.hint,
                wants=wanted.wants,
                tables=wanted.tables,
                stores=wanted.stores,
                is_damage=True,
            ) from None


def _open(
    location: StoreLocation, classes: KnownClasses, options: OpenOptions, find_map: FindMap, *, writable: bool
) -> OpenedStore:
    database = _database(location, options, writable=writable and options.table_map is None)
    try:
        with _refusals(location), database.engine.connect() as connection:
            if isinstance(database, SqliteFile) and database.is_damaged(connection):
                raise StoreRefusedError(f"{location.name} is damaged", "Try a copy of it.", is_damage=True)
            detection = detect(connection, counts=options.counts_stores or options.scope is None)
            choice = _choose(location, detection, options, find_map)
        with _refusals(location):
            database = _database_of(choice.store, database, location, writable=writable, options=options)
        return OpenedStore(location, database, classes, options, detection, choice)
    except BaseException:
        database.close()
        raise


def create_store(location: StoreLocation, classes: KnownClasses) -> OpenedStore:
    """Create a store of ours and open it for writing. Raises ``StoreRefusedError`` if there is one already."""
    if location.url is not None:
        postgresql.make_store(location.url, location.name, USER_VERSION)
    else:
        with new_file(_path(location)) as unfinished:
            _make_empty(unfinished)
    return open_store(location, classes, writable=True)


def make_store_file(path: Path, fill: Callable[[OpenedStore], T], *, replaces: bool = False, step: Step = no_step) -> T:
    """Create a file with a store of ours, let ``fill`` write to it, and return the result of ``fill``.

    The file appears complete or not at all: see ``new_file``. Raises ``StoreRefusedError``, and what ``fill`` raises.
    """
    with new_file(path, replaces=replaces, step=step) as unfinished:
        _make_empty(unfinished, step)
        opened = open_store(StoreLocation(unfinished), KnownClasses(), writable=True)
        try:
            result = fill(opened)
            step("filled")
        finally:
            opened.close()
    return result


def _make_empty(path: Path, step: Step = no_step) -> None:
    if _empty:
        path.write_bytes(_empty[0])
        step("file")
    else:
        make_file(path, USER_VERSION)
        step("file")
        file = SqliteFile(path, writable=True)
        OUR_TABLES.create_all(file.engine)
        file.close()
        _empty.append(path.read_bytes())
    step("tables")


_empty: Final[list[bytes]] = []
"""The content of an empty store, once this process has made one: to make it again takes ten times as long."""


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


def _database(location: StoreLocation, options: OpenOptions, *, writable: bool) -> Database:
    if location.url is not None:
        return postgresql.open_database(location.url, location.name)
    path = _path(location)
    if options.rescues:
        return _file(path, writable=False, rescues=True)
    application_id, version = identity(path)
    is_ours = application_id == APPLICATION_ID
    if is_ours and version > USER_VERSION:
        made = f"was made by a newer version of this program (layout {version}; this one knows {USER_VERSION})"
        raise StoreRefusedError(f"{location.name} {made}", "Update the program to open it.")
    may_be_written = is_ours and _may_be_written(path)
    if writable and may_be_written:
        remove_unfinished(path.parent)
    return _file(path, writable=writable and may_be_written, may_be_written=may_be_written)


def _database_of(
    store: FoundStore, database: Database, location: StoreLocation, *, writable: bool, options: OpenOptions
) -> Database:
    """Return the database to read or write a store; a case, or what another program made, is written on request."""
    tables = store.tables
    if not isinstance(tables, EsdbTables) or options.rescues:
        return database
    is_wanted = writable and (options.writes_any or not tables.needs_permission)
    if isinstance(database, postgresql.PostgresqlDatabase):
        return database.of_schema(str(tables.table.schema), writable=is_wanted)
    has_room = not isinstance(database, SqliteFile) or database.has_room
    if database.writable and not is_wanted:
        database.close()
        return _file(_path(location), writable=False, may_be_written=True)
    if database.may_be_written or not has_room or not _may_be_written(_path(location)):
        return database
    if is_wanted:
        database.close()
        database = _file(_path(location), writable=True)
    database.may_be_written = True
    return database


def _file(path: Path, *, writable: bool, may_be_written: bool = False, rescues: bool = False) -> SqliteFile:
    file = SqliteFile(path, writable=writable, may_be_written=may_be_written, rescues=rescues)
    accept_any_collation(file.engine)
    return file


def _may_be_written(path: Path) -> bool:
    # In WAL mode SQLite creates files in the same folder, so that must be writable too.
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _path(location: StoreLocation) -> Path:
    assert location.path is not None, "a location is a file or a URL"
    return location.path
