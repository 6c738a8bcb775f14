"""The first events of a store as a table map would read them, as a table."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from es_desktop.app.store.table_maps import PreviewRow
from es_desktop.models.table.roles import LEFT, RIGHT, TONE_ROLE, Index, header_text

_ROOT: Final = QModelIndex()
_TITLES: Final = ("Stream", "Ver", "Entity", "Event", "Time", "Payload")
_ALIGNMENTS: Final = (LEFT, RIGHT, LEFT, LEFT, LEFT, LEFT)
STREAM, VERSION, ENTITY, EVENT, TIME, PAYLOAD = range(6)


class MapPreviewModel(QAbstractTableModel):
    """One row an event; a payload that cannot be decoded says why."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[PreviewRow] = []

    def set_rows(self, rows: list[PreviewRow]) -> None:
        """Show these events."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(_TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return header_text(_TITLES, _ALIGNMENTS, section, orientation, role)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return (row.stream, row.version, row.entity, row.type, row.time, row.payload)[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _ALIGNMENTS[index.column()]
        if role == TONE_ROLE and row.is_broken:
            return "failed"
        return None
