"""How long a database that others use is waited for, and who may end the wait."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import local
from typing import Final

LOCK_SECONDS: Final = 5.0
"""How long a lock of another program is waited for."""
LOCKED: Final = "it is locked by another program"
LOCKED_HINT: Final = "Try again when that program is done."
STOPPED: Final = "it was cancelled"
_BUSY: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL)
_LOCK_NOT_AVAILABLE: Final = "55P03"
"""The state of a statement that PostgreSQL ended at ``lock_timeout``."""
_thread: Final = local()


@contextmanager
def stoppable(is_stopped: Callable[[], bool]) -> Iterator[None]:
    """Let ``is_stopped`` end the statements that this thread runs in the block: asked about ten times a second."""
    before = getattr(_thread, "is_stopped", None)
    _thread.is_stopped = is_stopped
    try:
        yield
    finally:
        _thread.is_stopped = before


def is_stopped() -> bool:
    """Return whether nobody waits for the work of this thread any more."""
    asked: Callable[[], bool] | None = getattr(_thread, "is_stopped", None)
    return asked is not None and asked()


def is_locked(error: BaseException) -> bool:
    """Return whether an error of a database, or SQLAlchemy's for it, says that others have locked what is needed."""
    cause = getattr(error, "orig", error)
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    return code in _BUSY or getattr(cause, "sqlstate", None) == _LOCK_NOT_AVAILABLE
