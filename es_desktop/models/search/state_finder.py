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
from es_desktop.models.runtime.latest_request import LatestRequest
from es_desktop.models.runtime.tasks import Job, Queue, TaskRunner

from .hits_model import HitsModel
from .indexer import Indexer

_PART_SECONDS: Final = 0.1
"""Between two parts that are handed over, but for the first hit: that shows at once."""


class StateFinder(QObject):
    """Looks through the states of a store; a newer search takes the place of an older one."""

    changed = Signal()
    """Something else is looked for, or more is known."""

    def __init__(self, runner: TaskRunner, indexer: Indexer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._request = LatestRequest(runner)
        self._indexer = indexer
        self._session: Session | None = None
        self.model = HitsModel(self)
        self.search: StateSearch | None = None
        """What was asked last."""
        self.progress: SearchProgress | None = None
        """How far the search is, or was when it ended."""
        self.problem: UserError | None = None
        """Why it could not be carried out."""

    @property
    def is_searching(self) -> bool:
        return self._request.is_running

    def set_session(self, session: Session | None) -> None:
        """Look through another store from now on, or through none."""
        self._request.cancel()
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
            last, has_hits = monotonic(), False
            with closing(search_states(session, search, index)) as parts:
                for part in parts:
                    job.check()
                    if isinstance(part, StateHit):
                        hits.append(part)
                        continue
                    is_time = monotonic() - last > _PART_SECONDS or (bool(hits) and not has_hits) or part.is_done
                    if is_time:
                        job.report_part((hits, part))
                        hits, last, has_hits = [], monotonic(), has_hits or bool(hits)

        def failed(error: UserError) -> None:
            self.problem = error
            self.changed.emit()

        self._begin(search)
        self._request.start(
            "Finding by state",
            work,
            lambda _: self.changed.emit(),
            part=self._take,
            failed=failed,
            queue=Queue.SEARCH,
            quiet=True,
        )
        self.changed.emit()

    def stop(self) -> None:
        """Look no further; what was found stays."""
        self._request.cancel()
        self.changed.emit()

    def _begin(self, search: StateSearch | None) -> None:
        self.search, self.progress, self.problem = search, None, None
        self.model.clear()
        self.changed.emit()

    def _take(self, part: tuple[list[StateHit], SearchProgress]) -> None:
        hits, self.progress = part
        self.model.append(hits)
        self.changed.emit()
