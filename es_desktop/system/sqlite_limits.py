"""How SQLite keeps the limits: what a connection refuses, and how long one statement may compute."""

from __future__ import annotations

import sqlite3
import sys
from threading import get_ident
from time import thread_time

from .limits import limits
from .stop import is_stopped


def harden(connection: sqlite3.Connection, *, attached: int = 0) -> None:
    """Set up a connection for a file that anybody may have made: https://www.sqlite.org/security.html.

    Views and generated columns call only harmless functions, damaged cells are noticed, and texts and statements of
    any size are refused. ``attached`` is how many files it may attach.
    """
    for each in ("trusted_schema = OFF", "cell_size_check = ON"):
        connection.execute(f"PRAGMA {each}").close()
    if sys.version_info >= (3, 12):
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
    for category, most in (
        (sqlite3.SQLITE_LIMIT_LENGTH, min(4 * limits().payload_mb, 1_000) * 1_000_000),
        (sqlite3.SQLITE_LIMIT_SQL_LENGTH, 1_000_000),
        (sqlite3.SQLITE_LIMIT_EXPR_DEPTH, 200),
        (sqlite3.SQLITE_LIMIT_ATTACHED, attached),
    ):
        connection.setlimit(category, most)


class Clock:
    """Measures how long SQLite computes one statement: the processor time of the thread that runs it."""

    def __init__(self) -> None:
        self.most_seconds: float = limits().statement_seconds
        self._thread = 0
        self._began = 0.0

    def start(self) -> None:
        """Start with a new statement. The time is read when SQLite first asks: most statements end before that."""
        self._thread = 0

    def is_over(self) -> bool:
        """Return whether the statement takes too long, or nobody waits for it any more."""
        if self._thread != get_ident():  # it is new, or its rows are read in another thread
            self._thread, self._began = get_ident(), thread_time()
        return thread_time() - self._began > self.most_seconds or is_stopped()
