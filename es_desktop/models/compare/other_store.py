"""The entities that a person can compare with, of the open store or of another one, which is opened read-only."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from es_desktop.app.store.opening import Opener
from es_desktop.app.store.session import Session
from es_desktop.models.runtime.tasks import Job, LatestRequest, TaskRunner
from es_desktop.models.search.entity_list import EntityList
from es_desktop.models.selection import Selection
from es_desktop.models.store.sessions import SessionCloser


class OtherStore(QObject):
    listed = Signal()
    """The rows are the result of the query."""
    refused = Signal(object)
    """``UserError``: the store cannot be read."""

    def __init__(
        self,
        runner: TaskRunner,
        sessions: SessionCloser,
        own: Session,
        selection: Selection,
        indexes: Path,
        parent: QObject | None = None,
        *,
        opener: Opener | None = None,
    ) -> None:
        """``own`` is the open store; ``indexes`` is the folder for the indexes of large stores."""
        super().__init__(parent)
        self._open_request = LatestRequest(runner)
        self._sessions = sessions
        self._own = own
        self._opener = opener or Opener()
        self.session: Session | None = None
        """The session whose entities are listed; ``None`` until it is open."""
        self._list = EntityList(runner, indexes, lambda: selection.entity_id, self)
        self.entities = self._list.model
        self._list.listed.connect(self.listed)

    def open_store(self, store: str) -> None:
        """Open a store by its name or URL, unless it is the open one, and list its entities."""
        self.close()
        own = self._own

        def work(job: Job) -> Session:
            is_own = own.absolute_name in (store, str(Path(store).expanduser().resolve()))
            return own if is_own else self._opener.open(store, writable=False)

        def dropped(session: Session) -> None:
            if session is not own:
                session.close()

        self._open_request.start(
            "Opening the other store", work, self._on_opened, failed=self.refused.emit, dropped=dropped
        )

    def take(self) -> Session | None:
        """Return the session, which the caller then closes; ``None`` if none is open."""
        session, self.session = self.session, None
        return session

    def close(self) -> None:
        self._open_request.cancel()
        self._list.set_session(None)
        session = self.take()
        if session is not None and session is not self._own:
            self._sessions.close(session)

    def _on_opened(self, session: Session) -> None:
        self.session = session
        if session is not self._own:
            self._sessions.keep(session)
        self._list.set_session(session)
