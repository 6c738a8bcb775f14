"""Finds entities by their state, in a task."""

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
"""Seconds between two parts of the result; the first hit is reported at once."""


class StateFinder(QObject):
    """Searches the states of a store. A newer search cancels an older one."""

    changed = Signal()
    """The search, its progress or its hits changed."""

    def __init__(self, runner: TaskRunner, indexer: Indexer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._request = LatestRequest(runner)
        self._indexer = indexer
        self._session: Session | None = None
        self.model = HitsModel(self)
        self.search: StateSearch | None = None
        """The last search."""
        self.progress: SearchProgress | None = None
        """The progress of the search, or its last one."""
        self.problem: UserError | None = None
        """Why the search failed."""

    @property
    def is_searching(self) -> bool:
        return self._request.is_running

    def set_session(self, session: Session | None) -> None:
        """Set the store to search, or none."""
        self._request.cancel()
        self._session = session
        self.model.set_reading(session)
        self._reset(None)

    def find(self, search: StateSearch) -> None:
        """Start a search."""
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

        self._reset(search)
        self._request.start(
            "Finding by state",
            work,
            lambda _: self.changed.emit(),
            part=self._add,
            failed=failed,
            queue=Queue.SEARCH,
            quiet=True,
        )
        self.changed.emit()

    def stop(self) -> None:
        """Cancel the search; its hits stay."""
        self._request.cancel()
        self.changed.emit()

    def _reset(self, search: StateSearch | None) -> None:
        self.search, self.progress, self.problem = search, None, None
        self.model.clear()
        self.changed.emit()

    def _add(self, part: tuple[list[StateHit], SearchProgress]) -> None:
        hits, self.progress = part
        self.model.append(hits)
        self.changed.emit()
