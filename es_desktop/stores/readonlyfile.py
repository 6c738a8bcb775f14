"""SQLite files of other programs: read in whatever mode leaves no trace, also while another process writes them.

What read-only does to a file in WAL mode: https://www.sqlite.org/wal.html#read_only_databases.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from pathlib import Path
from threading import RLock
from time import monotonic, time
from typing import Final
from urllib.parse import quote

from es_desktop.core import StoreRefusedError

from .filebytes import FileBytes, bytes_of

_SIDE_FILES: Final = ("-wal", "-journal")
_PATIENCE_SECONDS: Final = 10.0
"""A file that a program opens, writes and closes all the time is reached between two of its commits."""
_BUSY_SECONDS: Final = 1.0
_BEGIN_TRIES: Final = 2_000
"""Each takes some microseconds. Who only reads a log has to wait for marks that its writer sets a moment later."""
_QUIET_SECONDS: Final = 2.0
_MOST_COPIED: Final = 256 * 1024 * 1024
"""Bytes; a file that was written a moment ago is rather copied, but not one larger than this."""
_COUNTER_AT: Final = 24
_MODE_AT: Final = 18
_WAL_MODE: Final = b"\x02\x02"


class ReadOnlyFile:
    """A file that is only read. Nothing on disk changes, but for a copy in a temporary folder where it needs one.

    - A file with a rollback journal is read in place.
    - One in WAL mode that another process has open is read in place with its log and its index; these are only read.
    - One in WAL mode that nobody has open is read as one that does not change, for as long as it does not: SQLite would
      make two files beside it. It is copied where it was written just now, as that may go on.
    - Changes that a program left behind when it crashed are folded into a copy; so is the file of one that keeps
      everybody out during a long transaction.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._copy: tempfile.TemporaryDirectory[str] | None = None
        self._copied: object = None
        self._planning = RLock()
        self._bytes: FileBytes | None = bytes_of(path)

    def connect(self) -> FileConnection:
        """Connect in the mode that shows the newest rows, with a transaction begun. Raises ``StoreRefusedError``."""
        with self._planning:
            end = monotonic() + _PATIENCE_SECONDS
            while monotonic() < end:
                token = self.token()
                source, is_frozen = self._in_place()
                found = None if source is None else _connected(source)
                if found is None and self._copy_whole(token):
                    found, is_frozen = _connected(_uri(self._copied_path(), "rwc")), True
                    if found is None:
                        raise StoreRefusedError(f"{self._path} cannot be read", "It may be damaged; try a copy of it.")
                if found is not None:
                    found.frozen_at = token if is_frozen else None
                    return found
        raise StoreRefusedError(f"{self._path} is being written all the time", "Try again when that is done.")

    def begin(self, connection: FileConnection) -> bool:
        """Let a connection read one moment, until it is rolled back; return whether that is of now."""
        if connection.in_transaction:
            return True  # it was just made
        if connection.frozen_at is not None and connection.frozen_at != self.token():
            return False
        return connection.begin()

    def token(self) -> object:
        """Return what is another value after each commit."""
        # The counter in the header sees two commits within one tick of the clock of the file system.
        return self._read(4, _COUNTER_AT), [_stat(self._path), *(_stat(self._beside(ending)) for ending in _SIDE_FILES)]

    def close(self) -> None:
        """Remove the copy, where there is one. Every connection is to be closed before."""
        if self._copy is not None:
            self._copy.cleanup()
        self._bytes = None

    def _in_place(self) -> tuple[str | None, bool]:
        """Return how the file is read where it stands, and whether that takes it as one that stays as it is."""
        in_place = _uri(self._path, "ro") + "&readonly_shm=1"
        if not self._is_wal() or self._beside("-shm").exists():
            return in_place, False
        size, changed, _ = _stat(self._path)
        is_quiet = abs(time() - changed / 1e9) > _QUIET_SECONDS
        if _stat(self._beside("-wal"))[0] or not (is_quiet or size > _MOST_COPIED):
            return None, True
        return in_place + "&immutable=1", True

    def _is_wal(self) -> bool:
        return self._read(2, _MODE_AT) == _WAL_MODE

    def _read(self, count: int, start: int) -> bytes:
        return b"" if self._bytes is None else self._bytes.read(count, start)

    def _copy_whole(self, token: object) -> bool:
        """Copy the file with what belongs to it; return whether nobody wrote meanwhile."""
        if self._copy is not None and self._copied == token:
            return True
        old, self._copy = self._copy, tempfile.TemporaryDirectory(prefix="es-desktop-")
        if old is not None:
            old.cleanup()
        self._copied = token
        try:
            bytes_of(self._path).copy_to(self._copied_path())
            for source in filter(Path.exists, map(self._beside, _SIDE_FILES)):
                shutil.copyfile(source, self._copied_path().with_name(source.name))
        except FileNotFoundError:
            return False
        if token != self.token():
            self._copied = None
        return token == self._copied

    def _copied_path(self) -> Path:
        assert self._copy is not None, "it is made before"
        return Path(self._copy.name) / self._path.name

    def _beside(self, ending: str) -> Path:
        return self._path.with_name(self._path.name + ending)


class FileConnection(sqlite3.Connection):
    """A connection that knows what it shows."""

    frozen_at: object = None
    """The token of the file as this connection shows it for ever; ``None`` where it shows every commit."""

    def begin(self) -> bool:
        """Begin to read one moment; return whether that could be done. Raises ``sqlite3.DatabaseError``."""
        for _ in range(_BEGIN_TRIES):
            try:
                self.execute("BEGIN").close()
                self.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchall()
                return True
            except sqlite3.OperationalError as error:
                self.rollback()
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_READONLY:
                    return False
        return False


def _connected(source: str) -> FileConnection | None:
    """Connect and begin to read; return ``None`` where that cannot be done in this way."""
    try:
        found = sqlite3.connect(
            source, uri=True, timeout=_BUSY_SECONDS, check_same_thread=False, factory=FileConnection
        )
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


def _uri(path: Path, mode: str) -> str:
    return f"file:{quote(path.resolve().as_posix())}?mode={mode}"


def _stat(path: Path) -> tuple[int, int, int]:
    """Return the size, the time of the last change and the identity of a file; zeros where it is not there."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return 0, 0, 0
    return found.st_size, found.st_mtime_ns, found.st_ino
