"""SQLite files of other programs: read without any change on disk, also while another process writes them.

How SQLite reads files in WAL mode read-only: https://www.sqlite.org/wal.html#read_only_databases.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import tempfile
from contextlib import closing, suppress
from pathlib import Path
from threading import Lock, RLock
from time import monotonic, time
from typing import Any, Final
from weakref import WeakValueDictionary

from es_desktop.core import StoreRefusedError
from es_desktop.system.sqlite_uri import uri_of
from es_desktop.system.stop import report

from .any_text import AnyTextConnection
from .damage import Damage, rescue

Identity = tuple[int, int]
"""Device and inode of a file; on Windows its volume and its index there."""
_CHUNK: Final = 1 << 20


class FileBytes:
    """Reads a file that SQLite may have open, by one handle that everything in this process shares. For any thread.

    POSIX ends all locks of a process on a file as soon as the process closes any handle on it, also one that never
    locked anything: https://www.sqlite.org/howtocorrupt.html, section 2.2. It is closed with the last reference.
    """

    def __init__(self) -> None:
        self._handles: list[int] = []

    def read(self, count: int, start: int) -> bytes:
        """Return bytes of the file, fewer than ``count`` at its end."""
        if sys.platform != "win32":
            return os.pread(self._handles[0], count, start)
        with _lock:
            os.lseek(self._handles[0], start, os.SEEK_SET)
            return os.read(self._handles[0], count)

    def copy_to(self, path: Path) -> None:
        """Write all bytes of the file to a new file at a path. Reports its progress, and raises what that raises."""
        with path.open("xb") as copy:
            size = os.fstat(self._handles[0]).st_size // _CHUNK + 1
            while chunk := self.read(_CHUNK, copy.tell()):
                copy.write(chunk)
                report(copy.tell() // _CHUNK, size)

    def __del__(self) -> None:
        for handle in self._handles:
            os.close(handle)


_shared: Final[WeakValueDictionary[Identity, FileBytes]] = WeakValueDictionary()
_lock: Final = Lock()


def bytes_of(path: Path) -> FileBytes:
    """Return the bytes of the file at a path. Raises ``OSError``."""
    with _lock:
        found = _shared.get(identity_of(path.stat()))
        if found is not None:
            return found
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        # Another file may have the name since; if its bytes are shared already, this handle is closed with the others.
        found = _shared.setdefault(identity_of(os.fstat(handle)), FileBytes())
        found._handles.append(handle)
        return found


def identity_of(found: os.stat_result) -> Identity:
    """Return which file it is, whatever its name."""
    return found.st_dev, found.st_ino


_SIDE_FILES: Final = ("-wal", "-journal")
_CONNECT_SECONDS: Final = 10.0
"""A file that a program opens, writes and closes all the time can be opened only between two of its commits."""
_LOCK_SECONDS: Final = 1.0
_BEGIN_TRIES: Final = 2_000
"""Each takes some microseconds. Reading a log must wait for marks that its writer sets a moment later."""
_QUIET_SECONDS: Final = 2.0
_MOST_COPIED: Final = 256 * 1024 * 1024
"""In bytes: a larger file is not copied only because it was written a moment ago."""
_COUNTER_AT: Final = 24
_READ_VERSION_AT: Final = 19
_WAL_MODE: Final = b"\x02"
"""SQLite looks for a log whenever the read version is this; the write version may be another one in a damaged file."""


class ReadOnlyFile:
    """A file that is only read. Nothing on disk changes, except for a copy in a temporary folder if one is needed.

    - A file with a rollback journal is read in place.
    - A file in WAL mode that another process has open is read in place, with its log and the index of the log.
    - A file in WAL mode that no process has open is read as ``immutable`` for as long as it does not change: otherwise
      SQLite would create two files next to it. If it was written a moment ago, it is copied.
    - A file with changes that a crashed program left in a log or journal is copied, as is one that is locked during a
      long transaction. SQLite applies the changes to the copy.
    """

    def __init__(self, path: Path, *, rescues: bool = False) -> None:
        """With ``rescues``, what can be read of a damaged file is written to another one, which is read."""
        self._path = path
        self._rescues = rescues
        self.damage: Damage | None = None
        """What cannot be read of the file, once it was rescued."""
        self._copy: tempfile.TemporaryDirectory[str] | None = None
        self._copied: object = None
        self._planning = RLock()
        self._bytes: FileBytes | None = bytes_of(path)

    def connect(self) -> FileConnection:
        """Return a connection that reads the newest rows, in a transaction. Raises ``StoreRefusedError``."""
        with self._planning:
            end = monotonic() + _CONNECT_SECONDS
            while monotonic() < end:
                token = self.token()
                source, is_frozen = (None, True) if self._rescues else self._in_place()
                found = None if source is None else _connect(source)
                if found is None and self._copy_whole(token):
                    found, is_frozen = _connect(uri_of(self._copied_path(), "rwc")), True
                    if found is None:
                        raise StoreRefusedError(f"{self._path} cannot be read", "Try a copy of it.")
                if found is not None:
                    found.frozen_at = token if is_frozen else None
                    return found
        raise StoreRefusedError(f"{self._path} is being written all the time", "Try again when that is done.")

    def begin(self, connection: FileConnection) -> bool:
        """Start a transaction that reads one moment; return ``False`` if the connection cannot read the newest rows."""
        if connection.in_transaction:
            return True  # it is new
        if connection.frozen_at is not None and connection.frozen_at != self.token():
            return False
        return connection.begin()

    def token(self) -> object:
        """Return a value that is different after each commit."""
        # Two commits may have the same time of modification; the counter in the header tells them apart.
        return self._read(4, _COUNTER_AT), [_stat(self._path), *(_stat(self._beside(ending)) for ending in _SIDE_FILES)]

    def copy_to(self, path: Path) -> None:
        """Write what is read to a new file at a path, also if another file has its name by now. Raises ``OSError``."""
        with self._planning:
            if self._copy is None and self._bytes is not None:
                self._bytes.copy_to(path)
                return
            with closing(sqlite3.connect(self._copied_path())) as source, closing(sqlite3.connect(path)) as target:
                source.backup(target)

    def close(self) -> None:
        """Remove the copy, if there is one. All connections must be closed before."""
        if self._copy is not None:
            self._copy.cleanup()
        self._bytes = None

    def _in_place(self) -> tuple[str | None, bool]:
        """Return the URI to read the file in place (``None``: copy it), and whether later commits are not shown."""
        in_place = uri_of(self._path, "ro") + "&readonly_shm=1"
        is_open = self._beside("-shm").exists() and self._beside("-wal").exists()  # SQLite would make the log again
        if self._read(1, _READ_VERSION_AT) != _WAL_MODE or is_open:
            return in_place, False
        size, changed, _ = _stat(self._path)
        is_quiet = abs(time() - changed / 1e9) > _QUIET_SECONDS
        if _stat(self._beside("-wal"))[0] or not (is_quiet or size > _MOST_COPIED):
            return None, True
        return in_place + "&immutable=1", True

    def _read(self, count: int, start: int) -> bytes:
        return b"" if self._bytes is None else self._bytes.read(count, start)

    def _copy_whole(self, token: object) -> bool:
        """Copy the file with its log or journal; return whether no process wrote meanwhile."""
        if self._copy is not None and self._copied == token:
            return True
        old = self._copy
        # Windows removes no file that a connection still has open: that one goes with the folder of this run.
        new = tempfile.TemporaryDirectory(prefix="es-desktop-", ignore_cleanup_errors=True)
        self._copy, self._copied = new, None
        if old is not None:
            old.cleanup()
        try:
            bytes_of(self._path).copy_to(self._copied_path())
            for source in filter(Path.exists, map(self._beside, _SIDE_FILES)):
                shutil.copyfile(source, self._copied_path().with_name(source.name))
        except FileNotFoundError:
            return False
        if token != self.token():
            return False
        if self._rescues:
            self._rescue_copy()
        self._copied = token
        return True

    def _rescue_copy(self) -> None:
        """Replace the copy by a file that holds what can be read of it. Raises ``sqlite3.DatabaseError``."""
        copy = self._copied_path()
        whole = copy.with_name(f"whole-{copy.name}")
        with suppress(sqlite3.DatabaseError, UnicodeDecodeError), closing(sqlite3.connect(copy)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE").fetchall()  # applies its log or journal
        self.damage = rescue(copy, whole)
        for ending in ("", "-wal", "-shm", "-journal"):
            copy.with_name(copy.name + ending).unlink(missing_ok=True)
        whole.rename(copy)

    def _copied_path(self) -> Path:
        assert self._copy is not None, "it is made before"
        return Path(self._copy.name) / self._path.name

    def _beside(self, ending: str) -> Path:
        return self._path.with_name(self._path.name + ending)


class FileConnection(AnyTextConnection):
    """A connection with the version of the file that it shows."""

    frozen_at: object = None
    """The token of the only version of the file that it shows; ``None`` if it shows each commit."""
    bad_definition: str = ""
    """The error in the first definition of a table, view or index that SQLite cannot read; such ones are ignored."""

    def __init__(self, database: str, **named: Any) -> None:
        super().__init__(database, lock_seconds=_LOCK_SECONDS, **named)

    def begin(self) -> bool:
        """Start a transaction that reads one moment; return whether it succeeded. Raises ``sqlite3.DatabaseError``."""
        for _ in range(_BEGIN_TRIES):
            try:
                self.execute("BEGIN").close()
                self.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchall()
                return True
            except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # the latter, if the error has no text
                self.rollback()
                is_text = isinstance(error, sqlite3.Error)
                if (not is_text or str(error).startswith("malformed database schema")) and not self.bad_definition:
                    # What this SQLite does not understand, such as a table of a newer one, hides no other table.
                    if sys.version_info >= (3, 12):
                        self.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, False)  # it forbids what follows
                    self.execute("PRAGMA writable_schema = ON").close()
                    self.bad_definition = str(error) if is_text else "malformed database schema (?)"
                elif not isinstance(error, sqlite3.OperationalError):
                    raise
                elif error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_READONLY:
                    return False
        return False


def _connect(source: str) -> FileConnection | None:
    """Connect and start a transaction; return ``None`` if that is not possible with this URI."""
    try:
        found = sqlite3.connect(source, uri=True, check_same_thread=False, factory=FileConnection)
        found.execute("PRAGMA query_only = ON").close()
    except sqlite3.OperationalError:
        return None
    try:
        if found.begin():
            return found
    except BaseException:
        found.close()
        raise
    found.close()
    return None


def _stat(path: Path) -> tuple[int, int, int]:
    """Return size, time of modification (ns) and inode of a file; zeros if it does not exist."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return 0, 0, 0
    return found.st_size, found.st_mtime_ns, found.st_ino
