"""Opening stores beside the window: each request ends in an open session, or in what is wanted for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from es_desktop.app.runtime.errors import StoreRefused, UserError
from es_desktop.app.store.demo import make_demo
from es_desktop.app.store.opening import NO_OPTIONS, Opener, OpenOptions
from es_desktop.app.store.session import Session, open_session
from es_desktop.core import EntityId
from es_desktop.models.runtime.latest_request import LatestRequest
from es_desktop.models.runtime.tasks import Job, TaskRunner


class StoreOpener(QObject):
    """Opens and makes stores. A newer request takes the place of an older one."""

    opened = Signal(object, object)
    """``Session``, and the ``OpenOptions`` that it was asked for with."""
    wanting = Signal(object, object)
    """``StoreRefused``, which says what would open the store, and the ``OpenOptions`` that it was asked for with."""
    refused = Signal(object)
    """``UserError``: it cannot be opened."""

    def __init__(self, runner: TaskRunner, opener: Opener, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._request = LatestRequest(runner)
        self.opener = opener

    def open(self, store: str, options: OpenOptions = NO_OPTIONS) -> None:
        """Open a store by its file name or URL."""
        self._run("Opening the store", options, lambda job: self.opener.open(store, options))

    def create(self, store: str, options: OpenOptions = NO_OPTIONS) -> None:
        """Make a new store and open it."""
        self._run("Making the store", options, lambda job: self.opener.create(store, options))

    def open_demo(self, path: Path, entity: str | None, version: int | None, afresh: bool) -> None:
        """Open the demo store; make it first where it is not there, or should be made ``afresh``."""

        def work(job: Job) -> Session:
            if afresh or not path.exists():
                make_demo(path, job.report)
            return open_session(str(path))

        self._run("Making the demo store", OpenOptions(entity=entity, version=version), work)

    def unlock(self, session: Session, encrypted: EntityId, options: OpenOptions) -> None:
        """Open a store once more with other keys, where one of them opens what is ``encrypted``."""
        self._run("Unlocking the store", options, lambda job: self.opener.unlock(session, encrypted, options.keys))

    def _run(self, title: str, options: OpenOptions, work: Callable[[Job], Session]) -> None:
        def watched(job: Job) -> Session:
            session = work(job)
            session.has_changed()  # what is committed from now on is noticed
            return session

        def failed(error: UserError) -> None:
            if isinstance(error, StoreRefused) and error.wants:
                self.wanting.emit(error, options)
            else:
                self.refused.emit(error)

        def done(session: Session) -> None:
            self.opened.emit(session, options)

        self._request.start(title, watched, done, failed=failed, dropped=Session.close)
