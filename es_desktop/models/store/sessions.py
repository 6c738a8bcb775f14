"""Opening sessions, and closing them when no task reads from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from es_desktop.app.runtime.errors import StoreRefused, UserError
from es_desktop.app.store.credentials import password_in
from es_desktop.app.store.demo import make_demo
from es_desktop.app.store.opening import NO_OPTIONS, Opener, OpenOptions
from es_desktop.app.store.session import Session, open_session
from es_desktop.core import EntityId
from es_desktop.models.runtime.tasks import Job, LatestRequest, Queue, TaskRunner


class StoreOpener(QObject):
    """Opens and creates stores in a task. A newer request cancels an older one."""

    opened = Signal(object, object)
    """``Session``, and the ``OpenOptions`` of its request."""
    options_needed = Signal(object, object)
    """``StoreRefused``, which says what would open the store, and the ``OpenOptions`` of its request."""
    refused = Signal(object)
    """``UserError``: the store cannot be opened."""

    def __init__(self, runner: TaskRunner, opener: Opener, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._request = LatestRequest(runner)
        self.opener = opener
        self.asks = True
        """Whether a person is asked which store to open of a database that holds several."""

    @property
    def is_opening(self) -> bool:
        """Whether a store is being opened or created."""
        return self._request.is_running

    def open(self, store: str, options: OpenOptions = NO_OPTIONS) -> None:
        """Open a store by its file name or URL; ends in ``opened``, ``options_needed`` or ``refused``."""
        password = options.password or password_in(store)
        options = replace(options, asks_store=self.asks, counts_stores=True, password=password)
        self._run("Opening the store", options, lambda job: self.opener.open(store, options))

    def create(self, store: str, options: OpenOptions = NO_OPTIONS) -> None:
        """Create a store and open it; ends as ``open`` does."""
        self._run("Creating the store", options, lambda job: self.opener.create(store, options))

    def open_demo(self, path: Path, entity: str | None, version: int | None, recreate: bool) -> None:
        """Open the demo store; make it first if it does not exist; ``recreate`` replaces an existing one."""

        def work(job: Job) -> Session:
            if recreate or not path.exists():
                make_demo(path, job.report)
            return open_session(str(path))

        self._run("Making the demo store", OpenOptions(entity=entity, version=version), work)

    def save(self, session: Session, path: str) -> None:
        """Write the file that a session opened to a new one, also if another has its name by now, and open that."""

        def work(job: Job) -> Session:
            session.save_as(Path(path))
            return self.opener.open(path, session.options)

        self._run("Saving the store", session.options, work)

    def unlock(self, session: Session, encrypted: EntityId, options: OpenOptions) -> None:
        """Reopen a store with the keys of ``options``, if one of them decrypts the entity ``encrypted``."""
        self._run("Unlocking the store", options, lambda job: self.opener.unlock(session, encrypted, options.keys))

    def _run(self, title: str, options: OpenOptions, work: Callable[[Job], Session]) -> None:
        def open_and_poll(job: Job) -> Session:
            session = work(job)
            session.has_changed()  # so that commits from now on are noticed
            session.read_type_hues()
            return session

        def failed(error: UserError) -> None:
            if isinstance(error, StoreRefused) and error.wants not in ("", "reopening", "saving"):
                self.options_needed.emit(error, options)
            else:
                self.refused.emit(error)

        self._request.start(
            title,
            open_and_poll,
            lambda session: self.opened.emit(session, options),
            failed=failed,
            dropped=Session.close,
        )


class SessionCloser:
    """Closes sessions when no task uses them any more, at the latest when the program ends."""

    def __init__(self, runner: TaskRunner) -> None:
        self._runner = runner
        self._kept: list[Session] = []

    def keep(self, session: Session) -> None:
        """Close a session when the program ends, unless ``close`` is called before."""
        if session not in self._kept:
            self._kept.append(session)

    def close(self, session: Session) -> None:
        """Close a session after all tasks that were started so far. Cancel those that nobody needs first."""
        self.keep(session)

        # The tasks of the other queues may still hold connections: one task at the end of each queue waits for them.
        others = [queue for queue in Queue if queue is not Queue.FRONT]

        def wait(_: None = None) -> None:
            if others:
                self._runner.run("Closing the store", lambda job: None, wait, queue=others.pop(), protected=True)
            else:
                self._runner.run("Closing the store", lambda job: session.close(), closed, protected=True)

        def closed(_: None) -> None:
            self._kept.remove(session)

        wait()

    def close_all(self) -> None:
        """Close the sessions that are left; call it after ``TaskRunner.close``."""
        for session in self._kept:
            session.close()
        self._kept.clear()
