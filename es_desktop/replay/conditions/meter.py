"""The meter of a run: counts what a condition does, so that none runs away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from .errors import ConditionError

MOST_OPERATIONS: Final = 500_000
"""At one state. A member of a list that is looked at counts as one."""
_LOOK_EVERY: Final = 32


class Meter:
    """Limits the operations at one state, and the seconds of a run over all of them."""

    def __init__(self, limit_seconds: float, clock: Callable[[], float]) -> None:
        self._limit = limit_seconds
        self._left = limit_seconds
        self._clock = clock
        self._operations = 0
        self._next_look = 0
        self._began = 0.0

    def begin(self) -> None:
        """Begin with a state. Raises ``ConditionError`` where the time is over."""
        self._operations = 0
        self._next_look = _LOOK_EVERY
        self._began = self._clock()
        self._expect_time(0.0)

    def end(self) -> None:
        """End with a state: what comes until the next one is not the condition's time."""
        self._left -= self._clock() - self._began

    def count(self, operations: int = 1) -> None:
        """Count operations. Raises ``ConditionError`` where they are too many, or the time is over."""
        self._operations += operations
        if self._operations < self._next_look:
            return
        self._next_look = self._operations + _LOOK_EVERY
        if self._operations > MOST_OPERATIONS:
            text = f"the condition takes more than {MOST_OPERATIONS:,} operations at one state"
            raise ConditionError(text, "Look at less of the state.")
        self._expect_time(self._clock() - self._began)

    def _expect_time(self, spent: float) -> None:
        if spent >= self._left:
            raise ConditionError(f"the condition took longer than {self._limit:g} s", "Make it simpler.")
