"""SQLite files of other programs: read in whatever mode leaves no trace, also while another process writes them.

What read-only does to a file in WAL mode: https://www.sqlite.org/wal.html#read_only_databases.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from pathlib import Path
from threading import RLock
from time import time
from typing import Final
from urllib.parse import quote

from es_desktop.core import StoreRefusedError

_SIDE_FILES: Final = ("-wal", "-journal")
_TRIES: Final = 50
_PASSES: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
"""Failures that pass: somebody is writing just now."""
_QUIET_SECONDS: Final = 2.0
_MOST_COPIED: Final = 256 * 1024 * 1024
"""Bytes; a file that was written a moment ago is rather copied, but not one larger than this."""
_WAL_MODE: Final = b"\x02\x02"


class ReadOnlyFile:
    """A file that is only read. Nothing on disk changes, but for a copy in a temporary folder where it needs one.

    - A file with a rollback journal is read in place.
    - One in WAL mode that another process has open is read in place with its log and its index; these are only read.
    - One in WAL mode that nobody has open is read as one that does not change, for as long as it does not: SQLite would
      make two files beside it. It is copied where it was written just now, as that may go on.
    - Changes that a program left behind when it crashed are folded into a copy.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._copy: tempfile.TemporaryDirectory[str] | None = None
        self._copied: object = None
        self._planning = RLock()
        # Kept open: to close any handle on a file would end every lock that this process has on it.
        self._header = path.open("rb")

    def connect(self, timeout: float) -> FileConnection:
        """Connect in the mode that shows the newest rows. Raises ``sqlite3.Error``."""
        with self._planning:
            for _ in range(_TRIES):
                token = self.token()
                source, frozen_at = self._in_place(token)
                try:
                    connection = _connected(source, timeout)
                except sqlite3.OperationalError as error:
                    if error.sqlite_errorcode & 0xFF in _PASSES:
                        raise
                    if not self._copy_whole(token):
                        continue  # somebody writes, so that there may be another way by now
                    connection, frozen_at = _connected(_uri(self._copied_path(), "rwc"), timeout), token
                connection.frozen_at = frozen_at
                return connection
        raise StoreRefusedError(f"{self._path} is being written all the time", "Try again when that is done.")

    def is_outdated(self, connection: FileConnection) -> bool:
        """Tell whether a connection would not show what was committed since it was made."""
        if connection.is_new:
            connection.is_new = False  # of this very moment; to ask for another one might go on for ever
            return False
        return connection.frozen_at is not None and connection.frozen_at != self.token()

    def token(self) -> object:
        """Return what is another value after each commit."""
        # The counter in the header sees two commits within one tick of the clock of the file system.
        counter = os.pread(self._header.fileno(), 4, 24) if hasattr(os, "pread") else b""
        return counter, [_stat(self._path), *(_stat(self._beside(ending)) for ending in _SIDE_FILES)]

    def close(self) -> None:
        """Remove the copy, where there is one. Every connection is to be closed before."""
        if self._copy is not None:
            self._copy.cleanup()
        self._header.close()

    def _in_place(self, token: object) -> tuple[str, object]:
        """Return how the file is read where it stands, and the token where that takes it as one that stays as it is."""
        in_place = _uri(self._path, "ro") + "&readonly_shm=1"
        if not self._is_wal() or self._beside("-shm").exists() or _stat(self._beside("-wal"))[0]:
            return in_place, None
        size, changed, _ = _stat(self._path)
        is_quiet = abs(time() - changed / 1e9) > _QUIET_SECONDS
        # As it stands now this fails, and a copy is made.
        return (in_place + "&immutable=1", token) if is_quiet or size > _MOST_COPIED else (in_place, None)

    def _is_wal(self) -> bool:
        self._header.seek(18)
        return self._header.read(2) == _WAL_MODE

    def _copy_whole(self, token: object) -> bool:
        """Copy the file with what belongs to it; return whether nobody wrote meanwhile."""
        if self._copy is not None and self._copied == token:
            return True
        old, self._copy = self._copy, tempfile.TemporaryDirectory(prefix="es-desktop-")
        if old is not None:
            old.cleanup()
        self._copied = token
        try:
            for source in (self._path, *map(self._beside, _SIDE_FILES)):
                if source.exists():
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

    is_new: bool = True
    frozen_at: object = None
    """The token of the file as this connection shows it for ever; ``None`` where it shows every commit."""


def _connected(source: str, timeout: float) -> FileConnection:
    connection = sqlite3.connect(source, uri=True, timeout=timeout, check_same_thread=False, factory=FileConnection)
    try:
        connection.execute("PRAGMA query_only = ON").close()
        connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").close()
    except BaseException:
        connection.close()
        raise
    return connection


def _uri(path: Path, mode: str) -> str:
    return f"file:{quote(path.resolve().as_posix())}?mode={mode}"


def _stat(path: Path) -> tuple[int, int, int]:
    """Return the size, the time of the last change and the identity of a file; zeros where it is not there."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return 0, 0, 0
    return found.st_size, found.st_mtime_ns, found.st_ino
