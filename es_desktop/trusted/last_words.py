"""The last words of a process: the end of what it wrote to its standard error, and where it was, if that tells it."""

from __future__ import annotations

import re
from io import BufferedReader
from threading import Condition, Thread
from typing import Final

_MOST_BYTES: Final = 16 * 1024
_QUIET_SECONDS: Final = 0.05
_WHERE: Final = "(most recent call first)"
_FRAME: Final = re.compile(r'^ {2}File "(.*)", line (\d+) in (.*)$', re.MULTILINE)
_OURS: Final = ("<frozen ", "es_desktop_child")


class LastWords:
    """Reads a pipe until its end, so that nobody who writes to it has to wait."""

    def __init__(self, pipe: BufferedReader) -> None:
        self._pipe = pipe
        self._kept = b""
        self._changed = Condition()
        self._is_over = False
        self._reader = Thread(target=self._read, name="es-last-words", daemon=True)
        self._reader.start()

    def wait_for_place(self, seconds: float) -> None:
        """Wait until the process has told where it is, or ended."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_over or _WHERE in self._text(), seconds)
            while not self._is_over and self._changed.wait(_QUIET_SECONDS):
                pass  # it tells one line after the other

    def join(self, seconds: float) -> None:
        """Wait until all is read."""
        self._reader.join(seconds)

    @property
    def last_line(self) -> str:
        """The last line that says something."""
        return next((line.strip() for line in reversed(self._text().splitlines()) if line.strip()), "")

    @property
    def place(self) -> str:
        """The lines of a person's code where the process was, innermost last; empty where it did not tell."""
        _, found, told = self._text().rpartition(_WHERE)
        frames = _FRAME.findall(told) if found else []
        theirs = [frame for frame in reversed(frames) if not any(ours in frame[0] for ours in _OURS)]
        return "".join(f'  File "{file}", line {line}, in {name}\n' for file, line, name in theirs)

    def _text(self) -> str:
        return self._kept.decode("utf-8", "replace")

    def _read(self) -> None:
        with self._pipe:
            # As it comes: what a process says before it hangs is wanted then, and not when a block is full.
            while said := self._pipe.read1(_MOST_BYTES):
                with self._changed:
                    self._kept = (self._kept + said)[-_MOST_BYTES:]
                    self._changed.notify_all()
        with self._changed:
            self._is_over = True
            self._changed.notify_all()
