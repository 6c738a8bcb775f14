"""The courses of what is watched through the history of one entity, worked out beside the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from es_desktop.app.entity.view import EntityView
from es_desktop.app.watch.watchpoints import Course, courses
from es_desktop.models.runtime.latest_request import LatestRequest
from es_desktop.models.runtime.tasks import Job, Queue, TaskRunner


class Courses(QObject):
    """Knows the course of each wanted expression, or is finding it out; all that are missing, in one walk."""

    changed = Signal()
    """More courses are known, or fewer, or they are being worked out now."""

    def __init__(self, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._request = LatestRequest(runner)
        self._view: EntityView | None = None
        self._wanted: tuple[str, ...] = ()
        self._known: dict[str, Course] = {}
        self._sought: tuple[str, ...] = ()
        self._then: Callable[[], None] | None = None

    @property
    def is_working(self) -> bool:
        return self._request.is_running

    def get(self, expression: str) -> Course | None:
        """Return the course of an expression, where it is known."""
        return self._known.get(expression)

    def show(self, view: EntityView | None) -> None:
        """Take another entity, or the same one read anew: its courses stay until the new ones are there."""
        same = view is not None and self._view is not None and view.is_entity_of(self._view)
        self._view = view
        if not same:
            self._known, self._then = {}, None
        # What is not wanted now would be out of date when it is wanted again.
        self._known = {name: course for name, course in self._known.items() if name in self._wanted}
        self._seek(self._wanted)

    def want(self, expressions: Sequence[str]) -> None:
        """Know the courses of these expressions from now on."""
        self._wanted = tuple(expressions)
        missing = self._missing()
        if set(missing) != set(self._sought):
            self._seek(missing)

    def when_known(self, then: Callable[[], None]) -> None:
        """Go on once all courses that are wanted are known; never where that is cancelled."""
        missing = self._missing()
        if not missing:
            then()
            return
        self._then = then
        if not self.is_working:
            self._seek(missing)

    def _missing(self) -> tuple[str, ...]:
        """Return what is wanted and not known, or being worked out anew."""
        return tuple(each for each in self._wanted if each not in self._known or each in self._sought)

    def _seek(self, expressions: tuple[str, ...]) -> None:
        """Work out these courses, and no others any more."""
        view = self._view
        self._request.cancel()
        self._sought = ()
        if view is not None and expressions:

            def work(job: Job) -> dict[str, Course]:
                return courses(view.own_chain(), expressions, job.check, job.report)

            self._sought = expressions
            self._request.start(
                "Looking for crossings", work, self._on_found, stopped=self._on_stopped, queue=Queue.SCAN
            )
        self.changed.emit()

    def _on_found(self, found: dict[str, Course]) -> None:
        self._sought = ()
        self._known.update(found)
        self.changed.emit()
        then, self._then = self._then, None
        if then is not None:
            then()

    def _on_stopped(self) -> None:
        """The search was cancelled, or failed: of what was sought nothing is known then."""
        self._known = {name: course for name, course in self._known.items() if name not in self._sought}
        self._sought, self._then = (), None
        self.changed.emit()
