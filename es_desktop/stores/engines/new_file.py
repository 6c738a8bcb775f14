"""New files: written completely in a temporary folder next to their path, synced, and then renamed or linked to it.

What a killed process leaves of it is removed by the next call. So at any time there is either no file at the path, or a
complete one.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from es_desktop.core import StoreRefusedError
from es_desktop.system.locked_folder import locked_folder, remove_leftovers

_PREFIX: Final = ".es-desktop-new-"

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
        remove_unfinished(path.parent)
        with locked_folder(path.parent, _PREFIX) as folder:
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


def remove_unfinished(folder: Path) -> None:
    """**Remove** unfinished files that killed processes left in a folder. Never raises."""
    remove_leftovers(folder, _PREFIX)


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
