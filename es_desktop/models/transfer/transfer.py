"""Exports and imports records, and copies stores, in tasks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from es_desktop.app.entity.commands import Changes, Initiator
from es_desktop.app.runtime.errors import Cancelled, UserError
from es_desktop.app.store.session import Session
from es_desktop.app.transfer.export import (
    AnyFormat,
    ExportCounts,
    ExportRequest,
    all_formats,
    export_rows,
    export_to_file,
    write_file,
)
from es_desktop.app.transfer.import_ import import_file, preview_file
from es_desktop.app.transfer.rescue import rescue_store
from es_desktop.app.transfer.seen import SeenRows
from es_desktop.app.transfer.working_copy import CopyResult, StoreCopier, describe_copy, describe_mismatches
from es_desktop.core import EntityId
from es_desktop.models.runtime.tasks import Job, LatestRequest, Queue, TaskRunner
from es_desktop.system.counts import count_text, format_number
from es_desktop.system.plugins import Group, usable

if TYPE_CHECKING:
    from es_desktop.app.transfer.import_ import AppendPreview, AppendResult


@dataclass(frozen=True, slots=True)
class PlannedImport:
    """A file that a person may import, and what that would do."""

    session: Session
    path: Path
    preview: AppendPreview


class Transfer(QObject):
    """Exports and imports, one of each at a time. They report progress and can be cancelled."""

    import_planned = Signal(object)
    """``PlannedImport``, for a person to confirm."""
    imported = Signal(object)
    """``Changes``: records were added to the store."""
    exported = Signal(object)
    """``ExportRequest``: its file was written."""
    message = Signal(object)
    """The result as a sentence."""

    def __init__(self, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._export_request = LatestRequest(runner)
        self._import_request = LatestRequest(runner)
        self._offer_request = LatestRequest(runner)

    def offer_formats(self, offer: Callable[[Sequence[AnyFormat]], None]) -> None:
        """Call ``offer`` with the formats of an export: at once, or if plugins give some, when they are imported."""
        if usable(Group.EXPORTS):
            self._offer_request.start("Importing the plugins", lambda job: all_formats(), offer)
        else:
            offer(all_formats())

    def export(self, session: Session, path: Path, request: ExportRequest) -> None:
        """Export records to a file. An existing file is replaced only when the export is complete."""

        def done(exported: ExportCounts) -> None:
            written = _records(exported.events, exported.snapshots)
            note = f"; {exported.note}" if exported.note else ""
            self.message.emit(f"{path.name} was written: {written}{_left_out(session, request.entities)}{note}.")
            self.exported.emit(request)

        self._export_request.start(
            f"Exporting {path.name}",
            lambda job: export_to_file(session, path, request, progress=job.report),
            done,
            queue=Queue.SCAN,
        )

    def export_rows(self, path: Path, format: AnyFormat, rows: SeenRows) -> None:
        """Write the rows of a list to a file. An existing file is replaced only when the new one is complete."""

        def done(note: str) -> None:
            self.message.emit(f"{path.name} was written: {count_text(rows.count, 'row')}{note and f'; {note}'}.")

        self._export_request.start(
            f"Exporting {path.name}",
            lambda job: export_rows(path, format, rows, progress=job.report),
            done,
            queue=Queue.SCAN,
        )

    def write(self, path: Path, content: bytes) -> None:
        """Write a file, such as a picture. An existing file is replaced only when the new one is complete."""
        self._export_request.start(
            f"Writing {path.name}",
            lambda job: write_file(path, content),
            lambda _: self.message.emit(f"{path.name} was written."),
        )

    def rescue(self, session: Session, path: Path) -> None:
        """Write what can be read of a damaged store to a new store, and report what cannot be."""
        self._export_request.start(
            f"Rescuing to {path.name}",
            lambda job: rescue_store(session.absolute_name, session.options, path, progress=job.report),
            lambda report: self.message.emit("; ".join(report.lines(Path(path.name))) + "."),
            queue=Queue.SCAN,
        )

    def plan_import(self, session: Session, path: Path) -> None:
        """Read a file and emit what importing it would do; writes nothing."""
        self._import_request.start(
            f"Reading {path.name}",
            lambda job: PlannedImport(session, path, preview_file(session, path, progress=job.report)),
            self.import_planned.emit,
            queue=Queue.SCAN,
        )

    def carry_out(self, planned: PlannedImport) -> None:
        """Import the records of a file in one transaction."""

        def done(appended: AppendResult) -> None:
            skipped = f"; {format_number(appended.skipped)} were there already" if appended.skipped else ""
            self.message.emit(f"{_records(appended.events, appended.snapshots)} imported{skipped}.")
            self.imported.emit(Changes(initiator=Initiator.IMPORT))

        self._import_request.start(
            f"Importing {planned.path.name}",
            lambda job: import_file(planned.session, planned.path, progress=job.report),
            done,
            queue=Queue.WRITE,
        )


class Copier(QObject):
    """Copies stores, one at a time, with progress. A cancelled copy can be continued."""

    made = Signal(object)
    """The file name of a complete copy whose states equal those of the store."""
    refused = Signal(object)
    """``UserError``: the copy is complete, but a state in it differs."""
    message = Signal(object)
    """The result as a sentence."""

    def __init__(self, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._request = LatestRequest(runner)

    def copy(self, session: Session, path: Path, entities: Sequence[EntityId] | None = None) -> None:
        """Copy these entities of a store, or all, to a file; continue a copy that was cancelled there."""
        copying = StoreCopier(session, path, entities)

        def work(job: Job) -> CopyResult | None:
            try:
                return copying.run(job.report)
            except Cancelled:
                return None

        def done(copied: CopyResult | None) -> None:
            if copied is None:
                return
            if copied.mismatches:
                hint = f"The copy is left in {path} as it is. Look at the entity in both before you work in it."
                self.refused.emit(UserError(f"the copy is not right: {describe_mismatches(copied)}", hint))
                return
            self.message.emit(f"{describe_copy(copied)}{_left_out(session, entities, is_copy=True)}.")
            self.made.emit(str(path))

        def dropped(copied: CopyResult | None) -> None:
            if copied is None and path.exists():
                self.message.emit(f"{path.name} holds {copying.progress_text}; copying to it again continues there.")

        self._request.start(f"Copying to {path.name}", work, done, dropped=dropped, queue=Queue.SCAN)


def _left_out(session: Session, entities: Sequence[EntityId] | None, *, is_copy: bool = False) -> str:
    left_out = session.left_out(entities, is_copy=is_copy)
    return f"; {left_out}" if left_out else ""


def _records(events: int, snapshots: int) -> str:
    return f"{count_text(events, 'event')} and {count_text(snapshots, 'snapshot')}"
