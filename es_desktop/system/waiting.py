"""What keeps a database from being used for a while, such as a lock; and who may end the wait for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import local
from time import monotonic
from typing import Any, Final

LOCK_SECONDS: Final = 5.0
"""How long a lock of another program is waited for."""
LOCK_STEP: Final = 0.1
"""How long SQLite itself waits for one, in seconds, before it is seen whether the work was stopped: it cannot stop."""
LOCKED: Final = "it is locked by another program"
LOCKED_HINT: Final = "Try again when that program is done."
STOPPED: Final = "it was cancelled"
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
_thread: Final = local()


@contextmanager
def stoppable(
    is_stopped: Callable[[], bool] = lambda: False, progress: Callable[[int, int], object] = lambda done, total: None
) -> Iterator[None]:
    """Let ``is_stopped`` end the statements that this thread runs in the block: asked about ten times a second.

    ``progress`` receives what ``report`` is called with in the block, and ends it by raising.
    """
    before = vars(_thread).copy()
    _thread.is_stopped, _thread.progress = is_stopped, progress
    try:
        yield
    finally:
        vars(_thread).clear()
        vars(_thread).update(before)


def report(done: int, total: int) -> None:
    """Report how much of long work in this thread is done to who waits for it. Raises what ends the work."""
    progress: Callable[[int, int], object] | None = getattr(_thread, "progress", None)
    if progress is not None:
        progress(done, total)


def is_stopped() -> bool:
    """Return whether nobody waits for the work of this thread any more."""
    asked: Callable[[], bool] | None = getattr(_thread, "is_stopped", None)
    return asked is not None and asked()


def is_locked(error: BaseException) -> bool:
    """Return whether an error of a database, or SQLAlchemy's for it, says that others have locked what is needed."""
    cause = getattr(error, "orig", error)
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    return code in _BUSY or getattr(cause, "sqlstate", None) == _LOCK_NOT_AVAILABLE


def wait_for_lock(connection: sqlite3.Connection, seconds: float, run: Callable[[], Any]) -> Any:
    """Run a statement, again if it changed nothing because of a lock, unless the work of the thread was stopped.

    The connection waits ``LOCK_STEP`` by itself. Raises what the statement raises after so many ``seconds``.
    """
    end, before = 0.0, connection.total_changes
    while True:
        try:
            return run()
        except sqlite3.OperationalError as error:
            end = end or monotonic() + seconds - LOCK_STEP
            # In a read that is older than what another program wrote, no wait helps: ``SQLITE_BUSY_SNAPSHOT``.
            is_busy = getattr(error, "sqlite_errorcode", 0) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_RECOVERY)
            if not is_busy or monotonic() >= end or is_stopped() or connection.total_changes != before:
                raise


def passing_reason(error: BaseException) -> tuple[str, str]:
    """Return why a database cannot be used now, and what to do about it, for a reason that passes; else two ''."""
    cause = getattr(error, "orig", error)
    code, state = getattr(cause, "sqlite_errorcode", 0), getattr(cause, "sqlstate", None)
    if is_locked(error):
        return LOCKED, LOCKED_HINT
    if code & 0xFF == sqlite3.SQLITE_FULL or code in _UNWRITTEN or state == _DISK_FULL:
        return NO_ROOM, NO_ROOM_HINT
    return "", ""
