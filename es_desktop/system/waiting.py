"""What keeps a database from being used for a while, such as a lock."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from time import monotonic
from typing import Any, Final

from .stop import is_stopped, report_waiting

LOCK_SECONDS: Final = 5.0
"""How long a lock of another program is waited for."""
LOCK_STEP: Final = 0.1
"""How long SQLite itself waits for one, in seconds, before it is seen whether the work was stopped: it cannot stop."""
LOCKED: Final = "it is locked by another program"
LOCKED_HINT: Final = "Try again when that program is done."
NO_ROOM: Final = "there is no room left on the disk"
NO_ROOM_HINT: Final = "Free some space, or choose another disk."
_BUSY: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL)
_LOCK_NOT_AVAILABLE: Final = "55P03"
"""The state of a statement that PostgreSQL ended at ``lock_timeout``."""
_DISK_FULL: Final = "53100"
_UNWRITTEN: Final = (
    sqlite3.SQLITE_IOERR_WRITE,
    sqlite3.SQLITE_IOERR_FSYNC,
    sqlite3.SQLITE_IOERR_TRUNCATE,
    sqlite3.SQLITE_IOERR_SHMSIZE,
    sqlite3.SQLITE_IOERR_SHMOPEN,
    sqlite3.SQLITE_IOERR_SHMMAP,
)
"""What SQLite says of a full disk, besides ``SQLITE_FULL``; of a broken one as well."""


def is_locked(error: BaseException) -> bool:
    """Return whether an error of a database, or SQLAlchemy's for it, says that others have locked what is needed."""
    cause = getattr(error, "orig", error)
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    return code in _BUSY or getattr(cause, "sqlstate", None) == _LOCK_NOT_AVAILABLE


def wait_for_lock(connection: sqlite3.Connection, seconds: float, run: Callable[[], Any]) -> Any:
    """Run a statement, again if it changed nothing because of a lock, unless the work of the thread was stopped.

    The connection waits ``LOCK_STEP`` by itself; a longer wait is reported. Raises what the statement raises after so
    many ``seconds``.
    """
    end, before = 0.0, connection.total_changes
    try:
        while True:
            try:
                return run()
            except sqlite3.OperationalError as error:
                # In a read that is older than what another program wrote, no wait helps: ``SQLITE_BUSY_SNAPSHOT``.
                is_busy = getattr(error, "sqlite_errorcode", 0) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_RECOVERY)
                is_over = bool(end) and monotonic() >= end
                if not is_busy or is_over or is_stopped() or connection.total_changes != before:
                    raise
            if not end:
                end = monotonic() + seconds - LOCK_STEP
                report_waiting(True)
    finally:
        if end:
            report_waiting(False)


def passing_reason(error: BaseException) -> tuple[str, str]:
    """Return why a database cannot be used now, and what to do about it, for a reason that passes; else two ''."""
    cause = getattr(error, "orig", error)
    code, state = getattr(cause, "sqlite_errorcode", 0), getattr(cause, "sqlstate", None)
    if is_locked(error):
        return LOCKED, LOCKED_HINT
    if code & 0xFF == sqlite3.SQLITE_FULL or code in _UNWRITTEN or state == _DISK_FULL:
        return NO_ROOM, NO_ROOM_HINT
    return "", ""
