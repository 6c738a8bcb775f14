"""Files that are kept: each appears complete or not at all, and is there after a loss of power once a call returned.

A new file is written in a temporary folder next to its path, synced, and then renamed or linked to it. What a killed
process leaves of it is removed by the next call.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from .locked_folder import locked_folder, remove_leftovers
from .windows_names import refusal_of_name

if sys.platform == "darwin":
    import fcntl

_PREFIX: Final = ".es-desktop-new-"
_CANNOT_SYNC: Final = (errno.EINVAL, errno.ENOTSUP, errno.EACCES)
"""Errors of file systems, and of rights, that do not let a folder be synced."""

Step = Callable[[str], None]
"""Called with the name of each finished step. If it raises before the step ``put``, no file is left at the path."""


def no_step(name: str) -> None:
    """Do nothing."""


@contextmanager
def kept_file(path: Path, *, replaces: bool = False, step: Step = no_step) -> Iterator[Path]:
    """Yield a temporary path to write to; at the end of the block its file is moved to ``path``.

    With ``replaces`` it replaces an existing file. Raises ``FileExistsError`` if the file exists and ``replaces`` is
    not set, and ``OSError`` if it cannot be written. If the block raises, ``path`` is unchanged.
    """
    if sys.platform == "win32" and (why := refusal_of_name(path.name)):
        raise OSError(errno.EINVAL, why, str(path))
    if not replaces and os.path.lexists(path):
        raise FileExistsError(path)
    remove_unfinished(path.parent)
    with locked_folder(path.parent, _PREFIX) as folder:
        step("folder")
        unfinished = folder / path.name
        yield unfinished
        step("written")
        _sync(unfinished, os.O_RDWR)
        step("synced")
        _put(unfinished, path, replaces)
        step("put")
        sync_folder(path.parent)
        step("folder synced")


def remove_unfinished(folder: Path) -> None:
    """**Remove** unfinished files that killed processes left in a folder. Never raises."""
    remove_leftovers(folder, _PREFIX)


def make_folder(folder: Path) -> None:
    """Make a folder with its parents, unless it is there. Raises ``OSError``."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Write the names in a folder to the disk, where the system can do that."""
    if sys.platform != "win32":
        try:
            _sync(folder, os.O_RDONLY)
        except OSError as error:
            if error.errno not in _CANNOT_SYNC:
                raise


def _put(unfinished: Path, path: Path, replaces: bool) -> None:
    """Move a file to ``path``. Raises ``FileExistsError`` if one exists and ``replaces`` is not set."""
    if replaces:
        unfinished.replace(path)
        return
    try:
        os.link(unfinished, path)  # unlike a rename, a link never replaces a file
    except OSError:
        if os.path.lexists(path):
            raise FileExistsError(path) from None
        unfinished.rename(path)  # the file system has no links


def _sync(path: Path, flags: int) -> None:
    file = os.open(path, flags)
    try:
        if sys.platform == "darwin":
            with suppress(OSError):  # some file systems have only the weaker one
                fcntl.fcntl(file, fcntl.F_FULLFSYNC)
                return
        os.fsync(file)
    finally:
        os.close(file)
