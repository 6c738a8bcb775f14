"""The watchpoints as a table: what each is at the chosen version, and where it is crossed."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from es_desktop.app.notes.notebook import Watchpoint
from es_desktop.app.text.values import format_transition, format_value
from es_desktop.app.watch.watchpoints import Course
from es_desktop.models.selection import Selection
from es_desktop.models.table.roles import LEFT, RIGHT, TONE_ROLE, Index, header_text
from es_desktop.replay import ABSENT

from .watchpoints import Watchpoints

_ROOT: Final = QModelIndex()
_TITLES: Final = ("", "Watched", "Now", "Crossings", "Last", "Next")
_ALIGNMENTS: Final = (LEFT, LEFT, LEFT, RIGHT, RIGHT, RIGHT)
ON, WATCHED, NOW, COUNT, LAST, NEXT = range(6)
_WORKING: Final = "…"
_LONGEST: Final = 80


class WatchModel(QAbstractTableModel):
    """One row a watchpoint; one that cannot be used says why."""

    def __init__(self, watchpoints: Watchpoints, selection: Selection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._watchpoints = watchpoints
        self._selection = selection
        self._rows: tuple[Watchpoint, ...] = ()
        watchpoints.changed.connect(self._on_changed)
        selection.version_changed.connect(self._on_version)
        self._on_changed()

    def watchpoint_at(self, row: int) -> Watchpoint:
        """Return the watchpoint of a row, which is also its place among all."""
        return self._rows[row]

    def course_at(self, row: int) -> Course | None:
        """Return the course of a row; ``None`` where it is off, or not worked out."""
        return self._watchpoints.course(self._rows[row])

    def target_at(self, index: Index) -> int | None:
        """Return the version that a cell means: that of the last or the next crossing."""
        course, version = self.course_at(index.row()), self._selection.version
        if course is None or version is None or index.column() not in (LAST, NEXT):
            return None
        crossing = course.before(version) if index.column() == LAST else course.after(version)
        return None if crossing is None else crossing.version

    def _on_changed(self) -> None:
        wanted = self._watchpoints.all
        if [each.expression for each in self._rows] != [each.expression for each in wanted]:
            self.beginResetModel()
            self._rows = wanted
            self.endResetModel()
        else:
            self._rows = wanted
            self._repaint()

    def _on_version(self) -> None:
        self._repaint()

    def _repaint(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, NEXT))

    def _text(self, index: Index) -> str:
        watchpoint, course = self._rows[index.row()], self.course_at(index.row())
        match index.column():
            case 0:
                return ""
            case 1:
                return " · ".join(filter(None, [watchpoint.name, watchpoint.expression]))
        if course is None:
            is_sought = watchpoint.is_on and self._watchpoints.is_working and index.column() in (NOW, COUNT)
            return _WORKING if is_sought else ""
        match index.column():
            case 2:
                return self._now(course)
            case 3:
                return f"{len(course.crossings):,}" if course.error is None else ""
        target = self.target_at(index)
        return "" if target is None else str(target)

    def _now(self, course: Course) -> str:
        version = self._selection.version
        if course.error is not None:
            column = course.error.column
            return course.error.text if column is None else f"at column {column + 1}: {course.error.text}"
        if version is None:
            return ""
        crossing = course.at(version)
        if crossing is not None:
            return format_transition(crossing.before, crossing.after)
        value = course.value_at(version)
        return "not there" if value is ABSENT else format_value(value, _LONGEST)

    def _tone(self, row: int) -> str | None:
        course, version = self.course_at(row), self._selection.version
        if not self._rows[row].is_on:
            return "faint"
        if course is None or version is None:
            return None
        if course.error is not None:
            return "failed"
        return "changed" if course.at(version) is not None else None

    def _tip(self, index: Index) -> str:
        watchpoint, course = self._rows[index.row()], self.course_at(index.row())
        if course is not None and course.error is not None:
            return f"{course.error}\n{course.error.marked}"
        match index.column():
            case 0:
                return "Space switches it off" if watchpoint.is_on else "Space switches it on"
            case 1:
                return "\n".join(filter(None, [watchpoint.name, watchpoint.expression, "F2 gives it a name"]))
            case 4 | 5:
                return "" if self.target_at(index) is None else "Click to go there"
        return self._text(index)

    # Qt's own

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(_TITLES)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        watchpoint, column = self._rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(index)
        if role == Qt.ItemDataRole.EditRole:
            return watchpoint.name if column == WATCHED else self._text(index)
        if role == Qt.ItemDataRole.CheckStateRole and column == ON:
            return Qt.CheckState.Checked if watchpoint.is_on else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _ALIGNMENTS[column]
        if role == TONE_ROLE:
            return self._tone(index.row())
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(index)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if not index.isValid():
            return False
        if role == Qt.ItemDataRole.EditRole and index.column() == WATCHED:
            self._watchpoints.rename(index.row(), str(value))
            return True
        return False

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if index.isValid() and index.column() == WATCHED:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return header_text(_TITLES, _ALIGNMENTS, section, orientation, role)
