"""New files: made whole under another name beside their place, synced, and put there at the end.

A file is made in a folder of its own, with whatever a database leaves beside it. Its maker holds a lock on a file in
that folder, so that the next maker of a file sees which folders a killed process left, and removes these. The place
itself is empty, or holds a whole file, whenever the process ends.
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
"""Called after each step with its name; what it raises undoes all steps before the file stands in its place."""


def no_step(name: str) -> None:
    """Do nothing after a step."""


@contextmanager
def new_file(path: Path, *, replaces: bool = False, step: Step = no_step) -> Iterator[Path]:
    """Give a name to write to; what stands there when the block ends is put at ``path``.

    With ``replaces`` it takes the place of a file; otherwise ``StoreRefusedError`` is raised where one stands, and in
    either case where the file cannot be written. What the block raises leaves the place as it was.
    """
    verb = "written" if replaces else "made"
    try:
        if not replaces and os.path.lexists(path):
            raise FileExistsError
        remove_leftovers(path.parent)
        with _own_folder(path.parent) as folder:
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
    """**Remove** what killed processes left in a folder of the files that they were making; a living one's stays."""
    with suppress(OSError):
        for each in folder.glob(f"{_PREFIX}*"):
            with suppress(OSError):
                each.rmdir()  # where it was ended before it had its lock
                continue
            with suppress(OSError):
                _remove_unused(each)


def _remove_unused(folder: Path) -> None:
    """Remove a folder with what is in it. Raises ``OSError`` where the process that made it lives."""
    if sys.platform == "win32":
        (folder / _LOCK).unlink()  # not while it is open
        shutil.rmtree(folder)
        return
    lock = os.open(folder / _LOCK, os.O_RDWR)
    try:
        _lock(lock)
        shutil.rmtree(folder)
    finally:
        os.close(lock)


@contextmanager
def _own_folder(parent: Path) -> Iterator[Path]:
    folder, lock = _made_folder(parent)
    try:
        yield folder
    finally:
        if sys.platform == "win32":
            os.close(lock)  # no open file is removed there
        shutil.rmtree(folder, ignore_errors=True)
        if sys.platform != "win32":
            os.close(lock)


def _made_folder(parent: Path) -> tuple[Path, int]:
    for _ in range(_TRIES):
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
        # Until it is locked it passes for one that was left, and may be gone again.
        try:
            lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        except FileNotFoundError:
            continue
        if _locked_first(lock) and (folder / _LOCK).exists():
            return folder, lock
        os.close(lock)
    raise OSError(0, "another process removes what is made there")


def _locked_first(file: int) -> bool:
    """Lock an open file; return whether nobody else has it locked, which on some file systems nobody can have."""
    try:
        _lock(file)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _lock(file: int) -> None:
    """Lock an open file until it is closed. Raises ``OSError`` where another process has it locked."""
    if sys.platform != "win32":
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _put(unfinished: Path, path: Path, replaces: bool) -> None:
    """Move a file to its place. Raises ``FileExistsError`` where one stands that it does not replace."""
    if replaces:
        unfinished.replace(path)
        return
    try:
        os.link(unfinished, path)  # unlike a move it never replaces
    except FileExistsError:
        raise
    except OSError:  # a file system that knows no links
        if os.path.lexists(path):
            raise FileExistsError from None
        unfinished.rename(path)


def _sync(path: Path) -> None:
    """Let a file, or the names in a folder, reach the disk."""
    if path.is_dir() and sys.platform == "win32":
        return
    file = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(file)
    finally:
        os.close(file)
