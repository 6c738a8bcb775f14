"""The clock of new events. It can be set, for events of another time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_clock: ContextVar[Callable[[], float]] = ContextVar("clock", default=time.time)


def now() -> float:
    """Return the time of the current clock, in seconds since the epoch, UTC."""
    return _clock.get()()


@contextmanager
def clock_set_to(clock: Callable[[], float]) -> Iterator[None]:
    """Use ``clock`` for the times of new events in the running thread during a block."""
    token = _clock.set(clock)
    try:
        yield
    finally:
        _clock.reset(token)
