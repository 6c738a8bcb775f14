"""The snapshots of an entity as a table."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject

from es_desktop.app.entity.verdict import difference_text
from es_desktop.app.text.times import format_time
from es_desktop.app.text.values import format_value
from es_desktop.core import RecordedSnapshot
from es_desktop.models.table.model import Column, RowsModel
from es_desktop.models.table.roles import RIGHT, TIP_ROLE, TONE_ROLE
from es_desktop.replay import plain_state
from es_desktop.replay.verify import SnapshotCheck


class SnapshotsModel(RowsModel[RecordedSnapshot]):
    """One row for each snapshot; one that cannot be decoded says why."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(
            (
                Column("Ver", lambda row: str(row.version), RIGHT),
                Column("Taken", lambda row: format_time(row.timestamp)),
                Column("Check", self._check_text),
                Column("State", self._state_text),
            ),
            row_roles={TONE_ROLE: self._tone, TIP_ROLE: self._tip},
            parent=parent,
        )
        self._used: int | None = None
        self._checks: Mapping[int, SnapshotCheck] = {}

    def set_used(self, version: int | None) -> None:
        """Mark the snapshot that is the base of the state in view."""
        if version != self._used:
            self._used = version
            self.repaint()

    def set_checks(self, checks: Mapping[int, SnapshotCheck]) -> None:
        """Show the results of checking snapshots, by version."""
        self._checks = checks
        self.repaint()

    def _state_text(self, snapshot: RecordedSnapshot) -> str:
        if snapshot.error:
            return snapshot.error
        check = self._checks.get(snapshot.version)
        if check is not None and check.ok is False:
            return difference_text(check)
        return "discarded" if snapshot.state is None else format_value(plain_state(snapshot.state), 200)

    def _check_text(self, snapshot: RecordedSnapshot) -> str:
        check = self._checks.get(snapshot.version)
        return "" if check is None else {True: "true", False: "false", None: "unknown"}[check.ok]

    def _tone(self, snapshot: RecordedSnapshot) -> str | None:
        check = self._checks.get(snapshot.version)
        if snapshot.error or (check is not None and check.ok is False):
            return "failed"
        return "changed" if snapshot.version == self._used else None

    def _tip(self, snapshot: RecordedSnapshot) -> str:
        check = self._checks.get(snapshot.version)
        if check is None:
            return "Not checked yet: V compares it with the replayed events."
        if check.ok is False:
            return difference_text(check)
        return check.reason or "It is what the events lead to."
