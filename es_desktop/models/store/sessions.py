"""Sessions beside the window: opened, opened once more with other options, and closed once nothing reads from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from es_desktop.app.runtime.errors import StoreRefused, UserError
from es_desktop.app.store.demo import make_demo
from es_desktop.app.store.opening import NO_OPTIONS, Opener, OpenOptions
from es_desktop.app.store.session import Session, open_session
from es_desktop.core import EntityId
from es_desktop.models.entity.inspector import Inspector
from es_desktop.models.runtime.latest_request import LatestRequest
from es_desktop.models.runtime.tasks import Job, Queue, TaskRunner
from es_desktop.models.selection import Selection


class StoreOpener(QObject):
    """Opens and makes stores. A newer request takes the place of an older one."""

    opened = Signal(object, object)
    """``Session``, and the ``OpenOptions`` that it was asked for with."""
    options_needed = Signal(object, object)
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

    def open_demo(self, path: Path, entity: str | None, version: int | None, recreate: bool) -> None:
        """Open the demo store; make it first if it does not exist; ``recreate`` replaces an existing one."""

        def work(job: Job) -> Session:
            if recreate or not path.exists():
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
                self.options_needed.emit(error, options)
            else:
                self.refused.emit(error)

        def done(session: Session) -> None:
            self.opened.emit(session, options)

        self._request.start(title, watched, done, failed=failed, dropped=Session.close)


class Reopener:
    """Knows the open store, and asks for the same store with other options."""

    def __init__(self, stores: StoreOpener, selection: Selection, inspector: Inspector) -> None:
        self._stores = stores
        self._selection = selection
        self._inspector = inspector
        self._session: Session | None = None
        self._encrypted: EntityId | None = None

    def follow(self, session: Session | None) -> None:
        """Work on another store, or on none."""
        self._session, self._encrypted = session, None

    def set_encrypted(self, entity_id: EntityId | None) -> None:
        """Know an entity with encrypted records by now, or that there is none."""
        self._encrypted = entity_id

    def show_scope(self, scope: str | None) -> None:
        """Show one of the applications, tenants or partitions of the store, or all of them."""
        session = self._session
        if session is not None and scope != session.scope:
            self._stores.open(session.place, replace(session.options, scope=scope))

    def unlock(self, keys: tuple[bytes, ...]) -> None:
        """Use keys for the encrypted records; the entity and the version in view stay chosen."""
        session, chosen, encrypted = self._session, self._selection.entity_id, self.encrypted_entity
        if session is not None and encrypted is not None:
            wanted = None if chosen is None else str(chosen)
            options = replace(session.options, keys=keys, entity=wanted, version=self._selection.version)
            self._stores.unlock(session, encrypted, options)

    @property
    def encrypted_entity(self) -> EntityId | None:
        """An entity with encrypted events, the chosen one before any other; ``None`` where there is none."""
        view = self._inspector.view
        is_chosen = view is not None and view.facts.is_encrypted
        return self._selection.entity_id if is_chosen else self._encrypted


class SessionCloser:
    """Knows the sessions that have to be closed before the program ends."""

    def __init__(self, runner: TaskRunner) -> None:
        self._runner = runner
        self._kept: list[Session] = []

    def keep(self, session: Session) -> None:
        """Close a session when the program ends, where ``close`` was not called before."""
        if session not in self._kept:
            self._kept.append(session)

    def close(self, session: Session) -> None:
        """Close a session after the work that was asked for so far; what is not needed should be cancelled."""
        self.keep(session)

        def closed(_: None) -> None:
            self._kept.remove(session)

        # What still reads in the other queues has to let go of its connections first.
        self._pass(
            [queue for queue in Queue if queue is not Queue.FRONT],
            lambda: self._run(Queue.FRONT, session.close, closed),
        )

    def _pass(self, queues: list[Queue], then: Callable[[], None]) -> None:
        """Call something after whatever was asked for so far in some queues."""
        if not queues:
            then()
            return
        self._run(queues[0], lambda: None, lambda _: self._pass(queues[1:], then))

    def _run(self, queue: Queue, work: Callable[[], None], done: Callable[[None], None]) -> None:
        self._runner.run("Closing the store", lambda job: work(), done, queue=queue, protected=True)

    def close_all(self) -> None:
        """Close what is left, once the runner has ended."""
        for session in self._kept:
            session.close()
        self._kept.clear()
