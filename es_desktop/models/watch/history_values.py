"""Values that are computed along the history of the chosen entity, each by its name; its lanes are some of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Signal

from es_desktop.app.entity.view import EntityView
from es_desktop.app.watch.series import Lane, lanes_of_paths
from es_desktop.models.entity.display_preferences import TypePreferences
from es_desktop.models.entity.inspector import Inspector
from es_desktop.models.entity.rebuilds import RebuildPair
from es_desktop.models.runtime.tasks import Job, LatestRequest, Queue, TaskRunner

T = TypeVar("T")


class HistoryValues(QObject, Generic[T]):
    """Computes one value for each wanted name in a task; all that are missing, in one fold of the history."""

    changed = Signal()
    """A value was computed or dropped, or computing started or stopped."""

    def __init__(
        self,
        runner: TaskRunner,
        title: str,
        compute: Callable[[EntityView, Sequence[str], Job], dict[str, T]],
        parent: QObject | None = None,
    ) -> None:
        """``compute`` returns the values of an entity by name, in the thread of a task; ``title`` names the task."""
        super().__init__(parent)
        self._request = LatestRequest(runner)
        self._title = title
        self._values_of = compute
        self._view: EntityView | None = None
        self._wanted: tuple[str, ...] = ()
        self._known: dict[str, T] = {}
        self._pending: tuple[str, ...] = ()
        self._then: Callable[[], None] | None = None

    @property
    def is_running(self) -> bool:
        return self._request.is_running

    def get(self, name: str) -> T | None:
        return self._known.get(name)

    def show(self, view: EntityView | None, names: Sequence[str]) -> None:
        """Compute what is missing. Old values of an entity that is read again stay until the new ones are ready."""
        is_read_again, old = view is not self._view, self._view
        self._view, self._wanted = view, tuple(names)
        if view is None or old is None or not view.is_entity_of(old):
            self._known, self._then = {}, None
        if is_read_again:
            # A value that nobody wants now is not computed again, so it would be outdated when it is wanted later.
            self._known = {name: value for name, value in self._known.items() if name in self._wanted}
            self._compute(self._wanted)
        elif set(self._missing()) != set(self._pending):
            self._compute(self._missing())

    def when_known(self, then: Callable[[], None]) -> None:
        """Call ``then`` when all wanted values are known; never if computing them is cancelled."""
        missing = self._missing()
        if not missing:
            then()
            return
        self._then = then
        if not self.is_running:
            self._compute(missing)

    def _missing(self) -> tuple[str, ...]:
        """Return the wanted names whose values are not known, or are being computed again."""
        return tuple(each for each in self._wanted if each not in self._known or each in self._pending)

    def _compute(self, names: tuple[str, ...]) -> None:
        view = self._view
        self._request.cancel()
        self._pending = ()
        if view is not None and names:
            self._pending = names
            self._request.start(
                self._title,
                lambda job: self._values_of(view, names, job),
                self._on_found,
                stopped=self._on_stopped,
                queue=Queue.SCAN,
            )
        self.changed.emit()

    def _on_found(self, found: dict[str, T]) -> None:
        self._pending = ()
        self._known.update(found)
        self.changed.emit()
        then, self._then = self._then, None
        if then is not None:
            then()

    def _on_stopped(self) -> None:
        """The task was cancelled, or failed: the old values of its names are outdated."""
        self._known = {name: value for name, value in self._known.items() if name not in self._pending}
        self._pending, self._then = (), None
        self.changed.emit()


class Lanes(HistoryValues[Lane]):
    """The lanes of the chosen entity, for the paths of its entity type."""

    def __init__(self, runner: TaskRunner, inspector: Inspector, preferences: TypePreferences) -> None:
        super().__init__(runner, "Drawing lanes", _lanes, inspector)
        self._inspector = inspector
        self._preferences = preferences
        inspector.outline_changed.connect(self._update)
        preferences.changed.connect(self._update)

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths that are drawn, from top to bottom."""
        return self._preferences.current.lanes

    def remove(self, path: str) -> None:
        if path in self.paths:
            self._preferences.toggle("lanes", path)

    def _update(self) -> None:
        self.show(self._inspector.view, self.paths)
        self.changed.emit()  # the paths may be others


class FalseLanes(HistoryValues[Lane]):
    """What the lanes are from the false snapshot that the state in view is rebuilt from; none from a true one."""

    def __init__(self, runner: TaskRunner, lanes: Lanes, inspector: Inspector, pair: RebuildPair) -> None:
        super().__init__(runner, "Drawing lanes of the snapshot", self._of_snapshot, lanes)
        self._lanes, self._inspector, self._pair = lanes, inspector, pair
        self._base: int | None = None
        for changed in (pair.changed, lanes.changed):
            changed.connect(lambda *_: self._update())

    def _update(self) -> None:
        found = self._pair.shown
        base = found.snapshot.base if found is not None and found.is_false and found.snapshot is not None else None
        if base != self._base:
            self.show(None, ())
            self._base = base
        if base is not None:
            self.show(self._inspector.view, self._lanes.paths)

    def _of_snapshot(self, view: EntityView, paths: Sequence[str], job: Job) -> dict[str, Lane]:
        return {lane.path: lane for lane in lanes_of_paths(view, paths, job.report, self._base)}


def _lanes(view: EntityView, paths: Sequence[str], job: Job) -> dict[str, Lane]:
    return {lane.path: lane for lane in lanes_of_paths(view, paths, job.report)}
