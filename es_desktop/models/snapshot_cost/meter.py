"""Measures what snapshots cost and save in a task, one measurement at a time."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.snapshot_cost.cost import Share, SnapshotCost
from es_desktop.app.snapshot_cost.measure import measure_entity, measure_store
from es_desktop.app.store.reader import Reading
from es_desktop.models.runtime.tasks import Job, LatestRequest, Queue, TaskRunner


class CostMeter(QObject):
    progressed = Signal(object, object)
    """How much is done, and the total."""
    measured = Signal(object)
    """``SnapshotCost``."""
    failed = Signal(object)
    """``UserError``."""
    stopped = Signal()
    """It was cancelled."""

    def __init__(self, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._request = LatestRequest(runner)

    def measure_entity(self, reading: Reading, entity: EntityFacts) -> None:
        self._run(lambda job: SnapshotCost((Share(measure_entity(reading, entity, job.check)),)))

    def measure_store(self, reading: Reading) -> None:
        """Measure a sample of the entities of a store."""
        self._run(lambda job: measure_store(reading, job.report))

    def stop(self) -> None:
        if self._request.is_running:
            self._request.cancel()
            self.stopped.emit()

    def _run(self, work: Callable[[Job], SnapshotCost]) -> None:
        self._request.start(
            "Measuring snapshots",
            work,
            self.measured.emit,
            progressed=lambda progress: self.progressed.emit(progress.done, progress.total),
            failed=self.failed.emit,
            stopped=self.stopped.emit,
            queue=Queue.SCAN,
        )
