"""The indexer: opens the index of the open store, brings it up to date beside the window, and can be told to rest."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal

from es_desktop.app.session import Session
from es_desktop.app.store_index import StoreIndex

from .tasks import Job, Lane, Progress, TaskRunner


class Indexer(QObject):
    """Keeps the index of one store in step with it."""

    opened = Signal(object)
    """``StoreIndex``, with what it had the last time; it is brought up to date from now on."""
    grown = Signal()
    """More is in the index than before."""
    completed = Signal()
    """All that the store held is in the index."""
    resting_changed = Signal()
    """It was told to rest, or to go on."""

    def __init__(self, runner: TaskRunner, folder: Path, key: str, parent: QObject | None = None) -> None:
        """``key`` tells its work from that of another indexer."""
        super().__init__(parent)
        self._key: Final = key
        self._runner = runner
        self._folder = folder
        self._session: Session | None = None
        self._job: Job | None = None
        self.index: StoreIndex | None = None
        """Of the open store, once it is open."""
        self.is_resting = False
        """Whether a person told it not to go on."""
        runner.progressed.connect(self._on_progressed)
        runner.ended.connect(self._on_ended)

    @property
    def is_at_work(self) -> bool:
        """Whether the index is being filled."""
        return self._job is not None

    def set_session(self, session: Session | None) -> None:
        """Index another store, or none."""
        self._runner.cancel(self._key)
        self._job = None
        self.is_resting = False
        self._session = session
        old, self.index = self.index, None
        if old is not None:
            # After what still reads of it; what is lent then is closed when it is given back.
            self._runner.run("Closing the index", lambda job: old.close(), lane=Lane.INDEX, quiet=True, protected=True)
        if session is not None:
            folder = self._folder

            def done(index: StoreIndex) -> None:
                self.index = index
                self.opened.emit(index)
                self.update()

            self._runner.run(
                "Opening the index",
                lambda job: StoreIndex(session, folder),
                done,
                dropped=StoreIndex.close,
                lane=Lane.INDEX,
                key=self._key,
            )

    def update(self) -> None:
        """Take in what is new in the store, unless it was told to rest."""
        index = self.index
        if index is None or self.is_resting:
            return

        def done(_: None) -> None:
            self._job = None  # whoever listens finds it at rest
            self.completed.emit()

        # A person waits for the index of a small store, and works on beside that of a large one.
        self._job = self._runner.run(
            "Indexing",
            lambda job: index.update(job.report),
            done,
            lane=Lane.INDEX,
            key=self._key,
            quiet=index.path is not None,
        )

    def rest(self) -> None:
        """Stop for now; what is in the index stays."""
        self._runner.cancel(self._key)
        self._job = None
        self.is_resting = True
        self.resting_changed.emit()

    def go_on(self) -> None:
        """Go on from where it stopped."""
        self.is_resting = False
        self.resting_changed.emit()
        self.update()

    def _on_progressed(self, progress: Progress) -> None:
        if progress.job is self._job:
            self.grown.emit()

    def _on_ended(self, job: Job) -> None:
        """Take it for a wish to rest where a person cancelled the work, or it failed."""
        if job is self._job:
            self.rest()
