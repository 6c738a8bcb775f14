"""The file of an index, or its memory: connections to it, and the facts that it keeps of itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any, Final

from .schema import PAGE_BYTES, TABLES, VERSION

_BUSY_SECONDS: Final = 30.0
_FILLER_CACHE_KIB: Final = 96 * 1024
_READER_CACHE_KIB: Final = 2 * 1024


class IndexDatabase:
    """An index that is open: on disk, where several processes may read and one may write, or in memory.

    In memory there is one connection, which its users take in turn.
    """

    def __init__(self, path: Path | None = None, *, is_filled_here: bool = False) -> None:
        """Open the index at ``path``, made anew where it is none of this version; in memory where there is no path.

        ``is_filled_here`` lets who writes keep more of it at hand.
        """
        self.path = path
        self._writer_cache = _FILLER_CACHE_KIB if is_filled_here else _READER_CACHE_KIB
        self._lock = RLock()
        self._idle: list[sqlite3.Connection] = []
        self._is_closed = False
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._only: sqlite3.Connection | None = self._connect(None) if path is None else None
        with self.writing() as connection:
            if connection.execute("PRAGMA user_version").fetchone() != (VERSION,):
                _make_anew(connection)

    def fact(self, name: str, default: Any = None) -> Any:
        """Return what the index says of itself by a name."""
        with self.reading() as connection:
            row = connection.execute("SELECT value FROM fact WHERE name = ?", [name]).fetchone()
        return default if row is None else row[0]

    def clear(self) -> None:
        """Throw everything away that it holds."""
        with self.writing() as connection:
            _make_anew(connection)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection to read by."""
        if self._only is not None:
            with self._lock:
                yield self._only
            return
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        if connection is None:
            connection = self._connect(self.path)
            connection.execute(f"PRAGMA cache_size = -{_READER_CACHE_KIB}")
        try:
            yield connection
        finally:
            with self._lock:
                if self._is_closed:
                    connection.close()
                else:
                    self._idle.append(connection)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection to write by, in transactions that the borrower begins. One at a time may."""
        if self._only is not None:
            with self._lock:
                yield self._only
            return
        connection = self._connect(self.path)
        try:
            connection.execute(f"PRAGMA page_size = {PAGE_BYTES}").close()
            connection.execute("PRAGMA journal_mode = WAL").close()
            # What is lost with the power can be made again, but the file must not be damaged.
            connection.execute("PRAGMA synchronous = NORMAL").close()
            # Nothing secret is deleted, only made anew elsewhere in the file.
            connection.execute("PRAGMA secure_delete = OFF").close()
            connection.execute("PRAGMA temp_store = MEMORY").close()
            connection.execute(f"PRAGMA cache_size = -{self._writer_cache}").close()
            yield connection
        finally:
            connection.close()

    def close(self) -> None:
        """Close every connection that is not lent."""
        with self._lock:
            self._is_closed = True
            for connection in self._idle:
                connection.close()
            self._idle.clear()
            if self._only is not None:
                self._only.close()

    def _connect(self, path: Path | None) -> sqlite3.Connection:
        # By URI, so that what is attached can be told to be read only.
        source = "file::memory:" if path is None else path.resolve().as_uri()
        # A connection goes from one thread to another, never to two at a time.
        return sqlite3.connect(source, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)


def _make_anew(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        rows = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        names = {name for (name,) in rows}
        if "words" in names:
            connection.execute("DROP TABLE words")
        for name in names:
            if not name.startswith(("words", "sqlite_")):
                connection.execute(f'DROP TABLE "{name}"')
        for statement in TABLES.split(";\n"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
