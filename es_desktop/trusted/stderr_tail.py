"""The end of what a process writes to its standard error, and the traceback in it."""

from __future__ import annotations

import re
from io import BufferedReader
from threading import Condition, Thread
from typing import Final

_MOST_BYTES: Final = 16 * 1024
_QUIET_SECONDS: Final = 0.05
_TRACEBACK_HEAD: Final = "(most recent call first)"
_FRAME: Final = re.compile(r'^ {2}File "(.*)", line (\d+) in (.*)$', re.MULTILINE)
_OURS: Final = ("<frozen ", "es_desktop_child")


class StderrTail:
    """Reads a pipe to its end in a thread, so that the process never waits for a full pipe; keeps the last 16 KiB."""

    def __init__(self, pipe: BufferedReader) -> None:
        self._pipe = pipe
        self._tail = b""
        self._changed = Condition()
        self._is_complete = False
        self._reader = Thread(target=self._read, name="es-stderr-tail", daemon=True)
        self._reader.start()

    def wait_for_traceback(self, seconds: float) -> None:
        """Wait until the process has written a traceback or ended; for its first line, at most ``seconds``."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_complete or _TRACEBACK_HEAD in self._text(), seconds)
            while not self._is_complete and self._changed.wait(_QUIET_SECONDS):
                pass  # faulthandler writes one line after another

    def join(self, seconds: float) -> None:
        """Wait until the pipe is read to its end, at most ``seconds``."""
        self._reader.join(seconds)

    @property
    def last_line(self) -> str:
        """The last line that is not blank; empty if there is none."""
        return next((line.strip() for line in reversed(self._text().splitlines()) if line.strip()), "")

    @property
    def traceback(self) -> str:
        """The frames of the last traceback that are of a person's code, innermost last; empty if there is none."""
        _, head, lines = self._text().rpartition(_TRACEBACK_HEAD)
        frames = _FRAME.findall(lines) if head else []
        theirs = [frame for frame in reversed(frames) if not any(ours in frame[0] for ours in _OURS)]
        return "".join(f'  File "{file}", line {line}, in {name}\n' for file, line, name in theirs)

    def _text(self) -> str:
        return self._tail.decode("utf-8", "replace")

    def _read(self) -> None:
        with self._pipe:
            # read1 returns what is there: a traceback must not wait in a buffer until the block is full.
            while data := self._pipe.read1(_MOST_BYTES):
                with self._changed:
                    self._tail = (self._tail + data)[-_MOST_BYTES:]
                    self._changed.notify_all()
        with self._changed:
            self._is_complete = True
            self._changed.notify_all()
