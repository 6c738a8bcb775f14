"""SQLite files: how they are opened for writing or only for reading, watched, and closed without a trace.

Source of the pragmas and of what read-only does to a WAL file: https://www.sqlite.org/pragma.html and /wal.html.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Engine, QueuePool, create_engine

from es_desktop.core import StoreRefusedError

APPLICATION_ID = 0x45534442  # "ESDB"
_MAGIC = b"SQLite format 3\x00"
_BUSY_SECONDS = 5.0
_SIDE_FILES = ("-wal", "-journal")


class SqliteFile:
    """An SQLite file that is open, with an engine on it.

    Opened for writing it uses WAL. Opened for reading, nothing on disk changes: a file with changes beside it (a log or
    a journal that only a writer may fold in) is read from a copy in a temporary folder. A file that ``may_be_touched``
    is read in place, together with those who write it.
    """

    def __init__(self, path: Path, *, writable: bool, may_be_touched: bool = False) -> None:
        self.path = path
        self.writable = writable
        self._may_be_touched = may_be_touched or writable
        self._copy: tempfile.TemporaryDirectory[str] | None = None
        self._source = ""
        self._plan()
        self.engine: Engine = create_engine("sqlite://", creator=self._connect, poolclass=QueuePool)
        self._watch: sqlite3.Connection | None = None
        self._seen: object = None

    def has_changed(self) -> bool:
        """Tell whether anybody committed since the last call. Call it always from the same thread."""
        token = self._stat() if self._is_frozen else self._data_version()
        changed = self._seen is not None and token != self._seen
        self._seen = token
        if changed and self._is_frozen:
            self.engine.dispose()
            self._plan()
        return changed

    def close(self) -> None:
        """Close every connection; the last one to close a store of ours folds its log in and removes it."""
        if self._watch is not None:
            self._watch.close()
        self.engine.dispose()
        if self._copy is not None:
            self._copy.cleanup()

    @property
    def _is_frozen(self) -> bool:
        """Whether later commits do not show through the connections that are open."""
        return self._copy is not None or "immutable" in self._source

    def _plan(self) -> None:
        """Decide how to reach the file: in place, as a file that nobody changes, or by a copy."""
        if self._may_be_touched:
            self._source = _uri(self.path, "rw")
        elif any(side.exists() and side.stat().st_size for side in _side_files(self.path)):
            self._source = _uri(self._copied(), "rwc")
        elif is_wal(self.path):
            # Reading a WAL file in the usual way makes two files beside it.
            self._source = _uri(self.path, "ro") + "&immutable=1"
        else:
            self._source = _uri(self.path, "ro")

    def _copied(self) -> Path:
        old, self._copy = self._copy, tempfile.TemporaryDirectory(prefix="es-desktop-")
        if old is not None:
            old.cleanup()
        target = Path(self._copy.name) / self.path.name
        for source in (self.path, *_side_files(self.path)):
            if source.exists():
                shutil.copyfile(source, target.with_name(source.name))
        return target

    def _connect(self) -> sqlite3.Connection:
        # The pool hands a connection from one thread to another, never to two at a time.
        connection = sqlite3.connect(self._source, uri=True, timeout=_BUSY_SECONDS, check_same_thread=False)
        if self.writable:
            connection.execute("PRAGMA journal_mode = WAL").close()
            connection.execute("PRAGMA foreign_keys = ON").close()
        else:
            connection.execute("PRAGMA query_only = ON").close()
        return connection

    def _data_version(self) -> object:
        if self._watch is None:
            self._watch = self._connect()
        return self._watch.execute("PRAGMA data_version").fetchone()

    def _stat(self) -> object:
        stats = [file.stat() for file in (self.path, *_side_files(self.path)) if file.exists()]
        return [(stat.st_size, stat.st_mtime_ns, stat.st_ino) for stat in stats]


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
    header = _header(path)
    return int.from_bytes(header[68:72]), int.from_bytes(header[60:64])


def is_wal(path: Path) -> bool:
    """Tell whether the header of an SQLite file says that it is in WAL mode."""
    return _header(path)[18:20] == b"\x02\x02"


def _header(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            header = file.read(100)
    except FileNotFoundError:
        raise StoreRefusedError(f"there is no file {path}", "Check the name, or make a new store there.") from None
    except OSError as error:
        raise StoreRefusedError(f"{path} cannot be read: {error.strerror}", "Check its permissions.") from error
    if not header.startswith(_MAGIC):
        raise StoreRefusedError(
            f"{path} is not an SQLite database", "Choose a store file, such as one ending in .esdb."
        )
    return header


def _side_files(path: Path) -> list[Path]:
    return [path.with_name(path.name + ending) for ending in _SIDE_FILES]


def _uri(path: Path, mode: str) -> str:
    return f"file:{quote(path.resolve().as_posix())}?mode={mode}"
