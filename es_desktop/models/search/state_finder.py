"""Finding entities by their state, beside the window: what is asked, how far it is, and what was found."""

from __future__ import annotations

from contextlib import closing
from time import monotonic
from typing import Final

from PySide6.QtCore import QObject, Signal

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.search.query import SearchProgress, StateHit, StateSearch
from es_desktop.app.search.state_search import search_states
from es_desktop.app.store.session import Session
from es_desktop.models.runtime.tasks import Job, Lane, TaskRunner

from .hits_model import HitsModel
from .indexer import Indexer

_KEY: Final = "find by state"
_TELL_SECONDS: Final = 0.1
"""Between two parts that are handed over, but for the first hit: that shows at once."""


class StateFinder(QObject):
    """Looks through the states of a store; a newer search takes the place of an older one."""

    changed = Signal()
    """Something else is looked for, or more is known."""

    def __init__(self, runner: TaskRunner, indexer: Indexer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._indexer = indexer
        self._session: Session | None = None
        self.model = HitsModel(self)
        self.search: StateSearch | None = None
        """What was asked last."""
        self.searched: SearchProgress | None = None
        """How far the search is, or was when it ended."""
        self.problem: UserError | None = None
        """Why it could not be carried out."""

    @property
    def is_searching(self) -> bool:
        return self._runner.is_running(_KEY)

    def set_session(self, session: Session | None) -> None:
        """Look through another store from now on, or through none."""
        self._runner.cancel(_KEY)
        self._session = session
        self.model.set_reading(session)
        self._begin(None)

    def find(self, search: StateSearch) -> None:
        """Look for entities, from the start."""
        session, index = self._session, self._indexer.index
        if session is None:
            return

        def work(job: Job) -> None:
            hits: list[StateHit] = []
            told, has_told = monotonic(), False
            with closing(search_states(session, search, index)) as parts:
                for part in parts:
                    job.check()
                    if isinstance(part, StateHit):
                        hits.append(part)
                        continue
                    is_time = monotonic() - told > _TELL_SECONDS or (bool(hits) and not has_told) or part.is_done
                    if is_time:
                        job.tell((hits, part))
                        hits, told, has_told = [], monotonic(), has_told or bool(hits)

        def failed(error: UserError) -> None:
            self.problem = error
            self.changed.emit()

        self._begin(search)
        self._runner.run(
            "Finding by state",
            work,
            lambda _: self.changed.emit(),
            told=self._take,
            failed=failed,
            lane=Lane.SEARCH,
            key=_KEY,
            quiet=True,
        )
        self.changed.emit()

    def stop(self) -> None:
        """Look no further; what was found stays."""
        self._runner.cancel(_KEY)
        self.changed.emit()

    def _begin(self, search: StateSearch | None) -> None:
        self.search, self.searched, self.problem = search, None, None
        self.model.clear()
        self.changed.emit()

    def _take(self, part: tuple[list[StateHit], SearchProgress]) -> None:
        hits, self.searched = part
        self.model.append(hits)
        self.changed.emit()
