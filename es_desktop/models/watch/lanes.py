"""The lanes of the chosen entity: one for each path that its entity type has chosen, computed in a task."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from es_desktop.app.entity.view import EntityView
from es_desktop.app.watch.series import Lane, lanes_of_paths
from es_desktop.core import EntityId
from es_desktop.models.entity.display_preferences import TypePreferences
from es_desktop.models.entity.inspector import Inspector
from es_desktop.models.runtime.tasks import LatestRequest, Queue, TaskRunner


class Lanes(QObject):
    """Computes the lanes of one entity. When it gets more events, the old lanes stay until the new ones are ready."""

    changed = Signal()
    """The paths or a lane changed, or work started or stopped."""

    def __init__(
        self, runner: TaskRunner, inspector: Inspector, preferences: TypePreferences, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._request = LatestRequest(runner)
        self._inspector = inspector
        self._preferences = preferences
        self._entity_id: EntityId | None = None
        self._lanes: dict[str, Lane] = {}
        self._outdated: set[str] = set()
        inspector.outline_changed.connect(self._on_outline)
        preferences.changed.connect(self._compute)

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths that are drawn, from top to bottom."""
        return self._preferences.current.lanes

    @property
    def is_running(self) -> bool:
        """Whether lanes are being computed. After a cancel, they are computed when the entity is read again."""
        return self._request.is_running

    def lane(self, path: str) -> Lane | None:
        """Return the lane of a path; ``None`` if it is not computed."""
        return self._lanes.get(path)

    def remove(self, path: str) -> None:
        """Remove the lane of a path."""
        if path in self.paths:
            self._preferences.toggle("lanes", path)

    def _on_outline(self, view: EntityView | None) -> None:
        entity_id = None if view is None else view.facts.id
        if entity_id != self._entity_id:
            self._entity_id = entity_id
            self._lanes = {}
        self._outdated = set(self._lanes)
        self._compute()

    def _compute(self) -> None:
        view = self._inspector.view
        wanted = [path for path in self.paths if path not in self._lanes or path in self._outdated]
        self._request.cancel()
        if view is not None and wanted:

            def done(found: list[Lane]) -> None:
                self._lanes.update({lane.path: lane for lane in found})
                self._outdated.difference_update(wanted)
                self.changed.emit()

            self._request.start(
                "Drawing lanes",
                lambda job: lanes_of_paths(view, wanted, job.report),
                done,
                stopped=self.changed.emit,
                queue=Queue.SCAN,
            )
        self.changed.emit()
