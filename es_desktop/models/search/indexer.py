"""The indexer: opens the index of the open store, brings it up to date beside the window, and can be paused."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from es_desktop.app.search.store_index import StoreIndex
from es_desktop.app.store.session import Session
from es_desktop.models.runtime.latest_request import LatestRequest
from es_desktop.models.runtime.tasks import Progress, Queue, TaskRunner

_DELAY_MILLISECONDS: Final = 3000


class Indexer(QObject):
    """Keeps the index of one store in step with it."""

    opened = Signal(object)
    """``StoreIndex``, with what it had the last time; it is brought up to date from now on."""
    grown = Signal()
    """More is in the index than before."""
    completed = Signal()
    """All that the store held is in the index."""
    paused_changed = Signal()
    """A person paused it, or let it go on."""

    def __init__(self, runner: TaskRunner, folder: Path, parent: QObject | None = None) -> None:
        """``folder`` is that of the indexes of large stores."""
        super().__init__(parent)
        self._runner = runner
        self._open_request = LatestRequest(runner)
        self._fill_request = LatestRequest(runner)
        self._folder = folder
        self._session: Session | None = None
        self.index: StoreIndex | None = None
        """Of the open store, once it is open."""
        self.is_paused = False
        """Whether a person paused it."""
        self.progress: Progress | None = None
        """How far it was when it last reported; ``None`` where all is in the index, or nothing was reported yet."""
        self._is_outdated = False
        # What follows an update reads the whole index of entities, which takes a moment where they are many.
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(_DELAY_MILLISECONDS)
        self._delay.timeout.connect(self._on_delay_over)

    @property
    def is_indexing(self) -> bool:
        """Whether the index is being filled."""
        return self._fill_request.is_running

    def set_session(self, session: Session | None) -> None:
        """Index another store, or none."""
        self._open_request.cancel()
        self._fill_request.cancel()
        self._delay.stop()
        self.is_paused = self._is_outdated = False
        self.progress = None
        self._session = session
        old, self.index = self.index, None
        if old is not None:
            # After what still reads of it; what is lent then is closed when it is given back.
            self._runner.run(
                "Closing the index", lambda job: old.close(), queue=Queue.INDEX, quiet=True, protected=True
            )
        if session is not None:
            folder = self._folder

            def done(index: StoreIndex) -> None:
                self.index = index
                self.opened.emit(index)
                self.update()

            self._open_request.start(
                "Opening the index",
                lambda job: StoreIndex(session, folder),
                done,
                dropped=StoreIndex.close,
                queue=Queue.INDEX,
            )

    def update(self) -> None:
        """Take in what is new in the store, unless it is paused; of a large store not all the time."""
        index = self.index
        if index is None or self.is_paused:
            return
        if self.is_indexing or self._delay.isActive():
            self._is_outdated = True
            return
        self._is_outdated = False

        def done(_: None) -> None:
            self.progress = None  # whoever listens finds it at rest
            if index.path is not None:
                self._delay.start()
            self.completed.emit()
            self._on_delay_over()

        # A person waits for the index of a small store, and works on beside that of a large one.
        self._fill_request.start(
            "Indexing",
            lambda job: index.update(job.report),
            done,
            progressed=self._on_progressed,
            stopped=self.pause,  # a person cancelled the work, or it failed
            queue=Queue.INDEX,
            quiet=index.path is not None,
        )

    def pause(self) -> None:
        """Stop for now; what is in the index stays."""
        self._fill_request.cancel()
        self.is_paused = True
        self.paused_changed.emit()

    def resume(self) -> None:
        """Go on from where it stopped."""
        self.is_paused = False
        self.paused_changed.emit()
        self.update()

    def _on_progressed(self, progress: Progress) -> None:
        self.progress = progress
        self.grown.emit()

    def _on_delay_over(self) -> None:
        if self._is_outdated:
            self.update()
