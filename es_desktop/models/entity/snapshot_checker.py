"""Checks snapshots for false ones in a task, and keeps the results."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Signal

from es_desktop.app.entity.commands import Changes
from es_desktop.app.entity.facts import EntityCheck, EntityFacts
from es_desktop.app.entity.ids import short_id
from es_desktop.app.entity.snapshot_checks import verify_entity, verify_store
from es_desktop.app.store.reader import Reading
from es_desktop.app.store.session import Session
from es_desktop.app.text.values import count_text
from es_desktop.core import EntityId
from es_desktop.models.runtime.latest_request import LatestRequest
from es_desktop.models.runtime.tasks import Job, Queue, TaskRunner
from es_desktop.replay.verify import SnapshotCheck


class SnapshotChecker(QObject):
    """The checks of the snapshots of the open store."""

    changed = Signal()
    message = Signal(object)
    """The result of a check, as a sentence."""

    def __init__(self, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._request = LatestRequest(runner)
        self._session: Session | None = None

    def set_session(self, session: Session | None) -> None:
        """Set the store whose snapshots are checked, or none."""
        self.clear()
        self._session = session

    def on_changes(self, changes: Changes) -> None:
        """Forget all checks if events are folded in another way now."""
        if changes.alters_folding:
            self.clear()

    def clear(self) -> None:
        """Cancel a running check, and forget all results."""
        self._request.cancel()
        if self._session is not None and self._session.checks:
            self._session.checks.clear()
            self.changed.emit()

    def checks_of(self, entity_id: EntityId | None) -> Mapping[int, SnapshotCheck]:
        """Return the checks of an entity's snapshots, by version."""
        return {} if self._session is None else self._session.checks.of(entity_id)

    def check_entity(self, reading: Reading, entity: EntityFacts) -> None:
        """Check the snapshots of one entity."""
        self._run(reading, lambda job: list(verify_entity(reading, entity, job.check)), f"of {entity.type}")

    def check_store(self, reading: Reading) -> None:
        """Check every snapshot of a store."""
        self._run(reading, lambda job: list(verify_store(reading, job.report)), "of the store")

    def _run(self, reading: Reading, work: Callable[[Job], list[EntityCheck]], where: str) -> None:
        def done(found: list[EntityCheck]) -> None:
            reading.checks.add(found)
            self.changed.emit()
            self.message.emit(_sentence(found, where))

        self._request.start("Checking snapshots", work, done, queue=Queue.SCAN)


def _sentence(found: list[EntityCheck], where: str) -> str:
    false = [each for each in found if each.check.ok is False]
    unknown = sum(each.check.ok is None for each in found)
    if not found:
        return f"There is no snapshot {where} to check."
    text = f"{count_text(len(found), 'snapshot')} {where} checked: "
    if false:
        entity, at = false[0].entity, false[0].check.version
        text += f"{len(false)} false, the first of {entity.type} {short_id(entity.id)} at {at}"
    elif unknown == len(found):
        text += "none can be checked, because the model is not here"
    else:
        text += "all are true" if not unknown else f"none is false, {unknown} cannot be checked"
    return f"{text}."
