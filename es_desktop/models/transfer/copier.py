"""Makes working copies of the open store beside the window, and tells how each ended."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from es_desktop.app.runtime.errors import Cancelled, UserError
from es_desktop.app.store.session import Session
from es_desktop.app.transfer.copy_report import copied_text, mismatch_text
from es_desktop.app.transfer.working_copy import Copied, StoreCopying
from es_desktop.core import EntityId
from es_desktop.models.runtime.latest_request import LatestRequest
from es_desktop.models.runtime.tasks import Job, Queue, TaskRunner


class Copier(QObject):
    """One copy at a time, with progress; a cancelled one says how far it came, and can be gone on with."""

    made = Signal(object)
    """The file of a copy that is whole and as the store is."""
    refused = Signal(object)
    """``UserError``: there is a copy, and it is not as the store is."""
    message = Signal(object)
    """How it ended, in a sentence."""

    def __init__(self, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._request = LatestRequest(runner)

    def copy(self, session: Session, path: Path, entities: Sequence[EntityId] | None = None) -> None:
        """Copy these entities of a store, or all, into a file; go on with it where it was begun before."""
        copying = StoreCopying(session, path, entities)

        def work(job: Job) -> Copied | None:
            try:
                return copying.run(job.report)
            except Cancelled:
                return None

        def done(copied: Copied | None) -> None:
            if copied is None:
                return
            if copied.mismatches:
                hint = f"The copy is left in {path} as it is. Look at the entity in both before you work in it."
                self.refused.emit(UserError(f"the copy is not right: {mismatch_text(copied)}", hint))
                return
            self.message.emit(f"{copied_text(copied)}.")
            self.made.emit(str(path))

        def stopped(copied: Copied | None) -> None:
            if copied is None and path.exists():
                self.message.emit(f"{path.name} holds {copying.standing}; a copy to the same file goes on from there.")

        self._request.start(f"Copying to {path.name}", work, done, dropped=stopped, queue=Queue.SCAN)
