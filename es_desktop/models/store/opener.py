"""Opening stores beside the window: each request ends in an open session, or in what is wanted for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from es_desktop.app.runtime.errors import PasswordWanted, UnknownTables, UserError
from es_desktop.app.store.demo import make_demo
from es_desktop.app.store.opening import Opener
from es_desktop.app.store.options import NO_OPTIONS, StoreOptions
from es_desktop.app.store.session import Session, open_session
from es_desktop.core import EntityId
from es_desktop.models.runtime.tasks import Job, TaskRunner

_OPEN = "open"


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A store that should be opened, and what should be shown of it."""

    store: str = field(repr=False)
    """A file name, or a URL in which a password may stand."""
    options: StoreOptions = NO_OPTIONS
    entity: str | None = None
    """The beginning of an id."""
    version: int | None = None

    def at(self, place: str, options: StoreOptions) -> OpenRequest:
        """Return the same request of a place without secrets, with other options."""
        return replace(self, store=place, options=options)


class StoreOpener(QObject):
    """Opens and makes stores. A newer request takes the place of an older one."""

    opened = Signal(object, object)
    """``Session``, and the ``OpenRequest`` that it is of."""
    password_wanted = Signal(object, object)
    """``PasswordWanted``, and the ``OpenRequest`` that a password is wanted for."""
    map_wanted = Signal(object, object)
    """``UnknownTables``, and the ``OpenRequest`` that a table map is wanted for."""
    refused = Signal(object)
    """``UserError``: it cannot be opened."""

    def __init__(self, runner: TaskRunner, opener: Opener, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self.opener = opener

    def open(self, request: OpenRequest) -> None:
        """Open a store."""
        self._run("Opening the store", request, lambda job: self.opener.open(request.store, request.options))

    def create(self, store: str, options: StoreOptions = NO_OPTIONS) -> None:
        """Make a new store and open it."""
        request = OpenRequest(store, options)
        self._run("Making the store", request, lambda job: self.opener.create(store, options))

    def open_demo(self, path: Path, entity: str | None, version: int | None, afresh: bool) -> None:
        """Open the demo store; make it first where it is not there, or should be made ``afresh``."""

        def work(job: Job) -> Session:
            if afresh or not path.exists():
                make_demo(path, job.report)
            return open_session(str(path))

        self._run("Making the demo store", OpenRequest(str(path), NO_OPTIONS, entity, version), work)

    def unlock(self, session: Session, sealed: EntityId, keys: tuple[bytes, ...], request: OpenRequest) -> None:
        """Open a store once more with the keys, where one of them opens what is ``sealed``."""
        self._run("Unlocking the store", request, lambda job: self.opener.unlock(session, sealed, keys))

    def _run(self, title: str, request: OpenRequest, work: Callable[[Job], Session]) -> None:
        def watched(job: Job) -> Session:
            session = work(job)
            session.has_changed()  # what is committed from now on is noticed
            return session

        def failed(error: UserError) -> None:
            if isinstance(error, PasswordWanted):
                self.password_wanted.emit(error, request)
            elif isinstance(error, UnknownTables):
                self.map_wanted.emit(error, request)
            else:
                self.refused.emit(error)

        def done(session: Session) -> None:
            self.opened.emit(session, request)

        self._runner.run(title, watched, done, failed=failed, dropped=Session.close, key=_OPEN)
