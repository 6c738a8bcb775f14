"""An index as an SQLite database, in a file or in memory: its connections, its tables, and its facts by name."""

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
    """An open index. Safe to use from several threads.

    Several processes may read a file while one writes it. In memory there is a single connection, used by one thread
    at a time.
    """

    def __init__(self, path: Path | None = None, *, is_filled_here: bool = False) -> None:
        """Open the index at ``path``, or in memory if there is no path; clear it if its tables have another version.

        With ``is_filled_here`` connections that write get a larger page cache. Raises ``sqlite3.DatabaseError`` if the
        file is not a database.
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
                _create_tables(connection)

    def fact(self, name: str, default: Any = None) -> Any:
        """Return the fact with this name, such as ``last``; ``default`` if the index has none."""
        with self.reading() as connection:
            row = connection.execute("SELECT value FROM fact WHERE name = ?", [name]).fetchone()
        return default if row is None else row[0]

    def clear(self) -> None:
        """Delete everything that it holds, in one transaction."""
        with self.writing() as connection:
            _create_tables(connection)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection for reading; it goes back to the idle ones afterwards."""
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
        """Yield a connection for writing. The caller begins and ends transactions; SQLite runs one at a time."""
        if self._only is not None:
            with self._lock:
                yield self._only
            return
        connection = self._connect(self.path)
        try:
            connection.execute(f"PRAGMA page_size = {PAGE_BYTES}").close()
            connection.execute("PRAGMA journal_mode = WAL").close()
            # Transactions lost in a power failure are filled in again, but the file must not be damaged by it.
            connection.execute("PRAGMA synchronous = NORMAL").close()
            # What is deleted is also in the store, so overwriting it with zeros would protect nothing.
            connection.execute("PRAGMA secure_delete = OFF").close()
            connection.execute("PRAGMA temp_store = MEMORY").close()
            connection.execute(f"PRAGMA cache_size = -{self._writer_cache}").close()
            yield connection
        finally:
            connection.close()

    def close(self) -> None:
        """Close the idle connections; those in use are closed when their block ends."""
        with self._lock:
            self._is_closed = True
            for connection in self._idle:
                connection.close()
            self._idle.clear()
            if self._only is not None:
                self._only.close()

    def _connect(self, path: Path | None) -> sqlite3.Connection:
        # With uri=True the store can be attached by a URI that makes it read-only.
        source = "file::memory:" if path is None else path.resolve().as_uri()
        # A connection may pass from thread to thread, but is never used by two at the same time.
        return sqlite3.connect(source, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)


def _create_tables(connection: sqlite3.Connection) -> None:
    """Drop all tables, also those of another version, and create ours, in one transaction."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        rows = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        names = {name for (name,) in rows}
        if "words" in names:  # drops its shadow tables too, which cannot be dropped by themselves
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
