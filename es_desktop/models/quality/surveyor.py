"""Makes the quality report of the open store in a task."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from es_desktop.app.runtime.errors import UserError
from es_desktop.models.runtime.tasks import Job, LatestRequest, Progress, Queue, TaskRunner

if TYPE_CHECKING:
    from es_desktop.app.entity.commands import Changes
    from es_desktop.app.quality.finding import Finding
    from es_desktop.app.quality.report import QualityReport
    from es_desktop.app.store.session import Session
    from es_desktop.models.entity.snapshots import SnapshotChecker

FEW_EVENTS: Final = 100_000
"""Of a store with at most so many, the report is made as soon as the view is shown."""


class QualitySurveyor(QObject):
    """The quality report of the open store. The one that is shown stays until another is made."""

    changed = Signal()
    """Another report, another problem, or how far it is."""
    chosen_changed = Signal()
    """Another finding is chosen."""
    message = Signal(object)
    """A file was written, as a sentence."""

    def __init__(self, runner: TaskRunner, checker: SnapshotChecker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.report: QualityReport | None = None
        self.chosen: Finding | None = None
        """The finding whose rows are shown."""
        self.is_outdated = False
        """Whether the store has changed since the report was made."""
        self.progress: Progress | None = None
        self.is_stopped = False
        """Whether a person stopped it."""
        self._checker = checker
        self._session: Session | None = None
        self._request, self._writing = LatestRequest(runner), LatestRequest(runner)

    @property
    def is_running(self) -> bool:
        """Whether a report is being made."""
        return self._request.is_running

    @property
    def problem(self) -> UserError | None:
        """Why the last report could not be made."""
        return self._request.problem

    def set_session(self, session: Session | None) -> None:
        """Forget the report: another store is open."""
        self._request.cancel()
        self._session = session
        self.report, self.progress, self.is_outdated, self.is_stopped = None, None, False, False
        self.choose(None)
        self.changed.emit()

    def on_changes(self, changes: Changes) -> None:
        """Keep the report, and say that it is of before."""
        if self.report is not None and not self.is_outdated and (changes.alters_records or changes.alters_folding):
            self.is_outdated = True
            self.changed.emit()

    def start_if_few(self, events: int) -> None:
        """Make the report of a store with few events, unless there is one, or it was stopped or failed."""
        is_new = self.report is None and not self.is_running and not self.is_stopped and self.problem is None
        if is_new and events <= FEW_EVENTS:
            self.start()

    def start(self) -> None:
        """Read all records, and make the report anew; what is shown stays until it is there."""
        session = self._session
        if session is None:
            return
        self.progress, self.is_stopped = None, False
        self._request.start(
            "Reading all records for the quality report",
            lambda job: _report(session, job),
            self._show,
            progressed=self._on_progress,
            failed=lambda error: self.changed.emit(),
            stopped=self._on_stopped,
            queue=Queue.SCAN,
        )
        self.changed.emit()

    def stop(self) -> None:
        """Stop reading; the report before it stays."""
        if self.is_running:
            self._request.cancel()
            self._on_stopped()

    def choose(self, finding: Finding | None) -> None:
        """Show the rows of a finding."""
        if finding is not self.chosen:
            self.chosen = finding
            self.chosen_changed.emit()

    def write(self, path: Path) -> None:
        """Write the report to a file, in a task: JSON if its name ends so, otherwise a page of HTML."""
        report = self.report
        if report is None:
            return

        def work(job: Job) -> None:
            from es_desktop.app.quality.as_json import report_json
            from es_desktop.app.quality.page import report_page
            from es_desktop.app.text.json_view import to_json
            from es_desktop.app.transfer.export import write_file

            is_json = path.suffix.lower() == ".json"
            text = f"{to_json(report_json(report, with_shape=True), indent=2)}\n" if is_json else report_page(report)
            write_file(path, text.encode("utf-8", "replace"))

        done = f"{path.name} was written."
        self._writing.start(f"Writing {path.name}", work, lambda _: self.message.emit(done))

    def _show(self, report: QualityReport) -> None:
        self.report, self.is_outdated = report, False
        self._checker.take(report.checks)
        self.choose(next(iter(report.findings), None))
        self.changed.emit()

    def _on_progress(self, progress: Progress) -> None:
        self.progress = progress
        self.changed.emit()

    def _on_stopped(self) -> None:
        self.is_stopped = True
        self.changed.emit()


def _report(session: Session, job: Job) -> QualityReport:
    from es_desktop.app.quality.report import report_quality

    return report_quality(session, progress=job.report)
