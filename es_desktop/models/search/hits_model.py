"""The entities that were found by their state, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QFont

from es_desktop.app.entity.ids import short_id
from es_desktop.app.search.query import StateHit
from es_desktop.app.store.reader import Reading
from es_desktop.app.text.durations import format_day
from es_desktop.app.text.values import format_value
from es_desktop.models.table.roles import LEFT, RIGHT, TONE_ROLE, Index, header_text

_ROOT: Final = QModelIndex()
_TITLES: Final = ("Type", "Id", "At", "Values", "Changed")
_ALIGNMENTS: Final = (LEFT, LEFT, RIGHT, LEFT, LEFT)
TYPE, ID, AT, VALUES, CHANGED = range(5)
MOST: Final = 100_000
"""So many are listed; whoever needs more narrows what is asked, or takes the command line."""
_LONGEST: Final = 60


class HitsModel(QAbstractTableModel):
    """One row an entity, in the order in which they were found."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hits: list[StateHit] = []
        self._reading: Reading | None = None
        self._struck = QFont()
        self._struck.setStrikeOut(True)

    def set_reading(self, reading: Reading | None) -> None:
        """Take the store that hits are of from now on: it knows how far their states can be trusted."""
        self._reading = reading

    def clear(self) -> None:
        """Show nothing."""
        self.beginResetModel()
        self._hits = []
        self.endResetModel()

    def append(self, hits: Sequence[StateHit]) -> None:
        """Show more, up to ``MOST`` in all."""
        more = hits[: MOST - len(self._hits)]
        if more:
            self.beginInsertRows(_ROOT, len(self._hits), len(self._hits) + len(more) - 1)
            self._hits += more
            self.endInsertRows()

    def hit_at(self, row: int) -> StateHit:
        """Return what was found, by its row."""
        return self._hits[row]

    # Qt's own

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._hits)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(_TITLES)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        hit, column = self._hits[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _text(hit, column)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _ALIGNMENTS[column]
            case Qt.ItemDataRole.ToolTipRole:
                return self._tip(hit)
            case Qt.ItemDataRole.FontRole if hit.entity.discarded and column in (TYPE, ID):
                return self._struck
            case _ if role == TONE_ROLE and hit.entity.discarded:
                return "faint"
        return None

    def _tip(self, hit: StateHit) -> str:
        entity = f"{hit.entity.type} {hit.entity.id}\nThe state at version {hit.version:,} is"
        if self._reading is None:
            return f"{entity} {hit.exactness.value}."
        verdict = self._reading.verdict(hit.entity.id, hit.exactness, hit.base)
        return f"{entity} {verdict.exactness.value}. {verdict.reason}"

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return header_text(_TITLES, _ALIGNMENTS, section, orientation, role)


def _text(hit: StateHit, column: int) -> str:
    match column:
        case 0:
            return hit.entity.type
        case 1:
            return short_id(hit.entity.id)
        case 2:
            return f"{hit.version:,}"
        case 3:
            return " · ".join(f"{path} {format_value(value, _LONGEST) or '–'}" for path, value in hit.values.items())
    return format_day(hit.entity.modified)
