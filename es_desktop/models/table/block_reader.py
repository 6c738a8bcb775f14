"""Reads the blocks that a table shows, beside the window: the newest that was asked for first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from es_desktop.models.runtime.latest_request import LatestRequest
from es_desktop.models.runtime.tasks import Job, TaskRunner

_MOST_WAITING: Final = 4
"""Of what was scrolled past, no more is read: it is asked for again where it is shown again."""

Read = Callable[[], Sequence[Any]]
"""Reads one block; called beside the window."""


class BlockReader:
    """Reads one block after the other, for a table that asks for more than it will show in the end."""

    def __init__(self, runner: TaskRunner, title: str, take: Callable[[int, Sequence[Any]], None]) -> None:
        """``take`` is called with the number of a block and its rows."""
        self._runner = runner
        self._request = LatestRequest(runner)
        self._title = title
        self._take = take
        self._waiting: dict[int, Read] = {}
        self._passed_over: Callable[[int], None] = lambda number: None
        self._is_reading = False

    def on_passed_over(self, tell: Callable[[int], None]) -> None:
        """Let ``tell`` know of a block that was asked for, and will not be read unless it is asked for again."""
        self._passed_over = tell

    def read(self, number: int, read: Read) -> None:
        """Read a block, before those that wait."""
        self._waiting.pop(number, None)
        self._waiting[number] = read
        if len(self._waiting) > _MOST_WAITING:
            oldest = next(iter(self._waiting))
            del self._waiting[oldest]
            self._passed_over(oldest)
        self._go_on()

    def forget(self) -> None:
        """Read nothing of what was asked for so far."""
        self._waiting.clear()
        self._request.cancel()
        self._is_reading = False

    def _go_on(self) -> None:
        if self._is_reading or not self._waiting:
            return
        number, read = self._waiting.popitem()
        self._is_reading = True

        def work(job: Job) -> Sequence[Any]:
            return read()

        def done(rows: Sequence[Any]) -> None:
            self._is_reading = False
            self._take(number, rows)
            self._go_on()

        def failed(error: Exception) -> None:
            self._is_reading = False
            self._runner.refused.emit(error)

        self._request.start(self._title, work, done, failed=failed)
