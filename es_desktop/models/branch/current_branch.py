"""The hypothetical branch in view: its edits, its events as a table, and what it comes to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, Signal

from es_desktop.app.branch.edits import Draft, describe_edits
from es_desktop.app.branch.history import RecordedHistory
from es_desktop.app.branch.view import BranchOutcome, BranchReader, Difference, FoldedState, PlaceResult, first_edited
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.transfer.records import Progress
from es_desktop.models.runtime.latest_request import LatestRequest
from es_desktop.models.runtime.tasks import Job, Queue, TaskRunner
from es_desktop.replay import BLOCK, Branch, BranchEntry, EventRef

from .what_if_model import WhatIfModel

_LONG: Final = 5_000
"""Events from which on a person is shown how far the work is."""

Operation = Callable[[RecordedHistory, Branch, Draft], tuple[Draft, EventRef | None]]
"""What a person does to a branch: returns the draft that it leads to, and the event to be chosen then."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What an edit would come to: the event that it is about, and what comes of that."""

    place: BranchEntry
    result: PlaceResult


@dataclass(frozen=True, slots=True)
class EditedBranch:
    """What an operation led to, and all that would take long to find out of it in the GUI thread."""

    draft: Draft
    branch: Branch
    description: str
    types: frozenset[str]
    first: int
    """The first row that is not as it was."""
    row: int | None
    """Of the event to be chosen."""

    @classmethod
    def of(cls, draft: Draft, before: Branch | None, after: Branch, name: EventRef | None) -> EditedBranch:
        rows = (row for row, place in enumerate(after.entries) if name is not None and place.name == name)
        return cls(
            draft,
            after,
            describe_edits(after),
            frozenset(place.type for place in after.entries),
            0 if before is None else first_edited(before, after),
            next(rows, None),
        )


def progress_of(job: Job) -> Progress:
    """Return what reports how far a job is, where there is so much to do that a person waits for it."""

    def progress(done: int, total: int) -> None:
        if total >= _LONG:
            job.report(done, total)
        else:
            job.check()

    return progress


class CurrentBranch(QObject):
    """Edits a branch and works out what comes of it, beside the window."""

    changed = Signal()
    """It was edited, or another one is shown, or none."""
    outcome_changed = Signal()
    """What it comes to as a whole is known by now, or is not known any more."""
    row_changed = Signal(object)
    """Another row of the table is the chosen one."""
    difference_changed = Signal()
    """``difference`` is another one."""
    refused = Signal(object)
    """``UserError``: an edit cannot be carried out."""

    def __init__(self, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._edit_request = LatestRequest(runner)
        self._outcome_request = LatestRequest(runner)
        self._difference_request = LatestRequest(runner)
        self._preview_request = LatestRequest(runner)
        self.table = WhatIfModel(self)
        self.table.block_wanted.connect(self._on_block_wanted)
        self.recorded: RecordedHistory | None = None
        self.branch: Branch | None = None
        self.draft = Draft()
        self.description = ""
        """What was done to it, in words; empty where nothing was."""
        self.types: frozenset[str] = frozenset()
        """Of its events."""
        self.row = 0
        self.outcome: BranchOutcome | None = None
        self._readers: dict[Queue, BranchReader] = {}
        self._waiting: list[Operation] = []
        self._at_row: Difference | None = None
        self._shows_end = False

    def show(self, recorded: RecordedHistory, draft: Draft, version: int | None = None) -> None:
        """Show the branch that a draft makes of a recorded history, with the event of a version in it chosen."""
        self.recorded, self.branch, self.draft = recorded, None, draft
        self._readers = {queue: BranchReader(recorded) for queue in Queue}
        self._fold(lambda recorded, branch, draft: (draft, version), None)

    def clear(self) -> None:
        """Show nothing."""
        for request in (self._edit_request, self._outcome_request, self._difference_request, self._preview_request):
            request.cancel()
        self._waiting.clear()
        self.recorded, self.branch, self.draft, self.description = None, None, Draft(), ""
        self.types = frozenset()
        self._readers = {}
        self.table.set_places((), {})
        self._forget_outcome()
        self.row = 0
        self._set_at_row(None)
        self.changed.emit()

    # Editing

    def change(self, operation: Operation) -> None:
        """Edit the branch; edits that are asked for in quick succession follow one after the other."""
        self._waiting.append(operation)
        self._go_on()

    def preview(
        self, operation: Operation, done: Callable[[Preview], None], failed: Callable[[UserError], None]
    ) -> None:
        """Work out what an edit would come to, and change nothing."""
        recorded, branch, draft = self.recorded, self.branch, self.draft
        if recorded is None or branch is None:
            return
        reader = self._readers[Queue.FRONT]

        def work(job: Job) -> Preview:
            edited, name = operation(recorded, branch, draft)
            found = recorded.branch(edited.edits)
            row = next(row for row, place in enumerate(found.entries) if place.name == name)
            (result,) = reader.results(found, row, row + 1, job.check)
            return Preview(found.entries[row], result)

        self._preview_request.start("Preparing the edit", work, done, failed=failed)

    def drop_preview(self) -> None:
        """Work out no preview any more."""
        self._preview_request.cancel()

    # Looking

    @property
    def place(self) -> BranchEntry | None:
        """The event of the chosen row."""
        return self.table.place_at(self.row) if self.row < self.table.rowCount() else None

    def choose_row(self, row: int) -> None:
        """Choose a row of the table."""
        if row != self.row and 0 <= row < self.table.rowCount():
            self._set_row(row)

    def choose_event(self, name: EventRef) -> None:
        """Choose the row of an event, where it has one."""
        row = self.table.row_of(name)
        if row is not None:
            self.choose_row(row)

    @property
    def shows_end(self) -> bool:
        """Whether the difference is that at the end, and not that after the chosen row."""
        return self._shows_end

    def show_end(self, shows_end: bool) -> None:
        """Let the difference be that at the end, or after the chosen row."""
        if shows_end != self._shows_end:
            self._shows_end = shows_end
            self.difference_changed.emit()

    @property
    def difference(self) -> Difference | None:
        """How the states differ after the chosen row, or at the end; ``None`` while that is not known."""
        if self._shows_end:
            return None if self.outcome is None else self.outcome.at_end
        return self._at_row

    @property
    def is_stopped(self) -> bool:
        """Whether what it comes to is not known, and is not being worked out either."""
        return self.branch is not None and self.outcome is None and not self._outcome_request.is_running

    def work_out(self) -> None:
        """Work out what the branch comes to as a whole, unless that is known or under way."""
        branch = self.branch
        if branch is None or not self.is_stopped:
            return
        reader, front = self._readers[Queue.SCAN], self._readers[Queue.FRONT]

        def work(job: Job) -> tuple[BranchOutcome, FoldedState]:
            return reader.outcome(branch, progress_of(job)), reader.folded(branch)

        def done(found: tuple[BranchOutcome, FoldedState]) -> None:
            self.outcome, folded = found
            self._runner.run("Taking over what was folded", lambda job: front.take_over(folded), quiet=True)
            self._emit_outcome()

        self._outcome_request.start("Folding the branch", work, done, stopped=self._emit_outcome, queue=Queue.SCAN)

    # How it is worked out

    def _go_on(self) -> None:
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
            return EditedBranch.of(edited, branch, after, name)

        self._edit_request.start("Editing the branch", work, self._on_edited, failed=self._on_failed)

    def _on_edited(self, edited: EditedBranch) -> None:
        is_same, self.draft, self.branch = edited.branch is self.branch, edited.draft, edited.branch
        self.description, self.types = edited.description, edited.types
        if not is_same:
            assert self.recorded is not None, "a branch grows from one"
            self.table.set_places(edited.branch.entries, self.recorded.orders, edited.first)
            self._forget_outcome()
            self.work_out()
        last = max(0, self.table.rowCount() - 1)
        self._set_row(min(self.row, last) if edited.row is None else edited.row)
        self.changed.emit()
        self._go_on()

    def _on_failed(self, error: UserError) -> None:
        self.refused.emit(error)
        self._go_on()

    def _set_row(self, row: int) -> None:
        self.row = row
        self.row_changed.emit(row)
        branch = self.branch
        if branch is None or row >= len(branch.entries):
            return
        reader = self._readers[Queue.FRONT]
        self._difference_request.start(
            "Comparing with the history",
            lambda job: reader.difference(branch, row, job.check),
            self._set_at_row,
        )

    def _set_at_row(self, difference: Difference | None) -> None:
        self._at_row = difference
        if not self._shows_end:
            self.difference_changed.emit()

    def _forget_outcome(self) -> None:
        self._outcome_request.cancel()
        self.outcome = None
        self._emit_outcome()

    def _emit_outcome(self) -> None:
        self.outcome_changed.emit()
        if self._shows_end:
            self.difference_changed.emit()

    def _on_block_wanted(self, number: int) -> None:
        branch = self.branch
        if branch is None:
            return
        reader = self._readers[Queue.FRONT]

        def done(results: list[PlaceResult]) -> None:
            if branch is self.branch:
                self.table.set_block(number, results)

        self._runner.run(
            "Folding the branch",
            lambda job: reader.results(branch, number * BLOCK, (number + 1) * BLOCK, job.check),
            done,
        )
