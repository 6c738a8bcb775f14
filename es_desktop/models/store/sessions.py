"""Opening sessions, reopening them with other options, and closing them when no task reads from them."""

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
from es_desktop.models.runtime.tasks import Job, LatestRequest, Queue, TaskRunner
from es_desktop.models.selection import Selection


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

    def open(self, store: str, options: OpenOptions = NO_OPTIONS) -> None:
        """Open a store by its file name or URL; ends in ``opened``, ``options_needed`` or ``refused``."""
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

    def unlock(self, session: Session, encrypted: EntityId, options: OpenOptions) -> None:
        """Reopen a store with the keys of ``options``, if one of them decrypts the entity ``encrypted``."""
        self._run("Unlocking the store", options, lambda job: self.opener.unlock(session, encrypted, options.keys))

    def _run(self, title: str, options: OpenOptions, work: Callable[[Job], Session]) -> None:
        def open_and_poll(job: Job) -> Session:
            session = work(job)
            session.has_changed()  # so that commits from now on are noticed
            return session

        def failed(error: UserError) -> None:
            if isinstance(error, StoreRefused) and error.wants:
                self.options_needed.emit(error, options)
            else:
                self.refused.emit(error)

        def done(session: Session) -> None:
            self.opened.emit(session, options)

        self._request.start(title, open_and_poll, done, failed=failed, dropped=Session.close)


class Reopener:
    """Reopens the open store with other options: another scope, or keys."""

    def __init__(self, stores: StoreOpener, selection: Selection, inspector: Inspector) -> None:
        self._stores = stores
        self._selection = selection
        self._inspector = inspector
        self._session: Session | None = None
        self._encrypted: EntityId | None = None

    def set_session(self, session: Session | None) -> None:
        """Set the open store, or none."""
        self._session, self._encrypted = session, None

    def set_encrypted(self, entity_id: EntityId | None) -> None:
        """Set an entity that has encrypted records; ``None`` if there is none."""
        self._encrypted = entity_id

    def show_scope(self, scope: str | None) -> None:
        """Reopen the store with one of its scopes; ``None`` for all of them."""
        session = self._session
        if session is not None and scope != session.scope:
            self._stores.open(session.absolute_name, replace(session.options, scope=scope))

    def unlock(self, keys: tuple[bytes, ...]) -> None:
        """Reopen the store with keys for its encrypted records; the entity and version stay chosen."""
        session, chosen, encrypted = self._session, self._selection.entity_id, self.encrypted_entity
        if session is not None and encrypted is not None:
            wanted = None if chosen is None else str(chosen)
            options = replace(session.options, keys=keys, entity=wanted, version=self._selection.version)
            self._stores.unlock(session, encrypted, options)

    @property
    def encrypted_entity(self) -> EntityId | None:
        """An entity with encrypted records, the chosen one if it has any; ``None`` if none is known."""
        view = self._inspector.view
        is_chosen = view is not None and view.facts.is_encrypted
        return self._selection.entity_id if is_chosen else self._encrypted


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

        def closed(_: None) -> None:
            self._kept.remove(session)

        # The tasks of the other queues may still hold connections: one task at the end of each queue waits for them.
        self._after(
            [queue for queue in Queue if queue is not Queue.FRONT],
            lambda: self._run(Queue.FRONT, session.close, closed),
        )

    def _after(self, queues: list[Queue], then: Callable[[], None]) -> None:
        """Call ``then`` after all tasks that were started so far in some queues."""
        if not queues:
            then()
            return
        self._run(queues[0], lambda: None, lambda _: self._after(queues[1:], then))

    def _run(self, queue: Queue, work: Callable[[], None], done: Callable[[None], None]) -> None:
        self._runner.run("Closing the store", lambda job: work(), done, queue=queue, protected=True)

    def close_all(self) -> None:
        """Close the sessions that are left; call it after ``TaskRunner.close``."""
        for session in self._kept:
            session.close()
        self._kept.clear()
