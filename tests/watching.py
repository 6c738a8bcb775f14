"""Ends the process when a test takes too long. One thread watches all tests: one for each takes as long as a test."""

from __future__ import annotations

import faulthandler
from collections.abc import Callable
from threading import Event, Thread
from time import monotonic

_SECONDS = 5.0
"""Between two looks."""


class Watch:
    """Watches one test at a time: calls what ends the process, in a thread of its own, when the test's time is over.

    Where not even that thread runs, because native code does not let it, the process ends ``stuck`` seconds later, with
    a traceback of all threads in the file ``out``.
    """

    def __init__(self, out: int, *, looks: float = _SECONDS, stuck: float = 120.0) -> None:
        self._out, self._looks, self._stuck = out, looks, stuck
        self._watched: tuple[float, Callable[[], object]] | None = None
        self._is_over = Event()
        self._thread = Thread(target=self._run, name="watch", daemon=True)

    def start(self, seconds: float, end: Callable[[], object]) -> None:
        """Call ``end`` in ``seconds``, or a little later, unless ``stop`` or another ``start`` comes first."""
        self._watched = monotonic() + seconds, end
        if not self._thread.is_alive():
            self._thread.start()

    def stop(self) -> None:
        self._watched = None

    def close(self) -> None:
        """Watch nothing any more; a test that is started later is not watched."""
        self._is_over.set()
        if self._thread.is_alive():
            self._thread.join()
        faulthandler.cancel_dump_traceback_later()

    def _run(self) -> None:
        while not self._is_over.is_set():
            faulthandler.dump_traceback_later(self._stuck, file=self._out, exit=True)
            self._is_over.wait(self._looks)
            watched = self._watched
            if watched is not None and monotonic() > watched[0]:
                watched[1]()
