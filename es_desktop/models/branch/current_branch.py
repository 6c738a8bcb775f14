"""The branch in view: its edits, its events as a table, and its outcome: the whole of what differs from the history.

Two tasks need the folded states of a branch at the same time: the outcome in the SCAN queue, which may take long, and
the rows in view in the FRONT queue, for which a person waits. Each queue has its own reader, since a reader is not
thread-safe; when the outcome is ready, the states that it folded are copied to the reader of the FRONT queue.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, Signal

from es_desktop.app.branch.edits import Draft, describe_edits
from es_desktop.app.branch.view import (
    BranchOutcome,
    BranchReader,
    Difference,
    EntryResult,
    FoldedState,
    RecordedHistory,
    first_edited,
)
from es_desktop.app.entity.hues import TypeHues
from es_desktop.app.runtime.errors import Progress, UserError
from es_desktop.models.runtime.tasks import Job, LatestRequest, Queue, TaskRunner
from es_desktop.replay import BLOCK, Branch, BranchEntry, EventRef

from .what_if_model import WhatIfModel

_LONG: Final = 5_000
"""From how many events progress is reported."""

Operation = Callable[[RecordedHistory, Branch, Draft], tuple[Draft, EventRef | None]]
"""An edit of a branch: returns the new draft, and the event to choose after it."""


@dataclass(frozen=True, slots=True)
class Preview:
    """The entry that an edit would make, and its result."""

    entry: BranchEntry
    result: EntryResult


@dataclass(frozen=True, slots=True)
class EditedBranch:
    """An edited branch, with what would take too long to compute from it in the GUI thread."""

    draft: Draft
    branch: Branch
    description: str
    types: frozenset[str]
    first: int
    """The first row that changed."""
    row: int | None
    """The row of the event to choose."""


def progress_of(job: Job) -> Progress:
    """Return a function that reports the progress of a job if it has at least ``_LONG`` events."""

    def progress(done: int, total: int) -> None:
        if total >= _LONG:
            job.report(done, total)
        else:
            job.check()

    return progress


class CurrentBranch(QObject):
    """Edits a branch and computes its outcome, in tasks."""

    changed = Signal()
    """The branch was edited, or another one or none is in view."""
    outcome_changed = Signal()
    """``outcome`` or ``is_stopped`` changed."""
    row_changed = Signal(object)
    """The chosen row."""
    difference_changed = Signal()
    """``difference`` changed."""
    refused = Signal(object)
    """``UserError``: an edit is not possible."""

    def __init__(self, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._requests = [LatestRequest(runner) for _ in range(4)]
        self._edit_request, self._outcome_request, self._difference_request, self._preview_request = self._requests
        self.table = WhatIfModel(self)
        self.table.block_wanted.connect(self._on_block_wanted)
        self.recorded: RecordedHistory | None = None
        self.branch: Branch | None = None
        self.draft = Draft()
        self.description = ""
        """The edits as a sentence; empty if there are none."""
        self.types: frozenset[str] = frozenset()
        """The event types of the branch."""
        self.row = 0
        self.outcome: BranchOutcome | None = None
        self._readers: dict[Queue, BranchReader] = {}
        self._waiting: list[Operation] = []
        self._at_row: Difference | None = None
        self.shows_end = False
        """Whether ``difference`` is that at the end, and not that after the chosen row."""

    def show(self, recorded: RecordedHistory, draft: Draft, version: int | None = None) -> None:
        """Show a recorded history with the edits of a draft, and choose the event of ``version``."""
        self.recorded, self.branch, self.draft = recorded, None, draft
        self._readers = {queue: BranchReader(recorded) for queue in Queue}
        self._fold(lambda recorded, branch, draft: (draft, version), None)

    def clear(self) -> None:
        for request in self._requests:
            request.cancel()
        self._waiting.clear()
        self.recorded, self.branch, self.draft, self.description = None, None, Draft(), ""
        self.types = frozenset()
        self._readers = {}
        self.table.set_entries((), TypeHues())
        self._forget_outcome()
        self.row = 0
        self._set_at_row(None)
        self.changed.emit()

    # Editing

    def change(self, operation: Operation) -> None:
        """Edit the branch. Each edit works on the result of the one before, so they run one after another."""
        self._waiting.append(operation)
        self._run_next_edit()

    def preview(
        self, operation: Operation, done: Callable[[Preview], None], failed: Callable[[UserError], None]
    ) -> None:
        """Compute the result of an edit without making it; a newer preview cancels it."""
        recorded, branch, draft = self.recorded, self.branch, self.draft
        if recorded is None or branch is None:
            return
        reader = self._readers[Queue.FRONT]

        def work(job: Job) -> Preview:
            edited, name = operation(recorded, branch, draft)
            found = recorded.branch(edited.edits)
            row = next(row for row, entry in enumerate(found.entries) if entry.name == name)
            (result,) = reader.results(found, row, row + 1, job.check)
            return Preview(found.entries[row], result)

        self._preview_request.start("Preparing the edit", work, done, failed=failed)

    def drop_preview(self) -> None:
        self._preview_request.cancel()

    # Rows and differences

    @property
    def entry(self) -> BranchEntry | None:
        return self.table.entry_at(self.row) if self.row < self.table.rowCount() else None

    def choose_row(self, row: int) -> None:
        if row != self.row and 0 <= row < self.table.rowCount():
            self._set_row(row)

    def choose_event(self, name: EventRef) -> None:
        """Choose the row of an event, if it has one."""
        row = self.table.row_of(name)
        if row is not None:
            self.choose_row(row)

    def show_end(self, shows_end: bool) -> None:
        if shows_end != self.shows_end:
            self.shows_end = shows_end
            self.difference_changed.emit()

    @property
    def difference(self) -> Difference | None:
        """How the states differ after the chosen row, or at the end; ``None`` until that is computed."""
        if self.shows_end:
            return None if self.outcome is None else self.outcome.at_end
        return self._at_row

    @property
    def is_stopped(self) -> bool:
        return self.branch is not None and self.outcome is None and not self._outcome_request.is_running

    def compute_outcome(self) -> None:
        branch = self.branch
        if branch is None or not self.is_stopped:
            return
        reader, front = self._readers[Queue.SCAN], self._readers[Queue.FRONT]

        def work(job: Job) -> tuple[BranchOutcome, FoldedState]:
            return reader.outcome(branch, progress_of(job)), reader.folded(branch)

        def done(found: tuple[BranchOutcome, FoldedState]) -> None:
            self.outcome, folded = found
            self._runner.run("Copying folded states", lambda job: front.take_over(folded), quiet=True)
            self._emit_outcome()

        self._outcome_request.start("Folding the branch", work, done, stopped=self._emit_outcome, queue=Queue.SCAN)

    # Tasks

    def _run_next_edit(self) -> None:
        if self._waiting and self.branch is not None and not self._edit_request.is_running:
            self._fold(self._waiting.pop(0), self.branch)

    def _fold(self, operation: Operation, branch: Branch | None) -> None:
        recorded, draft = self.recorded, self.draft
        if recorded is None:
            return

        def work(job: Job) -> EditedBranch:
            before = recorded.branch(draft.edits) if branch is None else branch
            edited, name = operation(recorded, before, draft)
            after = before if edited.edits == before.edits else recorded.branch(edited.edits)
            rows = (row for row, entry in enumerate(after.entries) if name is not None and entry.name == name)
            types = frozenset(entry.type for entry in after.entries)
            first = 0 if branch is None else first_edited(branch, after)
            return EditedBranch(edited, after, describe_edits(after), types, first, next(rows, None))

        self._edit_request.start("Editing the branch", work, self._on_edited, failed=self._on_failed)

    def _on_edited(self, edited: EditedBranch) -> None:
        is_same, self.draft, self.branch = edited.branch is self.branch, edited.draft, edited.branch
        self.description, self.types = edited.description, edited.types
        if not is_same:
            assert self.recorded is not None, "an edited branch has one"
            self.table.set_entries(edited.branch.entries, self.recorded.type_hues, edited.first)
            self._forget_outcome()
            self.compute_outcome()
        last = max(0, self.table.rowCount() - 1)
        self._set_row(min(self.row, last) if edited.row is None else edited.row)
        self.changed.emit()
        self._run_next_edit()

    def _on_failed(self, error: UserError) -> None:
        self.refused.emit(error)
        self._run_next_edit()

    def _set_row(self, row: int) -> None:
        self.row = row
        self.row_changed.emit(row)
        branch = self.branch
        if branch is None or row >= len(branch.entries):
            return
        reader = self._readers[Queue.FRONT]
        self._difference_request.start(
            "Comparing with the history", lambda job: reader.difference(branch, row, job.check), self._set_at_row
        )

    def _set_at_row(self, difference: Difference | None) -> None:
        self._at_row = difference
        if not self.shows_end:
            self.difference_changed.emit()

    def _forget_outcome(self) -> None:
        self._outcome_request.cancel()
        self.outcome = None
        self._emit_outcome()

    def _emit_outcome(self) -> None:
        self.outcome_changed.emit()
        if self.shows_end:
            self.difference_changed.emit()

    def _on_block_wanted(self, number: int) -> None:
        branch = self.branch
        if branch is None:
            return
        reader = self._readers[Queue.FRONT]

        def done(results: list[EntryResult]) -> None:
            if branch is self.branch:
                self.table.set_block(number, results)

        self._runner.run(
            "Folding the branch",
            lambda job: reader.results(branch, number * BLOCK, (number + 1) * BLOCK, job.check),
            done,
        )
