"""Both rebuilds of the state in view, and their steps, read in tasks. The snapshot is checked along with them."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal

from es_desktop.app.entity.facts import EntityCheck
from es_desktop.app.entity.rebuilds import MeasuredRebuild, RebuildReader, Rebuilds
from es_desktop.app.entity.view import EntityView, StateView
from es_desktop.models.runtime.tasks import Job, LatestRequest, Queue, TaskRunner
from es_desktop.models.table.paging import STEP_BLOCKS_KEPT, Blocks
from es_desktop.replay import BLOCK, Step
from es_desktop.system.counts import format_number

from .inspector import Inspector
from .snapshots import SnapshotChecker
from .state_model import NOT_WRONG, WrongValues

_NOTHING: Final = Rebuilds(-1)


class RebuildPair(QObject):
    """The rebuild from a snapshot, and the one from zero, of the state in view."""

    changed = Signal(object)
    """``Rebuilds``, or ``None`` while they are not known."""
    steps_changed = Signal()
    """More steps are read."""

    def __init__(self, runner: TaskRunner, inspector: Inspector, checker: SnapshotChecker) -> None:
        super().__init__(inspector)
        self._runner = runner
        self._inspector = inspector
        self._checker = checker
        self._request = LatestRequest(runner)
        self._view: EntityView | None = None
        self._reader: RebuildReader | None = None
        self.shown: Rebuilds | None = None
        self._steps: dict[bool, Blocks[Step]] = {
            from_zero: Blocks(partial(self._on_wanted, from_zero), size=BLOCK, kept=STEP_BLOCKS_KEPT)
            for from_zero in (False, True)
        }
        inspector.state_changed.connect(self._on_state)
        inspector.state_failed.connect(lambda error: self._on_state(None))

    @property
    def is_running(self) -> bool:
        return self._request.is_running

    def step_at(self, from_zero: bool, index: int) -> Step | None:
        """Return a step by its index after the base of one of the rebuilds; ``None`` until it is read."""
        return self._steps[from_zero].at(index)

    def read_all(self) -> None:
        """Run both, however long they are."""
        self._read(is_asked=True)

    def _rebuild(self, from_zero: bool) -> MeasuredRebuild | None:
        shown = self.shown or _NOTHING
        return shown.zero if from_zero else shown.snapshot

    def _on_state(self, shown: StateView | None) -> None:
        if self._inspector.view is not self._view:
            self._view = self._inspector.view
            self._reader = None if self._view is None else RebuildReader(self._view)
            self._show(None)
        if shown is None:
            self._request.cancel()
            self._show(None)
        else:
            self._show_wrong()
            self._read()

    def _read(self, *, is_asked: bool = False) -> None:
        view, reader, shown, choice = self._view, self._reader, self._inspector.state_view, self._inspector.base
        if view is None or reader is None or shown is None:
            return
        blocks = view.outline.count_to(shown.version) // BLOCK

        def done(found: Rebuilds) -> None:
            self._show(found)
            known = self._checker.checks_of(view.facts.id)
            if found.check is not None and found.check.version not in known:
                self._checker.take([EntityCheck(view.facts, found.check)])

        self._request.start(
            f"Comparing both rebuilds of version {format_number(shown.version)}",
            lambda job: reader.at(shown, choice, job.counting_checkpoint(2 * blocks), is_asked=is_asked),
            done,
            failed=lambda error: self._show(None),
            stopped=lambda: self._show(None),
            queue=Queue.WALK,
        )

    def _show(self, found: Rebuilds | None) -> None:
        before, self.shown = self.shown or _NOTHING, found
        for from_zero, old in ((False, before.snapshot), (True, before.zero)):
            new = self._rebuild(from_zero)
            if old is None or new is None or (old.base, old.is_of_view) != (new.base, new.is_of_view):
                self._steps[from_zero].forget()
        self._show_wrong()
        self.changed.emit(found)

    def _show_wrong(self) -> None:
        """Mark the values that the snapshot made wrong, if the state in view is rebuilt from it, and that is known."""
        pair, state, wrong = self.shown, self._inspector.state_view, NOT_WRONG
        if pair is not None and pair.is_false and pair.snapshot is not None and state is not None:
            is_shown = (state.version, state.base.version) == (pair.version, pair.snapshot.base)
            differences = pair.differences if is_shown else ()
            wrong = WrongValues(pair.snapshot.base, {each.path: each.before for each in differences})
        self._inspector.state.set_wrong(wrong)

    def _on_wanted(self, from_zero: bool, number: int) -> None:
        view, reader, rebuild, shown = self._view, self._reader, self._rebuild(from_zero), self.shown
        if view is None or reader is None or rebuild is None or shown is None:
            return
        choice, queue = self._inspector.base, Queue.FRONT if rebuild.is_of_view else Queue.WALK

        def done(steps: list[Step]) -> None:
            now = self._rebuild(from_zero)
            if reader is self._reader and now is not None and now.base == rebuild.base:
                self._steps[from_zero].put(number, steps)
                self.steps_changed.emit()

        def work(job: Job) -> list[Step]:
            if rebuild.is_of_view:
                return view.steps(shown.version, number, base=choice, checkpoint=job.check)
            return reader.steps(rebuild, number, job.check)

        self._runner.run("Reading steps", work, done, queue=queue)
