"""The entities to choose from for a comparison: of the open store, or of another one beside it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from es_desktop.app.facts import EntityFacts
from es_desktop.app.listing import EntityQuery, listed
from es_desktop.app.opening import Opener
from es_desktop.app.session import Session

from .entities_model import EntitiesModel
from .session_closer import SessionCloser
from .tasks import Job, TaskRunner

_LOOK, _LIST = "other store", "other list"


class OtherStore(QObject):
    """Opens another store for reading where one is asked for, and lists its entities."""

    listed = Signal()
    """The rows are what was asked for."""
    refused = Signal(object)
    """``UserError``: the store cannot be read. Another one has to be looked into."""

    def __init__(
        self,
        runner: TaskRunner,
        sessions: SessionCloser,
        own: Session,
        parent: QObject | None = None,
        *,
        opener: Opener | None = None,
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._sessions = sessions
        self._own = own
        self._opener = opener or Opener()
        self._all: list[EntityFacts] = []
        self.session: Session | None = None
        """Whose entities are listed; ``None`` while they are being read."""
        self.entities = EntitiesModel(self)
        self.entities.query_changed.connect(self._list)

    def look_into(self, store: str) -> None:
        """List the entities of a store."""
        self.close()
        own = self._own

        def work(job: Job) -> tuple[Session, list[EntityFacts]]:
            session = own if _is_place_of(own, store) else self._opener.open(store, writable=False)
            try:
                return session, list(_entities(session, job))
            except BaseException:
                if session is not own:
                    session.close()
                raise

        def dropped(found: tuple[Session, list[EntityFacts]]) -> None:
            if found[0] is not own:
                found[0].close()

        self._runner.run(
            "Reading the entities", work, self._on_read, failed=self.refused.emit, dropped=dropped, key=_LOOK
        )

    def take(self) -> Session | None:
        """Hand the session over to somebody who closes it; ``None`` where none is open."""
        session, self.session = self.session, None
        return session

    def close(self) -> None:
        """Let go of the store, where it was not taken."""
        self._runner.cancel(_LOOK)
        self._runner.cancel(_LIST)
        session, self.session, self._all = self.session, None, []
        self.entities.set_rows([])
        if session is not None and session is not self._own:
            self._sessions.close(session)

    def _on_read(self, found: tuple[Session, list[EntityFacts]]) -> None:
        self.session, self._all = found
        if self.session is not self._own:
            self._sessions.keep(self.session)
        self._list(self.entities.query)

    def _list(self, query: EntityQuery) -> None:
        entities = self._all

        def done(rows: list[EntityFacts]) -> None:
            self.entities.set_rows(rows)
            self.listed.emit()

        self._runner.run("Sorting the entities", lambda job: listed(entities, query), done, key=_LIST)


def _entities(session: Session, job: Job) -> list[EntityFacts]:
    found = []
    for entity in session.entities():
        job.check()
        found.append(entity)
    return found


def _is_place_of(session: Session, store: str) -> bool:
    return session.place in (store, str(Path(store).expanduser().resolve()))
