"""Whether anybody waits for the work of a thread, and how much of it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import local
from typing import Final

STOPPED: Final = "it was cancelled"
_thread: Final = local()


@contextmanager
def stoppable(
    is_stopped: Callable[[], bool] = lambda: False,
    progress: Callable[[int, int], object] = lambda done, total: None,
    waits: Callable[[bool], object] = lambda is_waiting: None,
) -> Iterator[None]:
    """Let ``is_stopped`` end the statements that this thread runs in the block: asked about ten times a second.

    ``progress`` receives what ``report`` is called with in the block, and ends it by raising; ``waits`` what
    ``report_waiting`` is called with.
    """
    before = vars(_thread).copy()
    _thread.is_stopped, _thread.progress, _thread.waits = is_stopped, progress, waits
    try:
        yield
    finally:
        vars(_thread).clear()
        vars(_thread).update(before)


def report(done: int, total: int) -> None:
    """Report how much of long work in this thread is done to who waits for it. Raises what ends the work."""
    progress: Callable[[int, int], object] | None = getattr(_thread, "progress", None)
    if progress is not None:
        progress(done, total)


def report_waiting(is_waiting: bool) -> None:
    """Report that the work of this thread waits for another program, or that it does not any more."""
    waits: Callable[[bool], object] | None = getattr(_thread, "waits", None)
    if waits is not None:
        waits(is_waiting)


def is_stopped() -> bool:
    """Return whether nobody waits for the work of this thread any more."""
    return stop_check()()


def stop_check() -> Callable[[], bool]:
    """Return what says whether nobody waits for the work of this thread any more; other threads may ask it."""
    asked: Callable[[], bool] = getattr(_thread, "is_stopped", lambda: False)
    return asked
