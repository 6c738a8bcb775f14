"""SQLite connections that return texts of any bytes, without a cost for the texts that are UTF-8."""

from __future__ import annotations

import sqlite3
from functools import partial
from itertools import islice
from typing import Any, Final

from es_desktop.core.limits import Clock, harden

_any_text: Final = partial(str, encoding="utf-8", errors="surrogateescape")

_CHECK_EVERY: Final = 100_000
"""Instructions of SQLite's machine, which are some milliseconds."""


class AnyTextConnection(sqlite3.Connection):
    """A connection whose cursors read each text: a byte that is not UTF-8 becomes a lone surrogate.

    No text in UTF-8 has one. Only iterating over a cursor itself raises ``OperationalError`` at such a text.
    """

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.clock = Clock()
        """Ends a statement that takes too long."""
        harden(self)
        self.set_progress_handler(self.clock.is_over, _CHECK_EVERY)

    def cursor(self, factory: Any = None) -> Any:
        self.clock.start()
        return super().cursor(factory or _Cursor)

    def execute(self, *args: Any) -> Any:
        return self.cursor().execute(*args)


class _Cursor(sqlite3.Cursor):
    def fetchone(self) -> Any:
        return next(iter(self.fetchall(1)), None)

    def fetchmany(self, size: int | None = None) -> list[Any]:
        return self.fetchall(self.arraysize if size is None else size)

    def fetchall(self, most: int | None = None) -> list[Any]:
        """Return the next rows, at most so many.

        A factory is called for each text, so there is none before the first text that needs it.
        """
        rows: list[Any] = []
        try:
            rows.extend(self if most is None else islice(self, most))
        except sqlite3.OperationalError as error:
            if hasattr(error, "sqlite_errorcode") or self.connection.text_factory is not str:
                raise  # an error of SQLite, not of decoding
            self.connection.text_factory = _any_text
            # The cursor is still at the row that could not be decoded, and ``rows`` has those before it.
            rows.extend(self if most is None else islice(self, most - len(rows)))
        return rows
