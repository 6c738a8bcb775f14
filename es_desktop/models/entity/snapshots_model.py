"""The snapshots of an entity as a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from es_desktop.app.entity.verdict import difference_text
from es_desktop.app.text.durations import format_time
from es_desktop.app.text.values import format_value
from es_desktop.core import RecordedSnapshot
from es_desktop.models.table.roles import LEFT, RIGHT, TONE_ROLE, Index, header_text
from es_desktop.replay import plain_state
from es_desktop.replay.verify import SnapshotCheck

_ROOT: Final = QModelIndex()
_TITLES: Final = ("Ver", "Taken", "Check", "State")
_ALIGNMENTS: Final = (RIGHT, LEFT, LEFT, LEFT)


class SnapshotsModel(QAbstractTableModel):
    """One row a snapshot; one that cannot be decoded says why."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[RecordedSnapshot] = []
        self._used: int | None = None
        self._checks: Mapping[int, SnapshotCheck] = {}

    def set_rows(self, rows: list[RecordedSnapshot]) -> None:
        """Show the snapshots of an entity."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def set_used(self, version: int | None) -> None:
        """Mark the snapshot that the state in view is rebuilt from."""
        if version != self._used:
            self._used = version
            if self._rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(_TITLES) - 1))

    def set_checks(self, checks: Mapping[int, SnapshotCheck]) -> None:
        """Tell which snapshots were found true or false, by version."""
        self._checks = checks
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(_TITLES) - 1))

    def snapshot_at(self, row: int) -> RecordedSnapshot:
        """Return the snapshot of a row."""
        return self._rows[row]

    def _text(self, snapshot: RecordedSnapshot, column: int) -> str:
        match column:
            case 0:
                return str(snapshot.version)
            case 1:
                return format_time(snapshot.timestamp)
            case 2:
                return self._check_text(snapshot.version)
        if snapshot.error:
            return snapshot.error
        check = self._checks.get(snapshot.version)
        if check is not None and check.ok is False:
            return difference_text(check)
        return "discarded" if snapshot.state is None else format_value(plain_state(snapshot.state), 200)

    def _check_text(self, version: int) -> str:
        check = self._checks.get(version)
        return "" if check is None else {True: "true", False: "false", None: "cannot tell"}[check.ok]

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

    # Qt's own

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(_TITLES)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        snapshot = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(snapshot, index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _ALIGNMENTS[index.column()]
        if role == TONE_ROLE:
            return self._tone(snapshot)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(snapshot)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return header_text(_TITLES, _ALIGNMENTS, section, orientation, role)
