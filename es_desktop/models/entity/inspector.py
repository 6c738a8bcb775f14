"""The inspector: reads timeline, state, rebuild and event of the chosen entity in tasks, for the models of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from es_desktop.app.entity.facts import Outline
from es_desktop.app.entity.verdict import NEAREST, ZERO, BaseChoice, Verdict
from es_desktop.app.entity.view import EntityView, History, StateView, history_of
from es_desktop.app.runtime.errors import UserError
from es_desktop.core import RecordedEvent
from es_desktop.models.runtime.tasks import Job, LatestRequest, Queue, TaskRunner
from es_desktop.models.selection import Selection
from es_desktop.replay import BLOCK, Step
from es_desktop.system.counts import format_number

from .event_types_model import EventTypesModel
from .snapshots import SnapshotsModel
from .state_model import StateModel
from .timeline_model import TimelineModel


class Inspector(QObject):
    outline_changed = Signal(object)
    """``EntityView`` of the entity in view, or ``None``."""
    state_wanted = Signal()
    """A state is being rebuilt."""
    state_changed = Signal(object)
    """``StateView``, or ``None``."""
    state_failed = Signal(object)
    """``UserError``: why there is no state."""
    history_changed = Signal(object)
    """``History``: the writers and failed events, now known."""
    event_changed = Signal(object, object)
    """The event of the chosen version and its record, or twice ``None``."""
    base_changed = Signal(object)
    """The new ``BaseChoice`` of rebuilds."""

    def __init__(self, runner: TaskRunner, selection: Selection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._requests = [LatestRequest(runner) for _ in range(4)]
        self._state_request, self._history_request, self._event_request, self._last_state_request = self._requests
        self._selection = selection
        self.timeline = TimelineModel(self)
        self.event_types = EventTypesModel(self)
        self.state = StateModel(self)
        self.snapshots = SnapshotsModel(self)
        self.view: EntityView | None = None
        self.state_view: StateView | None = None
        self.event_shown: tuple[RecordedEvent | None, Any] = None, None
        """The event of the chosen version and its record, once they are read; twice ``None`` if they cannot be."""
        self.history = History()
        self._is_history_complete = False
        self.base = NEAREST
        self.can_edit = False
        self.timeline.block_wanted.connect(self._on_block_wanted)
        self.event_types.changed.connect(self._on_types_chosen)
        selection.version_changed.connect(self._show_version)
        self.state.set_ways(lambda path: "" if self.view is None else self.view.ways_to_change(path).text)

    def show(self, view: EntityView, version: int | None, *, has_events: bool = False) -> None:
        """Show an entity at ``version``, or as ``set_versions`` does; ``has_events``: its events are as before."""
        same = self.view is not None and self.view.facts.id == view.facts.id
        self.view = view
        if not same:
            self.history = History()
        self.event_types.set_outline(view.facts.type, view.outline)
        self.timeline.set_outline(
            view.outline, view.snapshot_versions, same_entity=same, hidden=self.event_types.hidden
        )
        self.snapshots.set_rows(view.snapshots)
        self.outline_changed.emit(view)
        before = self._selection.version
        self._selection.set_versions(view.outline.versions, version, self.timeline.rows.events)
        if self._selection.version == before:
            # The selection did not emit, but the events, or the snapshot that the state starts from, may be others.
            self._show_version(before, has_event=has_events)
        if has_events and self._is_history_complete:
            self.history_changed.emit(self.history)
        elif not (has_events and self._history_request.is_running):
            self._read_history(view)

    def clear(self) -> None:
        for request in self._requests:
            request.cancel()
        self.view, self.state_view, self.history = None, None, History()
        if self.base.mode == "picked":  # it is a snapshot of the previous entity
            self.base = NEAREST
            self.base_changed.emit(NEAREST)
        self.event_types.set_outline("", Outline())
        self.timeline.set_outline(Outline(), (), same_entity=False)
        self.snapshots.set_rows([])
        self.state.set_state(None, (), {})
        self.outline_changed.emit(None)
        self.state_changed.emit(None)
        self._on_event((None, None))

    def set_base(self, base: BaseChoice) -> None:
        """Rebuild states from the nearest snapshot, from zero, or from one snapshot for all later versions."""
        if base != self.base:
            self.base = base
            self.base_changed.emit(base)
            self._show_version(self._selection.version)

    def read_last_state(self, then: Callable[[StateView], None]) -> None:
        """Rebuild the state at the last version, and pass it to ``then`` in the GUI thread."""
        view, last = self.view, self._selection.last
        if view is not None and last is not None:
            self._last_state_request.start(
                "Reading the last state", lambda job: view.state_at(last, base=NEAREST, checkpoint=job.check), then
            )

    def verdict(self, shown: StateView) -> Verdict:
        """Return the verdict on a state of the entity in view, from what is known now."""
        assert self.view is not None, "its state is shown"
        failure = self.history.failure_before(shown.version, shown.base.version)
        return self.view.reading.verdict(self.view.facts, shown.exactness, shown.base.version, failure)

    @property
    def problem(self) -> UserError | None:
        """Why there is no state at the chosen version."""
        return self._state_request.problem

    @property
    def event_problem(self) -> UserError | None:
        """Why the event of the chosen version could not be read."""
        return self._event_request.problem

    @property
    def knows_history(self) -> bool:
        """Whether ``history`` covers all events of the entity in view."""
        return self.view is not None and not self._history_request.is_running

    def writer_of(self, path: str) -> int | None:
        """Return the version of the last writer of a path at the chosen version; ``None`` if unknown."""
        version = self._selection.version
        return None if version is None else self.history.blame.last_writer(path, version)

    def _on_types_chosen(self) -> None:
        self.timeline.set_hidden(self.event_types.hidden)
        self._selection.set_stops(self.timeline.rows.events)

    def _show_version(self, version: int | None, *, has_event: bool = False) -> None:
        view, base = self.view, self.base
        self.timeline.set_current(self._selection.index)
        if view is None or version is None:
            return
        self.state_wanted.emit()

        blocks = view.outline.count_to(version) // BLOCK
        cancelled = UserError("the rebuild was cancelled", "Choose the version again to go on.")
        self._state_request.start(
            f"Rebuilding version {format_number(version)}",
            lambda job: view.state_at(version, base=base, checkpoint=job.counting_checkpoint(blocks)),
            self._on_state,
            failed=self._on_failed,
            stopped=lambda: self._on_failed(cancelled),
        )
        if not has_event:
            work, stopped = partial(view.event_at, version), partial(self._on_event, (None, None))
            self._event_request.start("Reading the event", lambda job: work(), self._on_event, stopped=stopped)

    def _on_state(self, shown: StateView) -> None:
        self.state_view = shown
        fields: dict[str, Any] = {}
        if self.can_edit and self._selection.is_at_last and self.view is not None and shown.state is not None:
            fields = {field.name: field for field in self.view.fields if field.name in shown.state}
        self.state.set_state(shown.state, shown.changes, fields)
        self.snapshots.set_used(shown.base.version)
        self.state_changed.emit(shown)

    def _on_event(self, found: tuple[RecordedEvent | None, Any]) -> None:
        self.event_shown = found
        self.event_changed.emit(*found)

    def _on_failed(self, error: UserError) -> None:
        self.state_view = None
        self.state.set_state(None, (), {})
        self.state_failed.emit(error)

    def _read_history(self, view: EntityView) -> None:
        self._is_history_complete = False

        def done(history: History) -> None:
            self.history, self._is_history_complete = history, True
            self.timeline.set_failed(history.failed)
            self.state.set_writers(self.writer_of)
            self.history_changed.emit(history)

        def work(job: Job) -> History:
            return history_of(view, job.counting_checkpoint(2 * (len(view.outline.versions) // BLOCK)))

        self._history_request.start("Reading the history", work, done, queue=Queue.WALK)

    def _on_block_wanted(self, number: int) -> None:
        view = self.view
        if view is None or not view.outline.versions:
            return

        def done(steps: list[Step]) -> None:
            if view is self.view and steps:
                self.timeline.set_block(number, steps)

        last = view.outline.versions[-1]
        self._runner.run("Reading events", lambda job: view.steps(last, number, base=ZERO, checkpoint=job.check), done)
