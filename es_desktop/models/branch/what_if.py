"""The branches of the open store, at most one for each entity: in memory, never written to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from es_desktop.app.branch.commands import BranchCommands
from es_desktop.app.branch.edits import Draft, Edits
from es_desktop.app.branch.save import save_branch
from es_desktop.app.branch.view import RecordedHistory
from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.reader import Reading
from es_desktop.core import EntityId
from es_desktop.models.runtime.tasks import LatestRequest, Queue, TaskRunner
from es_desktop.replay import Branch, EventRef
from es_desktop.system.counts import count_text

from .current_branch import CurrentBranch, progress_of


class WhatIf(QObject):
    changed = Signal()
    """A branch began, was edited or ended, or that of another entity is in view."""
    message = Signal(object)
    """A message for the person."""

    def __init__(self, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._read_request = LatestRequest(runner)
        self.current = CurrentBranch(runner, self)
        self.entity: EntityFacts | None = None
        self._reading: Reading | None = None
        self._drafts: dict[EntityId, Draft] = {}
        self._then: Callable[[], None] | None = None
        self.current.changed.connect(self._on_edited)
        self.current.refused.connect(self._on_refused)

    @property
    def is_on(self) -> bool:
        """Whether the chosen entity has a branch, also while its events are being read."""
        return self.entity is not None and self.entity.id in self._drafts

    @property
    def is_reading(self) -> bool:
        return self._read_request.is_running

    @property
    def kept(self) -> int:
        """How many other entities have a branch with edits."""
        mine = None if self.entity is None else self.entity.id
        return sum(bool(draft.edits) for entity, draft in self._drafts.items() if entity != mine)

    @property
    def edits(self) -> Edits:
        """The edits of the branch of the chosen entity; none without one."""
        return self._drafts.get(self.entity.id, Draft()).edits if self.entity is not None else ()

    def commands(self, reading: Reading, entity: EntityFacts) -> BranchCommands:
        """Return the commands of an entity on its branch, or on its history without one."""
        edits, recorded = self._drafts.get(entity.id, Draft()).edits, self.current.recorded
        if recorded is None or recorded.facts != entity:
            return BranchCommands(lambda progress: RecordedHistory(reading, entity, progress), edits)
        return BranchCommands(lambda progress: recorded, edits)

    def add(self, edits: Callable[[BranchCommands], tuple[Edits, EventRef | None]]) -> None:
        """Begin a branch of the chosen entity, unless it has one, and change its edits to those that are returned."""
        if self.entity is None:
            return

        def operation(recorded: RecordedHistory, branch: Branch, draft: Draft) -> tuple[Draft, EventRef | None]:
            found, name = edits(BranchCommands(lambda progress: recorded, draft.edits))
            return draft.with_edits(found), name

        self.begin(self.entity.version)
        self.when_shown(lambda: self.current.change(operation))

    def set_entity(self, reading: Reading | None, entity: EntityFacts | None) -> None:
        """Set the entity that was just read; show its branch, if it has one, with new events."""
        is_same = self.entity is not None and entity is not None and self.entity.id == entity.id
        self._reading, self.entity = reading, entity
        if not is_same:
            self._leave()
        recorded = self.current.recorded
        is_current = recorded is not None and entity is not None and recorded.last == entity.version
        if self.is_on and not self.is_reading and not is_current:
            self._read(None)
        self.changed.emit()

    def recompute(self) -> None:
        """Read and fold the branch in view again, because events are folded in another way now."""
        if self.is_on:
            self._read(None)

    def begin(self, version: int | None) -> None:
        """Begin a branch of the entity, and choose the event of ``version``; or continue the one that it has."""
        if self.entity is None:
            return
        self._drafts.setdefault(self.entity.id, Draft())
        if self.current.recorded is None and not self.is_reading:
            self._read(version)
        self.current.compute_outcome()
        self.changed.emit()

    def when_shown(self, then: Callable[[], None]) -> None:
        """Call ``then`` when the branch is in view; never if another entity is chosen before."""
        if self.current.branch is not None:
            then()
        else:
            self._then = then

    def end(self) -> None:
        if self.entity is not None and self.is_on:
            edits = len(self._drafts.pop(self.entity.id).edits)
            self._leave()
            self.message.emit(f"The branch was ended{_dropped(edits)}.")
            self.changed.emit()

    def clear(self) -> None:
        """End all branches: the store is closed."""
        edits = sum(len(draft.edits) for draft in self._drafts.values())
        self._drafts.clear()
        self.set_entity(None, None)
        if edits:
            self.message.emit(f"The hypothetical branches were ended{_dropped(edits)}.")

    def save(self, path: Path) -> None:
        """Save the events of the branch in view as a new store, in a task."""
        recorded, branch = self.current.recorded, self.current.branch
        if recorded is None or branch is None:
            return

        def done(events: int) -> None:
            saved = count_text(events, "hypothetical event")
            text = f"{path.name}: {saved} of this entity, without snapshots. The open store was not changed."
            self.message.emit(text)

        self._runner.run(
            "Saving the branch",
            lambda job: save_branch(recorded, branch, path, progress_of(job)),
            done,
            queue=Queue.SCAN,
        )

    def _leave(self) -> None:
        self._read_request.cancel()
        self._then = None
        self.current.clear()

    def _read(self, version: int | None) -> None:
        reading, entity = self._reading, self.entity
        if reading is None or entity is None:
            return

        def done(recorded: RecordedHistory) -> None:
            before = self.current.recorded
            if before is not None and len(recorded.events) != len(before.events):
                new = count_text(len(recorded.events) - len(before.events), "event")
                self.message.emit(f"{new} appended in the meantime; the branch has them too.")
            self.current.show(recorded, self._drafts[entity.id], version)

        self._read_request.start(
            "Reading the events",
            lambda job: RecordedHistory(reading, entity, progress_of(job)),
            done,
            stopped=self.changed.emit,
        )

    def _on_edited(self) -> None:
        if self.entity is not None and self.current.branch is not None:
            self._drafts[self.entity.id] = self.current.draft
        self.changed.emit()
        if self.current.branch is not None and self._then is not None:
            then, self._then = self._then, None
            then()

    def _on_refused(self, error: UserError) -> None:
        self.message.emit(str(error))
        if self.current.branch is None:
            self.end()  # its edits do not fit the events that are recorded now


def _dropped(edits: int) -> str:
    return f"; {count_text(edits, 'edit')} dropped" if edits else ""
