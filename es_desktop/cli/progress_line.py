"""A line on a terminal that tells how far long work is, and goes away."""

from __future__ import annotations

import sys
from time import monotonic
from types import TracebackType
from typing import Final, Self

_PATIENCE_SECONDS: Final = 1.0
"""Nobody wants to be told of what takes no longer."""
_EVERY_SECONDS: Final = 0.1
_CLEAR: Final = "\r\x1b[K"


class ProgressLine:
    """Tells it on standard error, where that is a terminal."""

    def __init__(self, what: str, of: str) -> None:
        """``what`` is the work, as ``indexing``, and ``of`` what is counted, as ``events``."""
        self._what = what
        self._of = of
        self._next = monotonic() + _PATIENCE_SECONDS
        self._is_shown = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()

    def tell(self, done: int, total: int) -> None:
        """Tell how much is done, and of how much."""
        now = monotonic()
        if now < self._next or not sys.stderr.isatty():
            return
        self._next = now + _EVERY_SECONDS
        self._is_shown = True
        print(f"{_CLEAR}{self._what}: {done:,} of {total:,} {self._of}", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Take the line away."""
        if self._is_shown:
            print(_CLEAR, end="", file=sys.stderr, flush=True)
            self._is_shown = False
