"""Checks whether snapshots are true, beside the window, and remembers what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Signal

from es_desktop.app.entity.facts import EntityCheck, EntityFacts
from es_desktop.app.entity.ids import short_id
from es_desktop.app.entity.snapshot_checks import verify_entity, verify_store
from es_desktop.app.store.reader import Reading
from es_desktop.app.text.values import count_text
from es_desktop.core import EntityId
from es_desktop.models.runtime.tasks import Job, Lane, TaskRunner
from es_desktop.replay.verify import SnapshotCheck

_VERIFY = "verify"


class SnapshotChecker(QObject):
    """The checks of one open store, by entity and version."""

    changed = Signal()
    told = Signal(object)
    """What came of a check, in a sentence."""

    def __init__(self, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._checks: dict[EntityId, dict[int, SnapshotCheck]] = {}

    def clear(self) -> None:
        """Forget everything: another store is open, or this one was changed."""
        self._runner.cancel(_VERIFY)
        if self._checks:
            self._checks = {}
            self.changed.emit()

    def of(self, entity_id: EntityId | None) -> Mapping[int, SnapshotCheck]:
        """Return the checks of an entity's snapshots, by version."""
        return {} if entity_id is None else self._checks.get(entity_id, {})

    def check_entity(self, reading: Reading, entity: EntityFacts) -> None:
        """Check the snapshots of one entity."""
        self._run(
            "Checking snapshots", lambda job: list(verify_entity(reading, entity, job.check)), f"of {entity.type}"
        )

    def check_store(self, reading: Reading) -> None:
        """Check every snapshot of a store, with progress; it can be cancelled."""
        self._run("Checking snapshots", lambda job: list(verify_store(reading, job.report)), "of the store")

    def _run(self, title: str, work: Callable[[Job], list[EntityCheck]], where: str) -> None:
        def done(found: list[EntityCheck]) -> None:
            for each in found:
                self._checks.setdefault(each.entity.id, {})[each.check.version] = each.check
            self.changed.emit()
            self.told.emit(_sentence(found, where))

        self._runner.run(title, work, done, lane=Lane.SCAN, key=_VERIFY)


def _sentence(found: list[EntityCheck], where: str) -> str:
    false = [each for each in found if each.check.ok is False]
    unknown = sum(each.check.ok is None for each in found)
    if not found:
        return f"There is no snapshot {where} to check."
    told = f"{count_text(len(found), 'snapshot')} {where} checked: "
    if false:
        entity, at = false[0].entity, false[0].check.version
        told += f"{len(false)} false, the first of {entity.type} {short_id(entity.id)} at {at}"
    elif unknown == len(found):
        told += "none can be told, because the model is not here"
    else:
        told += "all are true" if not unknown else f"none is false, {unknown} cannot be told"
    return f"{told}."
