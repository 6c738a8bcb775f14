"""New files: written completely in a temporary folder next to their path, synced, and then renamed or linked to it.

The process holds a lock on a file in that folder. A folder without a lock was left by a killed process; the next call
removes it. So at any time there is either no file at the path, or a complete one.
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

from es_desktop.core import StoreRefusedError

if sys.platform != "win32":
    import fcntl

_PREFIX: Final = ".es-desktop-new-"
_LOCK: Final = "in-use"
_TRIES: Final = 100

Step = Callable[[str], None]
"""Called with the name of each finished step. If it raises before the step ``put``, no file is left at the path."""


def no_step(name: str) -> None:
    """Do nothing."""


@contextmanager
def new_file(path: Path, *, replaces: bool = False, step: Step = no_step) -> Iterator[Path]:
    """Yield a temporary path to write to; at the end of the block its file is moved to ``path``.

    With ``replaces`` it replaces an existing file. Raises ``StoreRefusedError`` if the file exists and ``replaces`` is
    not set, or if it cannot be written. If the block raises, ``path`` is unchanged.
    """
    verb = "written" if replaces else "made"
    try:
        if not replaces and os.path.lexists(path):
            raise FileExistsError
        remove_leftovers(path.parent)
        with _locked_folder(path.parent) as folder:
            step("folder")
            unfinished = folder / path.name
            yield unfinished
            step("written")
            _sync(unfinished)
            step("synced")
            _put(unfinished, path, replaces)
            step("put")
            _sync(path.parent)
            step("folder synced")
    except FileExistsError:
        raise StoreRefusedError(f"{path} exists already, and is not written over", "Choose another name.") from None
    except OSError as error:
        raise StoreRefusedError(f"{path} cannot be {verb}: {error.strerror}", "Choose another folder.") from error


def remove_leftovers(folder: Path) -> None:
    """**Remove** unfinished files that killed processes left in a folder. Never raises."""
    with suppress(OSError):
        for each in folder.glob(f"{_PREFIX}*"):
            with suppress(OSError):
                each.rmdir()  # it was killed before it created its lock file
                continue
            with suppress(OSError):
                _remove_unused(each)


def _remove_unused(folder: Path) -> None:
    """Remove a folder with its files. Raises ``OSError`` if the process that created it is still running."""
    if sys.platform == "win32":
        (folder / _LOCK).unlink()  # fails while it is open
        shutil.rmtree(folder)
        return
    lock = os.open(folder / _LOCK, os.O_RDWR)
    try:
        _lock(lock)
        shutil.rmtree(folder)
    finally:
        os.close(lock)


@contextmanager
def _locked_folder(parent: Path) -> Iterator[Path]:
    folder, lock = _make_folder(parent)
    try:
        yield folder
    finally:
        if sys.platform == "win32":
            os.close(lock)  # Windows removes no open file
        shutil.rmtree(folder, ignore_errors=True)
        if sys.platform != "win32":
            os.close(lock)


def _make_folder(parent: Path) -> tuple[Path, int]:
    for _ in range(_TRIES):
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
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


def _put(unfinished: Path, path: Path, replaces: bool) -> None:
    """Move a file to ``path``. Raises ``FileExistsError`` if one exists and ``replaces`` is not set."""
    if replaces:
        unfinished.replace(path)
        return
    try:
        os.link(unfinished, path)  # unlike a rename, a link never replaces a file
    except OSError:
        if os.path.lexists(path):
            raise FileExistsError from None
        unfinished.rename(path)  # the file system has no links


def _sync(path: Path) -> None:
    """Write a file, or the entries of a folder, to the disk."""
    if path.is_dir() and sys.platform == "win32":
        return
    file = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(file)
    finally:
        os.close(file)
