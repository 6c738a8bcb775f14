"""Cancelling: a token that the one who asks keeps, and long work looks at."""

from __future__ import annotations

from threading import Event

from .errors import Cancelled


class CancelToken:
    """Set by the caller; checked by the work between two parts. Any thread may use it."""

    def __init__(self) -> None:
        self._cancelled = Event()

    def cancel(self) -> None:
        """Ask the work to stop at its next check."""
        self._cancelled.set()

    @property
    def is_cancelled(self) -> bool:
        return self._cancelled.is_set()

    def check(self) -> None:
        """Raise ``Cancelled`` if ``cancel`` was called."""
        if self._cancelled.is_set():
            raise Cancelled
