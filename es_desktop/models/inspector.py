"""The inspector: the chosen entity at the chosen version, as timeline, state, rebuild, event and snapshots show it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from es_desktop.app.entity_view import EntityView, History, StateView
from es_desktop.app.errors import UserError
from es_desktop.app.facts import Outline
from es_desktop.core import RecordedEvent
from es_desktop.replay import BLOCK, Step

from .selection import Selection
from .snapshots_model import SnapshotsModel
from .state_model import StateModel
from .tasks import Job, Lane, TaskRunner
from .timeline_model import TimelineModel

_STATE, _HISTORY, _EVENT, _LAST = "state", "history", "event", "last state"


class Inspector(QObject):
    """Works out what is shown of one entity, and hands it to the models. A newer request cancels the older."""

    outline_changed = Signal(object)
    """``EntityView`` whose events are shown, or ``None``."""
    state_wanted = Signal()
    """A state is being worked out."""
    state_changed = Signal(object)
    """``StateView``, or ``None``."""
    state_failed = Signal(object)
    """``UserError`` in place of a state."""
    history_changed = Signal(object)
    """``History``: writers and failed events are known."""
    event_changed = Signal(object, object)
    """The decoded event of the chosen version and its record, or ``None`` twice."""
    steps_changed = Signal()
    """More steps of the rebuild are there."""

    def __init__(self, runner: TaskRunner, selection: Selection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._selection = selection
        self.timeline = TimelineModel(self)
        self.state = StateModel(self)
        self.snapshots = SnapshotsModel(self)
        self.view: EntityView | None = None
        self.shown: StateView | None = None
        self.history = History()
        self.from_snapshot = True
        self.can_edit = False
        self._step_blocks: dict[int, list[Step]] = {}
        self._steps_asked: set[int] = set()
        self.timeline.block_wanted.connect(self._on_block_wanted)
        selection.version_changed.connect(self._on_version_chosen)

    def show(self, view: EntityView, version: int | None) -> None:
        """Show an entity that was just read, at a version, or where the selection stands."""
        same = self.view is not None and self.view.facts.id == view.facts.id
        self.view = view
        self._forget_steps()
        if not same:
            self.history = History()
        self.timeline.set_outline(view.outline, frozenset(view.snapshot_versions), same_entity=same)
        self.snapshots.set_rows(view.snapshots)
        self.outline_changed.emit(view)
        before = self._selection.version
        self._selection.set_versions(view.outline.versions, version)
        if self._selection.version == before:
            self._on_version_chosen(before)  # it is the same version of what may be other events
        self._read_history(view)

    def clear(self) -> None:
        """Show nothing."""
        for key in (_STATE, _HISTORY, _EVENT, _LAST):
            self._runner.cancel(key)
        self.view, self.shown, self.history = None, None, History()
        self._forget_steps()
        self.timeline.set_outline(Outline(), frozenset(), same_entity=False)
        self.snapshots.set_rows([])
        self.state.set_state(None, (), {})
        self.outline_changed.emit(None)
        self.state_changed.emit(None)
        self.event_changed.emit(None, None)

    def set_from_snapshot(self, from_snapshot: bool) -> None:
        """Rebuild from the nearest snapshot, or from zero."""
        if from_snapshot != self.from_snapshot:
            self.from_snapshot = from_snapshot
            self._forget_steps()
            self._on_version_chosen(self._selection.version)

    def read_last_state(self, then: Callable[[StateView], None]) -> None:
        """Work out the state at the last version, whichever is shown, and hand it over."""
        view, last = self.view, self._selection.last
        if view is not None and last is not None:
            self._runner.run(
                "Reading the last state",
                lambda job: view.state_at(last, from_snapshot=True, checkpoint=job.check),
                then,
                key=_LAST,
            )

    def rebuild_step(self, index: int) -> Step | None:
        """Return a step of the rebuild in view, counted from its base; ``None`` while it is being worked out."""
        number, offset = divmod(index, BLOCK)
        block = self._step_blocks.get(number)
        if block is None:
            self._want_steps(number)
            return None
        return block[offset] if offset < len(block) else None

    def writer_of(self, path: str) -> int | None:
        """Return the version of the event that last set a path, at the chosen version."""
        version = self._selection.version
        return None if version is None else self.history.last_writer(path, version)

    def _on_version_chosen(self, version: int | None) -> None:
        view, from_snapshot = self.view, self.from_snapshot
        self.timeline.set_current(self._selection.index)
        if view is None or version is None:
            return
        self.state_wanted.emit()

        def work(job: Job) -> StateView:
            return view.state_at(version, from_snapshot=from_snapshot, checkpoint=job.check)

        self._runner.run(f"Rebuilding version {version}", work, self._on_state, failed=self._on_failed, key=_STATE)
        self._runner.run("Reading the event", lambda job: view.event_at(version), self._on_event, key=_EVENT)

    def _on_state(self, shown: StateView) -> None:
        if self.shown is None or shown.base != self.shown.base:
            self._forget_steps()
        self.shown = shown
        fields: dict[str, Any] = {}
        if self.can_edit and self._selection.is_at_last and self.view is not None and shown.state is not None:
            fields = {field.name: field for field in self.view.fields if field.name in shown.state}
        self.state.set_state(shown.state, shown.changes, fields)
        self.snapshots.set_used(shown.base.version)
        self.state_changed.emit(shown)

    def _on_failed(self, error: UserError) -> None:
        self.shown = None
        self.state.set_state(None, (), {})
        self.state_failed.emit(error)

    def _on_event(self, found: tuple[RecordedEvent, Any]) -> None:
        self.event_changed.emit(*found)

    def _read_history(self, view: EntityView) -> None:
        def done(history: History) -> None:
            self.history = history
            self.state.set_writers(self.writer_of)
            self.history_changed.emit(history)

        self._runner.run("Reading the history", lambda job: view.history(job.check), done, lane=Lane.SCAN, key=_HISTORY)

    def _on_block_wanted(self, number: int) -> None:
        view = self.view
        if view is None or not view.outline.versions:
            return

        def work(job: Job) -> list[Step]:
            return view.steps(view.outline.versions[-1], number, from_snapshot=False, checkpoint=job.check)

        def done(steps: list[Step]) -> None:
            if view is self.view and steps:
                self.timeline.set_block(number, steps)

        self._runner.run("Reading events", work, done)

    def _want_steps(self, number: int) -> None:
        view, shown, from_snapshot = self.view, self.shown, self.from_snapshot
        if view is None or shown is None or number in self._steps_asked:
            return
        self._steps_asked.add(number)

        def work(job: Job) -> list[Step]:
            return view.steps(shown.version, number, from_snapshot=from_snapshot, checkpoint=job.check)

        def done(steps: list[Step]) -> None:
            if view is self.view and self.shown is not None and self.shown.base == shown.base:
                self._step_blocks[number] = steps
                self.steps_changed.emit()

        self._runner.run("Reading steps", work, done)

    def _forget_steps(self) -> None:
        self._step_blocks.clear()
        self._steps_asked.clear()
