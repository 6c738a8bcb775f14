"""Builds the state history of a large store in a task, once a question was asked, and keeps it up to date."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from es_desktop.app.history.building import Built, StateHistory
from es_desktop.app.runtime.errors import UserError
from es_desktop.models.runtime.tasks import Job, LatestRequest, Progress, Queue, TaskRunner
from es_desktop.models.search.indexer import Indexer
from es_desktop.system.counts import count_text, format_number


class HistoryBuilder(QObject):
    """Builds while a person goes on; questions are answered by folding until it is done."""

    changed = Signal()
    """``text`` is another."""

    def __init__(self, runner: TaskRunner, indexer: Indexer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._request = LatestRequest(runner)
        self._indexer = indexer
        self._is_wanted = False
        self.text = ""
        """How far the state history is, for people; empty where there is none."""
        indexer.completed.connect(self._on_indexed)

    @property
    def is_building(self) -> bool:
        return self._request.is_running

    def forget(self) -> None:
        """Forget the store that was open, and leave its history as far as it is."""
        self._request.cancel()
        self._is_wanted = False
        self._show("")

    def want(self) -> None:
        """Build the history of the open store, if it is one that is kept, and keep it up to date from now on."""
        self._is_wanted = True
        if not self._indexer.is_indexing:
            self._on_indexed()

    def _on_indexed(self) -> None:
        index = self._indexer.index
        if not self._is_wanted or index is None or self.is_building:
            return

        def work(job: Job) -> Built | None:
            history = StateHistory.beside(index)
            built = None
            for built in history.build() if history is not None else ():
                job.report(built.events, built.total)
            return built

        def done(built: Built | None) -> None:
            self._show("" if built is None else f"state history of {count_text(built.total, 'version')}, up to date")

        self._request.start(
            "Building the state history",
            work,
            done,
            progressed=self._on_progressed,
            failed=self._on_failed,
            stopped=self._on_stopped,
            queue=Queue.HISTORY,
            quiet=True,
        )

    def _on_progressed(self, progress: Progress) -> None:
        of_all = f"{format_number(progress.done)} of {count_text(progress.total, 'version')}"
        self._show(f"state history: {of_all}")

    def _on_failed(self, error: UserError) -> None:
        self._is_wanted = False
        self._show(f"no state history: {error.text}")

    def _on_stopped(self) -> None:
        """A person cancelled it: it is continued with the next question."""
        self._is_wanted = False
        self._show("state history paused")

    def _show(self, text: str) -> None:
        if text != self.text:
            self.text = text
            self.changed.emit()
