"""SQLite files: how they are opened for writing or only for reading, watched, and closed without a trace.

Source of the pragmas and of what read-only does to a WAL file: https://www.sqlite.org/pragma.html and /wal.html.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import quote

from sqlalchemy import Engine, QueuePool, create_engine, event, exc

from es_desktop.core import StoreRefusedError

from .readonlyfile import ReadOnlyFile
from .samefile import SameFile

APPLICATION_ID = 0x45534442  # "ESDB"
_BUSY_SECONDS = 5.0


class SqliteFile:
    """An SQLite file that is open, with an engine on it.

    Opened for writing it uses WAL. A file that ``may_be_written`` is read in place, together with those who write it;
    of any other nothing on disk changes, see ``ReadOnlyFile``. Once another file has its name, whatever is asked of it
    raises ``StoreRefusedError``, and nothing is committed.
    """

    def __init__(self, path: Path, *, writable: bool, may_be_written: bool = False) -> None:
        self.path = path
        self.writable = writable
        is_touched = may_be_written or writable
        self._same = SameFile(path, has_our_log=is_touched)
        self._untouched = None if is_touched else ReadOnlyFile(path)
        self.engine: Engine = create_engine("sqlite://", creator=self._connect, poolclass=QueuePool)
        event.listen(self.engine, "checkout", self._on_checkout)
        event.listen(self.engine, "commit", self._on_commit)
        self._watch: sqlite3.Connection | None = None
        self._watching = Lock()
        self._seen: object = None
        self._others_committed = False

    @property
    def attachable(self) -> str | None:
        """The file as another connection attaches it to read; ``None`` where that is not how it is read."""
        self._require_same()
        return f"{_uri(self.path)}?mode=ro" if self._untouched is None else None

    def has_changed(self) -> bool:
        """Return whether anybody else committed since the last call; the first one only looks what is there.

        Commits of this object's own connections do not count. Raises ``StoreRefusedError`` where another file has the
        name by now.
        """
        self._require_same()
        with self._watching:
            self._note_others(self._token())
            changed, self._others_committed = self._others_committed, False
            if self.writable and self._same.log_bytes() and self._watch is not None:
                # Folded in now, unless somebody reads just then: who moves the file alone takes all of it along, and
                # what takes its place is not damaged by what was left in the log. Not during a commit, which would
                # take this for one of somebody else.
                self._watch.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
        if self._untouched is not None:
            # A connection to a log keeps the last writer from folding it in, so none is left idle for long.
            self.engine.dispose()
        return changed

    def close(self) -> None:
        """Close every connection; the last one to close a store of ours folds its log in and removes it."""
        if self._watch is not None:
            self._watch.close()
        self.engine.dispose()
        self._same.is_there()  # where it is not, what was left of its log goes now that nobody uses it
        if self._untouched is not None:
            self._untouched.close()

    def _require_same(self) -> None:
        if not self._same.is_there():
            self.engine.dispose()
            raise self._same.refusal()

    def _connect(self) -> sqlite3.Connection:
        self._require_same()
        if self._untouched is not None:
            return self._untouched.connect()
        # The pool hands a connection from one thread to another, never to two at a time.
        source = f"{_uri(self.path)}?mode=rw"
        connection = sqlite3.connect(
            source, uri=True, timeout=_BUSY_SECONDS, check_same_thread=False, factory=_Connection
        )
        if self.writable:
            connection.around_commit = self._commit
            connection.execute("PRAGMA journal_mode = WAL").close()
            connection.execute("PRAGMA foreign_keys = ON").close()
        else:
            connection.execute("PRAGMA query_only = ON").close()
            connection.execute("PRAGMA journal_mode").close()  # opens the log, as setting it does
        return connection

    def _on_commit(self, connection: object) -> None:
        """Look once more while the file is locked, just before what was written is made to stay."""
        self._require_same()

    def _on_checkout(self, connection: Any, record: object, proxy: object) -> None:
        """Let each reading see what is there by now."""
        self._require_same()
        if self._untouched is not None and not self._untouched.begin(connection):
            raise exc.DisconnectionError("the file has changed since")

    def _token(self) -> object:
        """Return what is another value after each commit of anybody."""
        if self._untouched is not None:
            return self._untouched.token()
        if self._watch is None:
            self._watch = self._connect()
            self._watch.execute("PRAGMA busy_timeout = 0").close()
        return _data_version(self._watch)

    def _note_others(self, token: object) -> None:
        self._others_committed |= self._seen is not None and token != self._seen
        self._seen = token

    def _commit(self, connection: sqlite3.Connection, commit: Callable[[], None]) -> None:
        """Commit what one of our connections wrote, and know that commit from those of others.

        The data version of a connection is another one after a commit of any other connection, ours too. So the
        watching one is asked before and after; whether somebody else committed in that short time is told by the
        committing connection itself, whose own commit leaves its data version as it was.
        """
        with self._watching:
            if self._seen is None:
                commit()
                return
            try:
                self._note_others(self._token())
                before = _data_version(connection)
            except sqlite3.OperationalError:  # without a write-ahead log nobody reads while much is written
                self._others_committed, before = True, None
            commit()
            try:
                self._seen, after = self._token(), _data_version(connection)
            except sqlite3.OperationalError:
                self._others_committed = True
            else:
                self._others_committed |= after != before


class _Connection(sqlite3.Connection):
    """A connection that hands its commits over, where somebody wants to know them."""

    around_commit: Callable[[sqlite3.Connection, Callable[[], None]], None] | None = None

    def commit(self) -> None:
        if self.around_commit is None or not self.in_transaction:
            super().commit()
        else:
            self.around_commit(self, super().commit)


def _data_version(connection: sqlite3.Connection) -> int:
    (found,) = connection.execute("PRAGMA data_version").fetchone()
    return int(found)


def _uri(path: Path) -> str:
    return f"file:{quote(path.resolve().as_posix())}"


def make_file(path: Path, user_version: int) -> None:
    """Make an empty SQLite file that says it is a store of ours. Raises ``StoreRefusedError`` where a file stands."""
    try:
        path.open("xb").close()
    except FileExistsError:
        raise StoreRefusedError(f"{path} exists already", "Choose another name, or open it.") from None
    except OSError as error:
        raise StoreRefusedError(f"{path} cannot be made: {error.strerror}", "Choose another folder.") from error
    connection = sqlite3.connect(path)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {user_version}")
        connection.commit()
    finally:
        connection.close()


def identity(path: Path) -> tuple[int, int]:
    """Return the application id and the user version that the header of an SQLite file states.

    Raises ``StoreRefusedError`` where there is no file that can be read, or it is no SQLite file.
    """
    try:
        # By SQLite, which closes no handle while another one holds a lock: see ``filebytes``. As ``immutable`` it reads
        # the header alone, locks nothing and makes no file.
        with closing(sqlite3.connect(f"{_uri(path)}?mode=ro&immutable=1", uri=True)) as connection:
            if path.stat().st_size:
                (application_id,) = connection.execute("PRAGMA application_id").fetchone()
                (user_version,) = connection.execute("PRAGMA user_version").fetchone()
                return application_id, user_version
    except sqlite3.DatabaseError as error:
        if not path.exists():
            raise StoreRefusedError(f"there is no file {path}", "Check the name, or make a new store there.") from None
        if error.sqlite_errorcode != sqlite3.SQLITE_NOTADB:
            raise StoreRefusedError(f"{path} cannot be read: {error}", "Check its permissions.") from error
    raise StoreRefusedError(f"{path} is not an SQLite database", "Choose a store file, such as one ending in .esdb.")
