"""The file through which the child tells where it is."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from .child.progress import NOWHERE, PLACE


class PlaceFile:
    """A small temporary file; ``close`` it. Once both sides know it, it needs no name any more."""

    def __init__(self) -> None:
        handle, name = tempfile.mkstemp(prefix="es_desktop_place-")
        self.path = Path(name)
        self._file = os.fdopen(handle, "r+b", buffering=0)
        self._file.write(PLACE.pack(NOWHERE))

    def read(self) -> int | None:
        """Return the index of the event that the child is at, or was at when it ended."""
        self._file.seek(0)
        (index,) = PLACE.unpack(self._file.read(PLACE.size))
        return None if index == NOWHERE else int(index)

    def forget_name(self) -> None:
        """Remove it from its folder, where that can be done while it is in use."""
        with suppress(OSError):
            self.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Remove it."""
        self._file.close()
        self.forget_name()
