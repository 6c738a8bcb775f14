"""Detects that the file of an open store was moved, deleted or replaced by another file of the same name.

SQLite goes on writing to the file that it opened, whatever its name is now, so these writes are lost to all who open
the file by name. The log keeps its name, so SQLite takes it for the log of the new file and damages that file:
https://www.sqlite.org/howtocorrupt.html.
"""

from __future__ import annotations

import sys
from pathlib import Path
from threading import Lock
from typing import Final
from weakref import WeakSet

from es_desktop.core import StoreRefusedError
from es_desktop.system.kept_file import sync_folder

from .read_only_file import Identity, identity_of

if sys.platform != "win32":
    import fcntl

_LOG: Final = "-wal"
_LOG_INDEX: Final = "-shm"
_LOG_FILES: Final = (_LOG, _LOG_INDEX)
_USERS_BYTE: Final = 128
"""A byte of the log's index that each process which uses the log has locked: https://www.sqlite.org/walformat.html."""


class SameFile:
    """The file that was at a path when this object was created. For any thread."""

    def __init__(self, path: Path, *, has_our_log: bool) -> None:
        """``has_our_log`` says whether this process writes a log for it. Raises ``StoreRefusedError``."""
        self._path = path.absolute()
        self._log_base = path.resolve()
        # A store that was opened at this path earlier may have left its log next to the new file.
        with _opened_lock:
            earlier = [each for each in _opened if each._log_base == self._log_base]
        for each in earlier:
            each.is_there()
        identity = _identity(self._path)
        if identity is None:
            raise StoreRefusedError(f"there is no file {path}", "Check the name, or make a new store there.")
        self._identity = identity
        self._has_our_log = has_our_log
        self._log: dict[str, Identity | None] = {}
        self._is_lost = False
        with _opened_lock:
            _opened.add(self)

    def is_there(self) -> bool:
        """Return whether the path is still this file; after the first ``False`` always ``False``.

        **Removes** our log from next to another file, unless another process uses that log.
        """
        if not self._is_lost and _identity(self._path) == self._identity:
            return True
        # Final, because another file may get the same inode as soon as all connections are closed.
        self._is_lost = True
        if self._has_our_log and not self._is_log_used():
            removed = [self._beside(ending) for ending in _LOG_FILES if self._is_ours(ending)]
            for each in removed:
                each.unlink(missing_ok=True)
            if removed:
                sync_folder(self._log_base.parent)  # a loss of power would bring it back, beside the other file
        return False

    def note_log(self) -> None:
        """Remember which files are our log. It remains the same one while a connection of ours is open."""
        if self._has_our_log and self.is_there():
            self._log = {ending: _identity(self._beside(ending)) for ending in _LOG_FILES}

    def log_bytes(self) -> int:
        """Return the size of the log in bytes; 0 if there is none."""
        try:
            return self._beside(_LOG).stat().st_size
        except OSError:
            return 0

    def refusal(self) -> StoreRefusedError:
        """Return the error that says why nothing is read or written any more."""
        if _identity(self._path) is None:
            hint = "Nothing was written. Put it back, or find where it is, and open it again."
            return StoreRefusedError(f"{self._path} was moved or deleted since it was opened", hint, wants="saving")
        hint = "Nothing was written to either. Open it again, to work on what is there now."
        text = f"{self._path} was replaced by another file since it was opened"
        return StoreRefusedError(text, hint, wants="reopening")

    def _is_ours(self, ending: str) -> bool:
        known = self._log.get(ending)
        return known is not None and known == _identity(self._beside(ending))

    def _is_log_used(self) -> bool:
        """Return whether another process uses our log as that of the new file: it would lose what it wrote there."""
        if sys.platform != "win32" and self._is_ours(_LOG_INDEX):
            with self._beside(_LOG_INDEX).open("rb+") as file:
                try:
                    fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _USERS_BYTE)
                except OSError:
                    return True
        return False

    def _beside(self, ending: str) -> Path:
        return self._log_base.with_name(self._log_base.name + ending)


_opened: WeakSet[SameFile] = WeakSet()
_opened_lock: Final = Lock()


def _identity(path: Path) -> Identity | None:
    try:
        return identity_of(path.stat())
    except OSError:
        return None
