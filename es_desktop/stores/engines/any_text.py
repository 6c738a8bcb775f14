"""SQLite connections that return and take texts of any bytes, without a cost for the texts that are UTF-8."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain, islice
from sys import getsizeof
from typing import Any, Final

from es_desktop.system.sqlite_limits import Clock, harden
from es_desktop.system.waiting import LOCK_SECONDS, LOCK_STEP, is_locked, wait_for_lock

_any_text: Final = partial(str, encoding="utf-8", errors="surrogateescape")

_MARK: Final = re.compile(r"""'[^']*'|"[^"]*"|(\?)""")
"""A text or a name in a statement, or the place of a parameter."""

_FEW: Final = 10
"""Rows whose lengths are added up together."""
_MOST_BYTES: Final = 16_000_000
"""Of rows that are fetched together, unless a few have more."""
_CHECK_EVERY: Final = 100_000
"""Instructions of SQLite's machine, which are some milliseconds."""


class AnyTextConnection(sqlite3.Connection):
    """A connection whose cursors read each text: a byte that is not UTF-8 becomes a lone surrogate.

    No text in UTF-8 has one. As a parameter, such a text is written as it was read. Only iterating
    over a cursor itself raises ``OperationalError`` at such a text. A lock of another program is waited for at most
    ``lock_seconds``, and not after the work of the thread was stopped.
    """

    def __init__(self, database: str, *, lock_seconds: float = LOCK_SECONDS, **named: Any) -> None:
        super().__init__(database, **{**named, "timeout": min(LOCK_STEP, lock_seconds)})
        self.lock_seconds = lock_seconds
        self.clock = Clock()
        """Ends a statement that takes too long."""
        harden(self)
        self.set_progress_handler(self.clock.is_over, _CHECK_EVERY)

    def cursor(self, factory: Any = None) -> Any:
        self.clock.start()
        return super().cursor(factory or _Cursor)

    def execute(self, *args: Any) -> Any:
        return self.cursor().execute(*args)

    def commit(self) -> None:
        self.wait_for_lock(super().commit)

    def wait_for_lock(self, run: Callable[[], Any]) -> Any:
        """Run a statement, again if it changed nothing because of a lock."""
        return wait_for_lock(self, self.lock_seconds, run)


class _Cursor(sqlite3.Cursor):
    connection: AnyTextConnection

    def execute(self, *args: Any) -> Any:
        try:
            try:
                return super().execute(*args)
            except UnicodeEncodeError:
                return self.execute(*_as_bytes(*args))
            except sqlite3.OperationalError as error:
                if not is_locked(error):
                    raise
            return self.connection.wait_for_lock(partial(super().execute, *args))
        except Exception as error:
            # As long as the error is kept, and this cursor with it, a closed connection would keep the file open.
            self.close()
            if isinstance(error, MemoryError):
                raise self._why_no_memory() from None
            raise

    def executemany(self, statement: str, rows: Iterable[Any]) -> Any:
        left, at, execute_many = [*rows], 0, super().executemany

        def counted() -> Iterator[Any]:
            nonlocal at
            for at, row in enumerate(left):  # noqa: B007 - it is the row that could not be taken
                yield row

        while True:
            try:
                return self.connection.wait_for_lock(lambda: execute_many(statement, counted()))
            except UnicodeEncodeError:
                self.execute(*_as_bytes(statement, left[at]))
                del left[: at + 1]

    def fetchone(self) -> Any:
        return next(iter(self.fetchall(1)), None)

    def fetchmany(self, size: int | None = None) -> list[Any]:
        """Return the next rows, at most so many, and fewer if they are long."""
        left, rows, length = self.arraysize if size is None else size, list[Any](), 0
        while left > 0 and length < _MOST_BYTES:
            some = self.fetchall(min(left, _FEW))
            rows += some
            length += sum(map(getsizeof, chain.from_iterable(some)))
            left = left - len(some) if len(some) == min(left, _FEW) else 0
        return rows

    def fetchall(self, most: int | None = None) -> list[Any]:
        """Return the next rows, at most so many.

        A factory is called for each text, so there is none before the first text that needs it.
        """
        rows: list[Any] = []
        try:
            try:
                rows.extend(self if most is None else islice(self, most))
            except sqlite3.OperationalError as error:
                if hasattr(error, "sqlite_errorcode") or self.connection.text_factory is not str:
                    raise  # an error of SQLite, not of decoding
                self.connection.text_factory = _any_text
                # The cursor is still at the row that could not be decoded, and ``rows`` has those before it.
                rows.extend(self if most is None else islice(self, most - len(rows)))
        except Exception as error:
            self.close()
            if isinstance(error, MemoryError):
                raise self._why_no_memory() from None
            raise
        return rows

    def _why_no_memory(self) -> Exception:
        """Return the error for SQLite's "out of memory": damage, if there is as much as one value may take.

        SQLite says so too where the length of a record is damaged.
        """
        try:
            bytes(self.connection.getlimit(sqlite3.SQLITE_LIMIT_LENGTH))
        except MemoryError as error:
            return error
        damage = sqlite3.DatabaseError("the length of a record is damaged")
        damage.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        return damage


def _as_bytes(statement: str, parameters: Any = ()) -> tuple[str, list[Any]]:
    """Return a statement, and parameters by position, that give the driver bytes for each text that is not UTF-8.

    Raises ``UnicodeEncodeError`` if it has none of those.
    """
    given: list[Any] = [
        each.encode(errors="surrogateescape") if isinstance(each, str) and not _is_utf_8(each) else each
        for each in parameters
    ]
    if isinstance(parameters, dict) or given == [*parameters]:
        statement.encode()
        raise UnicodeEncodeError("utf-8", "", 0, 0, "surrogates not allowed")
    changed = iter([type(one) is not type(two) for one, two in zip(given, parameters, strict=True)])

    def mark(found: re.Match[str]) -> str:
        # With "+" it has no affinity, so that the index of a column without one is used.
        return "(+CAST(? AS TEXT))" if found[1] and next(changed) else found[0]

    return _MARK.sub(mark, statement), given


def _is_utf_8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
