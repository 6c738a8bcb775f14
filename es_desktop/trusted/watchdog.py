"""A watchdog: calls for the end of work that does not get on."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock, Timer
from time import monotonic


class Watchdog:
    """Waits beside a block of work; what gets on pats it now and then. It barks once, from a thread of its own."""

    def __init__(self, seconds: float, bark: Callable[[], None]) -> None:
        self._seconds = seconds
        self._bark = bark
        self._due = 0.0
        self._timer: Timer | None = None
        self._lock = Lock()

    def pat(self) -> None:
        """Tell that the work got on."""
        self._due = monotonic() + self._seconds

    def __enter__(self) -> Watchdog:
        self.pat()
        with self._lock:
            self._wait(self._seconds)
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = None

    def _wait(self, seconds: float) -> None:
        self._timer = Timer(seconds, self._look)
        self._timer.daemon = True
        self._timer.start()

    def _look(self) -> None:
        with self._lock:
            if self._timer is None:
                return  # the work was done at the very last moment
            left = self._due - monotonic()
            if left > 0:
                self._wait(left)
                return
        self._bark()
