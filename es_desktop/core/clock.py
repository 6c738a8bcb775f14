"""The clock that new events take their time from; it can be set, to tell a story of another time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_clock: ContextVar[Callable[[], float]] = ContextVar("clock", default=time.time)


def now() -> float:
    """Return the time of the current clock, in seconds since the epoch."""
    return _clock.get()()


@contextmanager
def clock_set_to(clock: Callable[[], float]) -> Iterator[None]:
    """Let new events of the running thread take their time from ``clock`` for the length of a block."""
    token = _clock.set(clock)
    try:
        yield
    finally:
        _clock.reset(token)
