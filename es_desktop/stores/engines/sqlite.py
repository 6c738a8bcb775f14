"""SQLite files: opened for writing or read-only, watched for commits, and closed without leaving files behind.

Sources: https://www.sqlite.org/pragma.html, and https://www.sqlite.org/wal.html for read-only files in WAL mode.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

from sqlalchemy import Connection, Engine, NullPool, QueuePool, create_engine, event, exc
from sqlalchemy.util import LRUCache

from es_desktop.system.sqlite_uri import uri_of
from es_desktop.system.waiting import NO_ROOM, passing_reason

from ..queries import as_datastore_errors
from .any_text import AnyTextConnection
from .damage import Damage, is_damaged
from .new_file import new_file
from .other_files import refusal_of, refuse_no_file
from .read_only_file import ReadOnlyFile
from .same_file import SameFile

APPLICATION_ID = 0x45534442  # "ESDB"
_STATEMENTS_KEPT: Final = 1000
# What is committed is there after a loss of power; ``NORMAL``, the default of some builds of SQLite, loses the last
# commits. Without ``fullfsync`` macOS leaves them in the drive.
_WRITING: Final = ("journal_mode = WAL", "synchronous = FULL", "fullfsync = ON", "foreign_keys = ON")


class SqliteFile:
    """An open SQLite file, with an engine for it.

    For writing it uses WAL mode, and a commit returns once it is on the disk. A file that ``may_be_written`` is read in
    place, with its log; for any other file nothing on disk changes, see ``ReadOnlyFile``. If another file has taken its
    name, each use raises ``StoreRefusedError``, and nothing is committed.
    """

    def __init__(self, path: Path, *, writable: bool, may_be_written: bool = False, rescues: bool = False) -> None:
        """With ``rescues``, only what can be read of a damaged file is there."""
        self.path = path
        self.writable = writable
        self.may_be_written = has_our_log = may_be_written or writable
        self._same = SameFile(path, has_our_log=has_our_log)
        self._read_only = None if has_our_log else ReadOnlyFile(path, rescues=rescues)
        self.engine = _engine(self._connect, self._require_same)
        event.listen(self.engine, "checkout", self._on_checkout)
        self._watch: _Connection | None = None
        self.has_room = True
        """Whether there was room for a log beside it, where it needs one."""
        self._has_connected = False
        self._watching = Lock()
        self._seen: object = None
        self._others_committed = False

    @property
    def attachable(self) -> str | None:
        """The URI by which another SQLite connection attaches the file read-only; ``None`` if it cannot do that.

        A ``ReadOnlyFile`` changes nothing beside the file, and SQLite attaches no file of another text encoding.
        """
        self._require_same()
        if self._read_only is not None:
            return None
        with self.engine.connect() as connection:
            encoding = connection.exec_driver_sql("PRAGMA encoding").scalar_one()
        return uri_of(self.path, "ro") if encoding == "UTF-8" else None

    @property
    def damage(self) -> Damage | None:
        """What cannot be read of a file that was rescued; ``None`` for any other."""
        return None if self._read_only is None else self._read_only.damage

    def is_damaged(self, connection: Connection) -> bool:
        """Return whether a connection of the engine finds damage; not if the file is large, or rescued."""
        driver: Any = connection.connection.driver_connection
        # The check takes a definition of a newer SQLite for damage; it is passed over anyway.
        is_checked = self.damage is None and not getattr(driver, "bad_definition", "")
        if not is_checked:
            return False
        return is_damaged(driver, self.path, knows_order=not unknown_collations(connection.exec_driver_sql))

    def has_changed(self) -> bool:
        """Return whether another program committed since the last call; ``False`` at the first call.

        Commits of this object's own connections do not count. Raises ``StoreRefusedError`` if another file has the
        name now, ``DatastoreError`` if the file cannot be read.
        """
        with as_datastore_errors("the store cannot be read: "):
            return self._has_changed()

    def _has_changed(self) -> bool:
        self._require_same()
        self._same.note_log()
        with self._watching:
            self._note_others(self._token())
            changed, self._others_committed = self._others_committed, False
            if self.writable and self._same.log_bytes() and self._watch is not None:
                # Write the log into the file, unless a reader prevents it: then a file that is moved without its log is
                # complete, and a file that replaces it finds no log. Under the lock, because a commit of ours would
                # take the checkpoint for a commit of another program.
                self._watch.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
        if self._read_only is not None:
            # An idle connection would prevent the last writer from removing the log.
            self.engine.dispose()
        return changed

    def save_as(self, path: Path) -> None:
        """Write what was opened, with all of its commits, to a new file; also if another file has its name by now.

        Of a file that another program writes, what is only in the log of that program is not saved. Raises
        ``StoreRefusedError``.
        """
        try:
            with new_file(path) as unfinished:
                if self._read_only is not None:
                    self._read_only.copy_to(unfinished)
                    return
                with self._watching, closing(sqlite3.connect(unfinished)) as target:
                    if self._watch is None:  # nobody followed it: it must still be there
                        self._watch = self._connect()
                    self._watch.backup(target)
        except (sqlite3.Error, UnicodeError) as error:
            raise refusal_of(self.path, error) from error

    def close(self) -> None:
        """Close all connections. The last connection to a store of ours writes its log into the file and removes it."""
        if self._watch is not None:
            self._watch.close()
        self.engine.dispose()
        self._same.is_there()  # removes our log if another file has the name, as it is not in use any more
        if self._read_only is not None:
            self._read_only.close()

    def _require_same(self) -> None:
        if not self._same.is_there():
            self.engine.dispose()
            raise self._same.refusal()

    def _connect(self) -> Any:
        self._require_same()
        if self._read_only is not None:
            return self._read_only.connect()
        # The pool hands a connection from one thread to another, never to two at a time.
        source = uri_of(self.path, "rw")
        connection = sqlite3.connect(source, uri=True, check_same_thread=False, factory=_Connection)
        if self.writable:
            connection.around_commit = self._commit
        # To read the journal mode opens the log, as setting it does.
        settings = _WRITING if self.writable else ("query_only = ON", "journal_mode")
        try:
            for each in settings:
                connection.execute(f"PRAGMA {each}").close()
            self._same.note_log()
        except BaseException as error:  # while it lives, the connection would, and its log beside the file
            connection.close()
            self._remove_log()
            if passing_reason(error)[0] != NO_ROOM or self._has_connected:
                raise
            # Without room for a log the file can still be read.
            self.writable, self.may_be_written, self.has_room = False, False, False
            self._read_only = ReadOnlyFile(self.path)
            return self._read_only.connect()
        self._has_connected = True
        return connection

    def _remove_log(self) -> None:
        """Remove a log that could not be opened, for lack of room, if nobody else has the file open."""
        uri = uri_of(self.path, "rw")
        with suppress(sqlite3.Error, UnicodeError, OSError), closing(sqlite3.connect(uri, uri=True)) as only:
            # With the whole file locked no index of the log is needed; to close it removes the log, but no index.
            only.execute("PRAGMA busy_timeout = 0").close()
            only.execute("PRAGMA locking_mode = EXCLUSIVE").close()
            only.execute("SELECT 1 FROM sqlite_schema").fetchall()
            self.path.with_name(f"{self.path.name}-shm").unlink(missing_ok=True)

    def _on_checkout(self, connection: Any, record: object, proxy: object) -> None:
        """Start a read of the newest rows."""
        if self._read_only is not None and not self._read_only.begin(connection):
            raise exc.DisconnectionError("the file has changed since")  # the pool connects again

    def _token(self) -> object:
        """Return a value that is different after each commit, also of our own connections."""
        if self._read_only is not None:
            return self._read_only.token()
        if self._watch is None:
            self._watch = self._connect()
            self._watch.execute("PRAGMA busy_timeout = 0").close()
            self._watch.lock_seconds = 0.0
        return _pragma(self._watch, "data_version")

    def _note_others(self, token: object) -> None:
        self._others_committed |= self._seen is not None and token != self._seen
        self._seen = token

    def _commit(self, connection: sqlite3.Connection, commit: Callable[[], None]) -> None:
        """Commit what one of our connections wrote, without reporting it as a commit of another program.

        ``PRAGMA data_version`` changes when any other connection commits, ours or not. So the watching connection is
        asked before and after the commit. Whether another program committed in between shows the committing connection:
        its own commit does not change its data version.

        Raises ``StoreRefusedError`` if another file has the name by now; the transaction has the file locked here.
        """
        self._require_same()
        with self._watching:
            if self._seen is None:
                commit()
                return
            try:
                self._note_others(self._token())
                before = _pragma(connection, "data_version")
            except sqlite3.OperationalError:  # without WAL mode nothing can be read during a write
                self._others_committed, before = True, None
            commit()
            try:
                self._seen, after = self._token(), _pragma(connection, "data_version")
            except sqlite3.OperationalError:
                self._others_committed = True
            else:
                self._others_committed |= after != before


def _engine(connect: Callable[[], Any], before_use: Callable[[], None]) -> Engine:
    shared = _first_engine()
    pool = QueuePool(connect, dialect=shared.dialect)
    engine = _FileEngine(pool, shared.dialect, shared.url, execution_options=shared.get_execution_options())
    engine.before_use = before_use
    return engine


class _FileEngine(Engine):
    """Keeps what SQLAlchemy makes around a connection: to make it anew takes half as long as SQLite needs to commit."""

    before_use: Callable[[], None]
    """Called at each use of a connection, which ends there if it raises."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.idle: list[_KeptConnection] = []

    def connect(self) -> Connection:
        self.before_use()
        try:
            connection = self.idle.pop()
        except IndexError:
            return _KeptConnection(self)
        connection.is_in_use = True
        return connection

    def dispose(self, close: bool = True) -> None:
        while self.idle:
            self.idle.pop().end()
        super().dispose(close)


class _KeptConnection(Connection):
    """Is kept by its engine where it is closed, unless that was disposed of, or the next user would find it changed."""

    engine: _FileEngine

    def __init__(self, engine: _FileEngine) -> None:
        super().__init__(engine)
        self._from_pool = engine.pool
        self._may_be_kept = isinstance(self.connection.driver_connection, _Connection)
        self.is_in_use = True

    def execution_options(self, **options: Any) -> Connection:
        self._may_be_kept = False
        return super().execution_options(**options)

    def close(self) -> None:
        if not self.is_in_use:
            return
        self.is_in_use = False
        transaction = self.get_transaction()
        if transaction is not None:
            transaction.close()
        if self._may_be_kept and self._from_pool is self.engine.pool:
            self.engine.idle.append(self)
        else:
            self.end()

    def end(self) -> None:
        """Return the connection to the pool."""
        super().close()


@cache
def _first_engine() -> Engine:
    """Return an engine whose dialect and compiled statements those of all files share.

    To compile a statement takes longer than to read some rows, and each dialect has to compile every one anew.
    """
    compiled: LRUCache[Any, Any] = LRUCache(_STATEMENTS_KEPT)
    engine = create_engine("sqlite://", poolclass=NullPool, execution_options={"compiled_cache": compiled})
    engine.connect().close()  # it asks SQLite for its version
    return engine


class _Connection(AnyTextConnection):
    """A connection whose commits can be wrapped by ``around_commit``."""

    around_commit: Callable[[sqlite3.Connection, Callable[[], None]], None] | None = None

    def commit(self) -> None:
        if self.around_commit is None or not self.in_transaction:
            super().commit()
        else:
            self.around_commit(self, super().commit)

    def __del__(self) -> None:
        # A pool that was disposed of drops connections which come back to it later; Python 3.13 warns if they are open.
        self.close()


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    (found,) = connection.execute(f"PRAGMA {name}").fetchone()
    return int(found)


def make_file(path: Path, user_version: int) -> None:
    """Create an empty SQLite file with our ids in its header, at a path without a file."""
    with closing(sqlite3.connect(path)) as connection:
        for setting in ("journal_mode = WAL", f"application_id = {APPLICATION_ID}", f"user_version = {user_version}"):
            connection.execute(f"PRAGMA {setting}")
        connection.commit()


def identity(path: Path) -> tuple[int, int]:
    """Return the application id and the user version in the header of an SQLite file.

    Raises ``StoreRefusedError`` if the file cannot be read or is not an SQLite file.
    """
    refuse_no_file(path)
    try:
        # SQLite closes no handle while another connection of this process has locks: see ``FileBytes``. ``immutable``
        # reads without locks, and creates no file.
        with closing(sqlite3.connect(f"{uri_of(path, 'ro')}&immutable=1", uri=True)) as connection:
            if path.stat().st_size:
                return _pragma(connection, "application_id"), _pragma(connection, "user_version")
    except sqlite3.DatabaseError as error:
        raise refusal_of(path, error) from error
    raise refusal_of(path)


_COLLATED: Final = re.compile(r"\bCOLLATE\s+[\"'`\[]?(\w+)", re.IGNORECASE)
_KNOWN: Final = frozenset({"binary", "nocase", "rtrim"})
_DECLARATIONS: Final = "SELECT sql FROM sqlite_schema WHERE sql LIKE '%collate%'"


def used_collations(execute: Callable[[str], Iterable[Any]]) -> frozenset[str]:
    """Return the names of the collations that a file uses, but for the one by bytes. Raises what ``execute`` does."""
    found = (name for (sql,) in execute(_DECLARATIONS) for name in _COLLATED.findall(sql))
    return frozenset(name for name in found if name.lower() != "binary")


def unknown_collations(execute: Callable[[str], Iterable[Any]]) -> frozenset[str]:
    """Return those of them that SQLite does not define."""
    return frozenset(name for name in used_collations(execute) if name.lower() not in _KNOWN)


def accept_any_collation(engine: Engine) -> None:
    """Have every new connection of an engine return each row, whatever its collations are.

    Each unknown collation is defined as an order by bytes, because a statement that needs an undefined one fails:
    https://www.sqlite.org/c3ref/create_collation.html. The order may differ from that of the file's indexes, so no
    index is used that depends on it: ``MappedTables`` compares by bytes.
    """

    def connected(connection: Any, record: object) -> None:
        try:
            for name in unknown_collations(lambda sql: connection.execute(sql).fetchall()):
                connection.create_collation(name, _by_bytes)
        except (sqlite3.DatabaseError, UnicodeDecodeError):
            return  # reading reports the error

    event.listen(engine, "connect", connected)


def _by_bytes(first: str, second: str) -> int:
    return (first > second) - (first < second)
