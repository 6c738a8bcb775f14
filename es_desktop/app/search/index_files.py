"""The files of indexes in the user's cache folder: where one is, and letting go of those that nobody uses any more."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, Final

from es_desktop.core import DatastoreError
from es_desktop.index import IndexDatabase

if TYPE_CHECKING:
    from es_desktop.app.store.session import Session

_ENDING: Final = ".index"
_KEPT_SECONDS: Final = 60 * 86_400.0
"""An index that was not opened for so long is made again, should its store ever be opened again."""


def index_path(session: Session, folder: Path) -> Path:
    """Return where the index of a store is kept, or would be."""
    told = (session.place, str(session.scope), repr(session.options.table_map), str(bool(session.options.keys)))
    name = sha256("\0".join(told).encode()).hexdigest()[:32]
    return folder / f"{name}{_ENDING}"


def opened_index(path: Path | None, clock: Callable[[], float] = time) -> IndexDatabase:
    """Open an index, of memory where there is no path; let go of those beside it that nobody used for long."""
    if path is None:
        return IndexDatabase()
    try:
        # What is in the payloads of a store is nobody else's business.
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        for each in path.parent.glob(f"*{_ENDING}"):
            if each != path and each.stat().st_mtime < clock() - _KEPT_SECONDS:
                _remove(each)
        try:
            database = IndexDatabase(path)
        except sqlite3.DatabaseError:
            # Damaged, as any file may be; another one is made of the store.
            _remove(path)
            database = IndexDatabase(path)
        path.touch()
        return database
    except OSError as error:
        raise DatastoreError(f"the index of the store cannot be kept in {path}: {error.strerror}") from error


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        with suppress(PermissionError):  # another window has it open, on a system where that counts
            path.with_name(path.name + ending).unlink(missing_ok=True)
