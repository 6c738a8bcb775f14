"""The line that shows how far long work is, and how long it still takes: on a terminal only, and gone at the end."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from time import monotonic
from typing import Final, Self

from es_desktop.app.runtime.errors import Progress, no_progress
from es_desktop.app.text.times import format_length

_PATIENCE_SECONDS: Final = 1.0
"""Shorter work shows no progress."""
_EVERY_SECONDS: Final = 0.1
_CLEAR: Final = "\r\x1b[K"
_WIDTH: Final = 80
"""Of a terminal that does not say its own."""


class ProgressLine:
    """Shows progress on standard error, if that is a terminal. A command has one, for all of its work."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._is_on = sys.stderr is not None and sys.stderr.isatty()
        self._is_shown = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.clear()

    def of(self, what: str, counted: str) -> Progress:
        """Return what long work reports its progress to.

        ``what`` is the work, as ``exporting``, and ``counted`` what is counted, as ``records``. Work whose numbers
        begin anew, as that in two parts does, is timed anew.
        """
        if not self._is_on:
            return no_progress
        started = first = last = 0.0
        shown = self._clock() + _PATIENCE_SECONDS

        def report(done: int, total: int) -> None:
            nonlocal started, first, last, shown
            now = self._clock()
            if not started or done < last:
                started, first = now, done
            last = done
            if now < shown:
                return
            shown = now + _EVERY_SECONDS
            count = f"{done:,} of {total:,}" if total else f"{done:,}"
            left = (now - started) * (total - done) / (done - first) if first < done < total else None
            self._show(
                f"{what}: {count} {counted}" + ("" if left is None else f", {format_length(max(1, round(left)))} left")
            )

        return report

    def _show(self, text: str) -> None:
        try:
            width = os.get_terminal_size(sys.stderr.fileno()).columns or _WIDTH
        except (OSError, ValueError):
            width = _WIDTH
        self._is_shown = True
        # A line that reaches the edge would begin another one, which nothing clears.
        print(f"{_CLEAR}{text[: width - 1]}", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Remove the line; the next progress shows it again."""
        if self._is_shown:
            print(_CLEAR, end="", file=sys.stderr, flush=True)
            self._is_shown = False
