"""An index as an SQLite database, in a file or in memory: its connections and its tables.

``n`` numbers the events in the order of the store: it is the store's own key if that is a whole number that grows,
otherwise a count. ``kind`` holds the entity types; ``ended`` says that an entity was discarded, ``encrypted`` that it
has encrypted records. ``slice`` has a row for each transaction of events; ``hour`` and ``counted`` are their sums.
``state`` has the values of
entities whose last state was read, after the event ``last``: their texts and amounts as JSON objects by path.
``words`` keeps no text, only the positions of each word: https://www.sqlite.org/fts5.html, contentless tables.
``folded`` columns have a text in the form that typed text is compared with; NULL if the text itself is as good.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import RLock
from typing import Any, Final

from es_desktop.core import DatastoreError
from es_desktop.system.sqlite_limits import harden
from es_desktop.system.sqlite_uri import uri_of
from es_desktop.system.waiting import LOCK_STEP, is_locked, passing_reason, wait_for_lock

from .folding import folded_or_null, searched_text

VERSION: Final = 5
"""The version of these tables; an index with another one is cleared and filled again."""

PAGE_BYTES: Final = 16_384
"""The page size of the file in bytes; fewer and larger pages are written faster."""

SECONDS_PER_BAR: Final = 3600
"""The length of time that one row of ``hour`` counts, in seconds."""

TABLES: Final = f"""
CREATE TABLE fact (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE kind (no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, folded TEXT);
CREATE TABLE topic (no INTEGER PRIMARY KEY, topic TEXT NOT NULL UNIQUE, name TEXT NOT NULL, kind INTEGER);
CREATE TABLE entity (
    no INTEGER PRIMARY KEY, id NOT NULL UNIQUE, folded TEXT, kind INTEGER,
    events INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, snapshots INTEGER NOT NULL DEFAULT 0,
    created REAL, modified REAL, ended INTEGER NOT NULL DEFAULT 0,
    encrypted INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE state (
    entity INTEGER PRIMARY KEY, last INTEGER NOT NULL, shown TEXT NOT NULL, folded TEXT, amounts TEXT NOT NULL,
    failure TEXT NOT NULL
);
CREATE TABLE event (
    n INTEGER PRIMARY KEY, entity INTEGER NOT NULL, position INTEGER NOT NULL, topic INTEGER NOT NULL, time REAL
);
CREATE TABLE slice (
    last INTEGER PRIMARY KEY, first INTEGER NOT NULL, events INTEGER NOT NULL, earliest REAL, latest REAL
);
CREATE TABLE hour (
    hour INTEGER NOT NULL, topic INTEGER NOT NULL, events INTEGER NOT NULL, PRIMARY KEY (hour, topic)
) WITHOUT ROWID;
CREATE TABLE counted (topic INTEGER PRIMARY KEY, events INTEGER NOT NULL);
CREATE VIRTUAL TABLE words USING fts5(
    text, content = '', columnsize = 0, tokenize = "unicode61 remove_diacritics 2"
);
INSERT INTO words (words, rank) VALUES ('hashsize', {64 * 1024 * 1024});
INSERT INTO words (words, rank) VALUES ('pgsz', {PAGE_BYTES - 384});
INSERT INTO words (words, rank) VALUES ('automerge', 0);
INSERT INTO words (words, rank) VALUES ('crisismerge', 64);
"""
"""The options of ``words`` make the words of a slice one segment, and merge many segments at once, and rarely."""


_BUSY_SECONDS: Final = 30.0
"""How long it is waited for another program that fills the same index, unless the work is stopped."""
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

    def clear(self) -> None:
        """Delete everything that it holds, in one transaction."""
        with self.writing() as connection:
            _create_tables(connection)

    def rows(self, query: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[Any]:
        """Return all rows of a query."""
        with self.reading() as connection:
            return connection.execute(query, values).fetchall()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection for reading; it goes back to the idle ones afterwards. Raises ``DatastoreError``."""
        try:
            with self._for_reading() as connection:
                yield connection
        except sqlite3.DatabaseError as error:
            hint = f"Close the store, delete {self.path}, and open it again." if self.path else ""
            passing, way_out = passing_reason(error)
            raise DatastoreError(
                f"the index of the store cannot be read: {passing or error}", way_out or hint
            ) from error

    @contextmanager
    def _for_reading(self) -> Iterator[sqlite3.Connection]:
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
        source = "file::memory:" if path is None else uri_of(path, "rwc")
        # A connection may pass from thread to thread, but is never used by two at the same time.
        found = sqlite3.connect(
            source, uri=True, timeout=LOCK_STEP, isolation_level=None, check_same_thread=False, factory=_Connection
        )
        # A version in a damaged store may be a text that is not UTF-8.
        found.text_factory = partial(str, encoding="utf-8", errors="replace")
        harden(found, attached=1)
        for function in (folded_or_null, searched_text):
            found.create_function(function.__name__, 1, function, deterministic=True)
        return found


class _Connection(sqlite3.Connection):
    """A connection whose waits for a lock can be stopped."""

    def execute(self, *args: Any) -> sqlite3.Cursor:
        try:
            return super().execute(*args)
        except UnicodeDecodeError as error:  # SQLite's own message has bytes of a damaged definition
            raise sqlite3.DatabaseError("database disk image is malformed") from error
        except sqlite3.OperationalError as error:
            if not is_locked(error):
                raise
        found: sqlite3.Cursor = wait_for_lock(self, _BUSY_SECONDS, partial(super().execute, *args))
        return found


def _create_tables(connection: sqlite3.Connection) -> None:
    """Drop all tables, also those of another version, and create ours, in one transaction."""
    with transaction(connection):
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        if "words" in names:  # drops its shadow tables too, which cannot be dropped by themselves
            connection.execute("DROP TABLE words")
        for name in names:
            if not name.startswith(("words", "sqlite_")):
                connection.execute(f'DROP TABLE "{name}"')
        for statement in TABLES.split(";\n"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Run a block in a transaction that may write from its start."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def listed(numbers: Iterable[int]) -> str:
    """Return whole numbers as a list for SQL, without brackets."""
    return ", ".join(map(str, numbers))
