"""The overview: counts of events over time and by type, counted again whenever the index is complete."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, Signal

from es_desktop.app.search.event_log import Activity, activity
from es_desktop.models.runtime.latest_request import LatestRequest
from es_desktop.models.runtime.tasks import Queue, TaskRunner

from .indexer import Indexer

_BARS: Final = 400
"""Time ranges that are counted: as many bars as fit in a wide window."""


class Overview(QObject):
    """Counts the events of the open store in a task."""

    changed = Signal()
    """``activity`` is another one, or ``None``."""

    def __init__(self, runner: TaskRunner, indexer: Indexer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._request = LatestRequest(runner)
        self._indexer = indexer
        self.activity: Activity | None = None
        """The counts; ``None`` until they are known."""
        indexer.opened.connect(lambda index: self._count() if index.knows_entities else None)
        indexer.completed.connect(self._count)

    def clear(self) -> None:
        """Forget the counts, because the store is closed."""
        self._request.cancel()
        self.activity = None
        self.changed.emit()

    def _count(self) -> None:
        index = self._indexer.index
        if index is None:
            return

        def done(found: Activity) -> None:
            self.activity = found
            self.changed.emit()

        self._request.start("Counting for the overview", lambda job: activity(index, _BARS), done, queue=Queue.SCAN)
