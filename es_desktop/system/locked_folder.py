"""Folders for files that must not outlive the process: removed at the end, or by the next one if it was killed.

The process holds a lock on a file in its folder. A folder without a lock was left by a killed process.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

if sys.platform != "win32":
    import fcntl

RUN_PREFIX: Final = "es-desktop-run-"
"""Of the folder that a run has for its temporary files."""
_LOCK: Final = "in-use"
_TRIES: Final = 100


@contextmanager
def locked_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """Yield a new folder, and remove it with all that is in it. Raises ``OSError`` if it cannot be made.

    Its name begins with ``prefix``, by which ``remove_leftovers`` finds it.
    """
    folder, lock = _make_folder(parent, prefix)
    try:
        yield folder
    finally:
        if sys.platform == "win32":
            os.close(lock)  # Windows removes no open file
        shutil.rmtree(folder, ignore_errors=True)
        if sys.platform != "win32":
            os.close(lock)


def remove_leftovers(parent: Path, prefix: str, look: Callable[[Path], object] = lambda folder: None) -> None:
    """**Remove** the folders that killed processes left in a folder, after ``look`` got each. Raises no ``OSError``."""
    with suppress(OSError):
        # Quicker than paths of all: this runs before the window is there, and the folder may have thousands of files.
        with os.scandir(parent) as entries:
            found = [parent / entry.name for entry in entries if entry.name.startswith(prefix)]
        for each in found:
            with suppress(OSError):
                each.rmdir()  # it was killed before it created its lock file
                continue
            with suppress(OSError):
                _remove_unused(each, look)


def _remove_unused(folder: Path, look: Callable[[Path], object]) -> None:
    """Remove a folder with its files. Raises ``OSError`` if the process that created it is still running."""
    if sys.platform == "win32":
        (folder / _LOCK).unlink(missing_ok=True)  # fails while it is open
        with suppress(OSError):
            look(folder)
        shutil.rmtree(folder)
        return
    try:
        lock = os.open(folder / _LOCK, os.O_RDWR)
    except FileNotFoundError:  # lost with the power: it is the first file that is made there
        shutil.rmtree(folder)
        return
    try:
        _lock(lock)
        with suppress(OSError):
            look(folder)
        shutil.rmtree(folder)
    finally:
        os.close(lock)


def _make_folder(parent: Path, prefix: str) -> tuple[Path, int]:
    for _ in range(_TRIES):
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
        # Until it is locked, another process may take it for a leftover and remove it.
        try:
            lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        except FileNotFoundError:
            continue
        try:
            _lock(lock)
            is_locked = True
        except OSError as error:
            is_locked = not isinstance(error, BlockingIOError)  # some file systems have no locks
        if is_locked and (folder / _LOCK).exists():
            return folder, lock
        os.close(lock)
    raise OSError(0, "another process removes the files that are created there")


def _lock(file: int) -> None:
    """Lock an open file until it is closed. Raises ``OSError`` if another process holds the lock."""
    if sys.platform != "win32":
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
