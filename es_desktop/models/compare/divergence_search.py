"""Finds the versions at which two entities differ, in a task."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from es_desktop.app.compare.compare import Divergences, find_divergences
from es_desktop.app.entity.view import EntityView
from es_desktop.models.runtime.latest_request import LatestRequest
from es_desktop.models.runtime.tasks import Queue, TaskRunner


class DivergenceSearch(QObject):
    """Compares two entities version by version; the result of the last pair is kept."""

    ended = Signal()
    """The search was completed or cancelled."""

    def __init__(self, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._request = LatestRequest(runner)
        self._pair: frozenset[EntityView] = frozenset()
        self._own: dict[EntityView, list[int]] = {}
        self.found: Divergences | None = None
        """The result; ``None`` until the search is completed."""

    @property
    def is_running(self) -> bool:
        return self._request.is_running

    def compare(self, left: EntityView, right: EntityView) -> None:
        """Compare two entities, unless they are the last pair."""
        pair = frozenset({left, right})
        if pair == self._pair:
            return
        self._pair, self._own, self.found = pair, {}, None

        def done(found: Divergences) -> None:
            self.found = found
            self.ended.emit()

        self._request.start(
            "Comparing every version",
            lambda job: find_divergences(left, right, job.report),
            done,
            stopped=self.ended.emit,
            queue=Queue.SCAN,
        )

    def versions_of(self, view: EntityView) -> Sequence[int]:
        """Return the ascending versions of one of the two entities at which it differs from the other."""
        if self.found is None or not any(view.is_entity_of(each) for each in self._pair):
            return ()
        if view not in self._own:
            there = set(view.outline.versions)
            self._own = {view: [each for each in self.found.versions if each in there]}
        return self._own[view]

    def clear(self) -> None:
        """Cancel the search, and forget the result."""
        self._request.cancel()
        self._pair, self._own, self.found = frozenset(), {}, None
