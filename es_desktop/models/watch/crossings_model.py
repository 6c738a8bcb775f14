"""The crossings of one watchpoint as a table."""

from __future__ import annotations

from bisect import bisect_left
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from es_desktop.app.text.durations import format_time
from es_desktop.app.text.values import format_transition
from es_desktop.app.watch.watchpoints import Course
from es_desktop.models.entity.inspector import Inspector
from es_desktop.models.selection import Selection
from es_desktop.models.table.roles import LEFT, RIGHT, TONE_ROLE, Index, header_text
from es_desktop.replay.watch import Crossing

_ROOT: Final = QModelIndex()
_TITLES: Final = ("Ver", "Time", "Event", "From → to")
_ALIGNMENTS: Final = (RIGHT, LEFT, LEFT, LEFT)
VERSION, TIME, EVENT, CHANGED = range(4)
_LONGEST: Final = 600


class CrossingsModel(QAbstractTableModel):
    """One row a crossing. Times come with the blocks of the timeline that are asked for when a row is shown."""

    def __init__(self, inspector: Inspector, selection: Selection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._inspector = inspector
        self._selection = selection
        self._crossings: tuple[Crossing, ...] = ()
        inspector.timeline.dataChanged.connect(self._on_repaint)
        selection.version_changed.connect(self._on_repaint)

    def set_course(self, course: Course | None) -> bool:
        """Show the crossings of a course, or nothing; return whether they are others than before."""
        crossings = () if course is None else course.crossings
        if crossings is self._crossings:
            return False
        self.beginResetModel()
        self._crossings = crossings
        self.endResetModel()
        return True

    def version_at(self, row: int) -> int:
        """Return the version of a row."""
        return self._crossings[row].version

    def row_of(self, version: int) -> int | None:
        """Return the row of the last crossing at or before a version."""
        place = bisect_left(self._crossings, version + 1, key=lambda each: each.version)
        return place - 1 if place else None

    def _on_repaint(self) -> None:
        if self._crossings:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._crossings) - 1, CHANGED))

    def _text(self, row: int, column: int) -> str:
        crossing = self._crossings[row]
        match column:
            case 0:
                return str(crossing.version)
            case 1:
                return self._time(crossing.version)
            case 2:
                return self._type(crossing.version)
        return format_transition(crossing.before, crossing.after)

    def _place(self, version: int) -> int | None:
        """Return the place of a version among the entity's events."""
        view = self._inspector.view
        if view is None:
            return None
        place = bisect_left(view.outline.versions, version)
        return place if place < len(view.outline.versions) else None

    def _time(self, version: int) -> str:
        place = self._place(version)
        step = None if place is None else self._inspector.timeline.step_at(place)
        return "" if step is None else format_time(step.timestamp)

    def _type(self, version: int) -> str:
        place, view = self._place(version), self._inspector.view
        return "" if place is None or view is None else view.outline.type_at(place)

    def _tone(self, row: int) -> str | None:
        at, version = self._crossings[row].version, self._selection.version
        if version is None or at < version:
            return None
        return "changed" if at == version else "faint"

    # Qt's own

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._crossings)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(_TITLES)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(index.row(), index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _ALIGNMENTS[index.column()]
        if role == TONE_ROLE:
            return self._tone(index.row())
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == CHANGED:
            crossing = self._crossings[index.row()]
            return format_transition(crossing.before, crossing.after, _LONGEST)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return header_text(_TITLES, _ALIGNMENTS, section, orientation, role)
