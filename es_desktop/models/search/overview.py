"""The counts of the open store, and how many of the events that the log is searched for happened when."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.search.lists import Activity, Bars, EventSearch, activity, bars_found
from es_desktop.models.runtime.tasks import LatestRequest, Queue, TaskRunner

from .event_log import ALL, EventLog
from .indexer import Indexer

_BARS: Final = 400
"""Time ranges that are counted: as many bars as fit in a wide window."""


class Overview(QObject):
    """Counts the events of the open store in tasks."""

    changed = Signal()
    """``activity`` is another one, or ``None``."""
    bars_changed = Signal()
    """``bars`` are others, or ``None``."""

    def __init__(self, runner: TaskRunner, indexer: Indexer, log: EventLog, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._request, self._bars_request = LatestRequest(runner), LatestRequest(runner)
        self._indexer = indexer
        self._log = log
        self._counted: EventSearch | None = None
        """What ``bars`` are counted of, or are being counted of."""
        self.activity: Activity | None = None
        """The counts; ``None`` until they are known."""
        self.bars: Bars | None = None
        """The events over time that the log is searched for, at whatever time; ``None`` if none has a time."""
        indexer.opened.connect(lambda index: self._count() if index.knows_entities else None)
        indexer.completed.connect(self._count)
        log.changed.connect(self._count_found)

    @property
    def problem(self) -> UserError | None:
        """Why the events could not be counted."""
        return self._indexer.problem or self._request.problem

    def clear(self) -> None:
        for each in (self._request, self._bars_request):
            each.cancel()
        self._set(None)

    def _set(self, found: Activity | None) -> None:
        self.activity, self._counted = found, None
        self.changed.emit()
        self._count_found()

    def _count(self) -> None:
        index = self._indexer.index
        if index is not None:
            title = "Counting for the overview"
            work = partial(activity, index, _BARS)
            self._request.start(title, lambda job: work(), self._set, stopped=self.changed.emit, queue=Queue.SCAN)

    def _count_found(self) -> None:
        """Count the events of another search; those of all times, so that others can be chosen."""
        index, search = self._indexer.index, replace(self._log.search, since=None, until=None)
        frame = None if self.activity is None else self.activity.bars
        if search == self._counted:
            return
        self._counted = search
        if index is None or frame is None or search == ALL:
            self._bars_request.cancel()
            self._show(frame)
        else:
            self._bars_request.start(
                "Counting what is found",
                lambda job: bars_found(index, search, frame, job.check),
                self._show,
                failed=lambda error: self._show(None),
                queue=Queue.SCAN,
            )

    def _show(self, bars: Bars | None) -> None:
        self.bars = bars
        self.bars_changed.emit()
