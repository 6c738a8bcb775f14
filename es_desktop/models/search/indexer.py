"""The indexer: opens the index of the open store, and updates it in a task that a person can pause."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.search.store_index import StoreIndex
from es_desktop.app.store.session import Session
from es_desktop.models.runtime.tasks import LatestRequest, Progress, Queue, TaskRunner
from es_desktop.system.waiting import LOCKED

_DELAY_MILLISECONDS: Final = 3000
_GOES_ON: Final = "It goes on when that program is done."


class Indexer(QObject):
    opened = Signal(object)
    """``StoreIndex``, as it was last time; its update starts now."""
    grown = Signal()
    """The index has more than before."""
    completed = Signal()
    """The index has all that the store had when the update began."""
    paused_changed = Signal()
    """A person paused or resumed it, or it waits for a lock, or does not any more."""

    def __init__(self, runner: TaskRunner, folder: Path, parent: QObject | None = None) -> None:
        """``folder`` holds the indexes of large stores."""
        super().__init__(parent)
        self._runner = runner
        self._open_request = LatestRequest(runner)
        self._fill_request = LatestRequest(runner)
        self._folder = folder
        self._session: Session | None = None
        self.index: StoreIndex | None = None
        """The index of the open store; ``None`` until it is open."""
        self.is_paused = False
        self.progress: Progress | None = None
        """The last progress of the running update; ``None`` if none runs, or none was reported yet."""
        self._is_outdated = False
        self._lock: UserError | None = None
        # After each update the whole list of entities is read again, which takes seconds for many: not at each commit.
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(_DELAY_MILLISECONDS)
        self._delay.timeout.connect(self._on_delay_over)

    @property
    def is_indexing(self) -> bool:
        return self._fill_request.is_running

    def set_session(self, session: Session | None) -> None:
        self._open_request.cancel()
        self._fill_request.cancel()
        self._delay.stop()
        self.is_paused = self._is_outdated = False
        self.progress = self._lock = None
        old, self.index = self.index, None
        if old is not None:
            # In the index queue, after tasks that fill it. Connections that others still use are closed on return.
            title = "Closing the index"
            self._runner.run(title, lambda job: old.close(), queue=Queue.INDEX, quiet=True, protected=True)
        self._session = session
        self._open()

    def _open(self) -> None:
        session = self._session
        if session is None:
            return

        def done(index: StoreIndex) -> None:
            self.index = index
            self.opened.emit(index)
            self.update()

        self._open_request.start(
            "Opening the index",
            lambda job: StoreIndex(session, self._folder),
            done,
            failed=self._on_failed,
            stopped=self.pause,
            dropped=StoreIndex.close,
            queue=Queue.INDEX,
        )

    @property
    def problem(self) -> UserError | None:
        """Why the store could not be indexed."""
        return self._lock or self._open_request.problem or self._fill_request.problem

    @property
    def waits_for_lock(self) -> bool:
        """Whether another program has the store locked, so that it is tried again and again."""
        return self._lock is not None

    def update(self) -> None:
        """Index what is new in the store, unless paused; for a large store at most every three seconds."""
        index = self.index
        if self.is_paused and self.problem is not None:
            self.resume()
            return
        if self.waits_for_lock:
            self._delay.stop()
            if index is None and not self._open_request.is_running:
                self._open()
        if index is None or self.is_paused:
            return
        if self.is_indexing or self._delay.isActive():
            self._is_outdated = True
            return
        self._is_outdated = False

        def done(_: None) -> None:
            self.progress, lock, self._lock = None, self._lock, None  # before ``completed``: its listeners read them
            if index.path is not None:
                self._delay.start()
            self.completed.emit()
            if lock is not None:
                self.paused_changed.emit()
            self._on_delay_over()

        # A person waits for the index of a small store; a large one shows its first entities before.
        self._fill_request.start(
            "Indexing",
            lambda job: index.update(job.report),
            done,
            progressed=self._on_progressed,
            failed=self._on_failed,
            stopped=self.pause,  # a person cancelled the work
            queue=Queue.INDEX,
            quiet=index.path is not None,
        )

    def pause(self) -> None:
        """Stop the update; the index keeps what it has."""
        if self.is_indexing:
            self._fill_request.cancel()
        self._lock, self.is_paused = None, True
        self.paused_changed.emit()

    def resume(self) -> None:
        self.is_paused = False
        self.paused_changed.emit()
        if self.index is None:
            self._open()
        else:
            self.update()

    def _on_progressed(self, progress: Progress) -> None:
        self.progress = progress
        self.grown.emit()

    def _on_failed(self, error: UserError) -> None:
        if LOCKED in error.text:
            self._lock, self._is_outdated = UserError(error.text, _GOES_ON), True
            self._delay.start()
            self.paused_changed.emit()
        else:
            self._runner.refused.emit(error)
            self.pause()

    def _on_delay_over(self) -> None:
        if self._is_outdated:
            self.update()
