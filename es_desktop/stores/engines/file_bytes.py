"""The bytes of a file that SQLite may have open in this process.

POSIX ends all locks of a process on a file as soon as the process closes any handle on it, also one that never locked
anything: https://www.sqlite.org/howtocorrupt.html, section 2.2. So a file has one handle, which everything here shares.
"""

from __future__ import annotations

import os
from pathlib import Path
from threading import Lock
from typing import Final
from weakref import WeakValueDictionary

Identity = tuple[int, int]
"""Device and inode of a file; on Windows its volume and its index there."""
_CHUNK: Final = 1 << 20


class FileBytes:
    """Reads a file by a handle that is closed with the last reference to this object. May be used by any thread."""

    def __init__(self) -> None:
        self._handles: list[int] = []

    def read(self, count: int, start: int) -> bytes:
        """Return bytes of the file, fewer than ``count`` at its end."""
        if hasattr(os, "pread"):
            return os.pread(self._handles[0], count, start)
        with _lock:  # Windows
            os.lseek(self._handles[0], start, os.SEEK_SET)
            return os.read(self._handles[0], count)

    def copy_to(self, path: Path) -> None:
        """Write all bytes of the file to a new file at a path."""
        with path.open("xb") as copy:
            while chunk := self.read(_CHUNK, copy.tell()):
                copy.write(chunk)

    def __del__(self) -> None:
        for handle in self._handles:
            os.close(handle)


_shared: Final[WeakValueDictionary[Identity, FileBytes]] = WeakValueDictionary()
_lock: Final = Lock()


def bytes_of(path: Path) -> FileBytes:
    """Return the bytes of the file at a path. Raises ``OSError``."""
    with _lock:
        found = _shared.get(identity_of(path.stat()))
        if found is not None:
            return found
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        # Another file may have the name since; if its bytes are shared already, this handle is closed with the others.
        found = _shared.setdefault(identity_of(os.fstat(handle)), FileBytes())
        found._handles.append(handle)
        return found


def identity_of(found: os.stat_result) -> Identity:
    """Return which file it is, whatever its name."""
    return found.st_dev, found.st_ino
