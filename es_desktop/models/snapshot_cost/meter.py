"""The meter of what snapshots cost and save: it measures beside the window, and tells what came of it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.snapshot_cost.cost import Share, SnapshotCost
from es_desktop.app.snapshot_cost.measure import measure_entity, measure_store
from es_desktop.app.store.reader import Reading
from es_desktop.models.runtime.tasks import Job, Lane, Progress, TaskRunner

_WORTH = "worth"


class WorthMeter(QObject):
    """Measures one thing at a time; each measurement ends in ``measured``, ``failed`` or ``stopped``."""

    progressed = Signal(object, object)
    """How much is done, and of how much."""
    measured = Signal(object)
    """``SnapshotCost``."""
    failed = Signal(object)
    """``UserError``."""
    stopped = Signal()
    """It was cancelled, here or elsewhere."""

    def __init__(self, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._job: Job | None = None
        runner.progressed.connect(self._on_progressed)
        runner.ended.connect(self._on_ended)

    def measure_entity(self, reading: Reading, entity: EntityFacts) -> None:
        """Measure one entity."""
        self._run(lambda job: SnapshotCost((Share(measure_entity(reading, entity, job.check)),)))

    def measure_store(self, reading: Reading) -> None:
        """Measure a sample of a store's entities."""
        self._run(lambda job: measure_store(reading, job.report))

    def stop(self) -> None:
        """Give up what is being measured, where anything is."""
        self._runner.cancel(_WORTH)

    def _run(self, work: Callable[[Job], SnapshotCost]) -> None:
        self._job = self._runner.run(
            "Measuring snapshots", work, self._on_measured, failed=self._on_failed, lane=Lane.SCAN, key=_WORTH
        )

    def _on_measured(self, worth: SnapshotCost) -> None:
        self._job = None
        self.measured.emit(worth)

    def _on_failed(self, error: UserError) -> None:
        self._job = None
        self.failed.emit(error)

    def _on_progressed(self, progress: Progress) -> None:
        if progress.job is self._job:
            self.progressed.emit(progress.done, progress.total)

    def _on_ended(self, job: Job) -> None:
        if job is self._job:  # nothing was delivered of it
            self._job = None
            self.stopped.emit()
