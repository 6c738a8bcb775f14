"""The writers of one value as a table: which events set it, when, and what each made of it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QFont

from es_desktop.app.entity.facts import Outline
from es_desktop.app.entity.value_history import Writing, writings
from es_desktop.app.text.durations import format_time
from es_desktop.models.runtime.latest_request import LatestRequest
from es_desktop.models.runtime.tasks import Job, TaskRunner
from es_desktop.models.selection import Selection
from es_desktop.models.table.roles import LEFT, RIGHT, SWATCH_ROLE, TONE_ROLE, Index, header_text

from .inspector import Inspector

_ROOT: Final = QModelIndex()
_TITLES: Final = ("Ver", "Event", "Time", "What it did")
_ALIGNMENTS: Final = (RIGHT, LEFT, LEFT, LEFT)
VERSION, EVENT, TIME, WHAT = range(4)
MOST: Final = 30
"""Writers that are listed: those around the chosen version."""


class WritersModel(QAbstractTableModel):
    """One row an event, in ascending order. Versions and types are there at once, the rest once it is read."""

    filled = Signal()
    """What each event did is there."""

    def __init__(
        self, runner: TaskRunner, inspector: Inspector, selection: Selection, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._request = LatestRequest(runner)
        self._inspector = inspector
        self._selection = selection
        self._outline = Outline()
        self._hues: Sequence[int] = ()
        self._versions: Sequence[int] = ()
        self._writings: dict[int, Writing] = {}
        self._bold = QFont()
        self._bold.setBold(True)
        self.path: str | None = None
        self.current: int | None = None
        """The row of the event that set the value last, at the chosen version."""
        self.earlier = self.later = 0
        """How many writers before and after those listed there are."""
        inspector.history_changed.connect(self._on_history)
        inspector.outline_changed.connect(self._on_outline)

    @property
    def is_known(self) -> bool:
        """Whether all events were looked through for who wrote what."""
        return self._inspector.knows_history

    def show(self, path: str | None) -> None:
        """List the writers of a path around the chosen version; of none for ``None``."""
        view, version = self._inspector.view, self._selection.version
        self._request.cancel()
        self.beginResetModel()
        self.path = path
        self._writings, self._versions, self.current = {}, (), None
        self.earlier = self.later = 0
        if view is not None and path is not None and version is not None:
            self._outline, self._hues = view.outline, view.outline.hues
            self._list(self._inspector.history.blame.writers(path), version)
        self.endResetModel()
        self._read()

    def version_at(self, row: int) -> int:
        """Return the version of a row."""
        return self._versions[row]

    def _list(self, writers: Sequence[int], version: int) -> None:
        place = bisect_right(writers, version) - 1
        first = max(0, min(place - MOST // 2, len(writers) - MOST))
        self._versions = writers[first : first + MOST]
        self.current = place - first if place >= 0 else None
        self.earlier, self.later = first, len(writers) - first - len(self._versions)

    def _read(self) -> None:
        view, path, versions = self._inspector.view, self.path, self._versions
        if view is None or path is None or not versions:
            return

        def work(job: Job) -> list[Writing]:
            return list(writings(view, path, versions, job.check))

        def done(found: list[Writing]) -> None:
            self._writings = {each.version: each for each in found}
            self.dataChanged.emit(self.index(0, EVENT), self.index(len(versions) - 1, WHAT))
            self.filled.emit()

        self._request.start("Reading who set it", work, done)

    def _on_history(self) -> None:
        if self.path is not None:
            self.show(self.path)

    def _on_outline(self) -> None:
        if self._inspector.view is None:
            self.show(None)

    def _text(self, row: int, column: int) -> str:
        version = self._versions[row]
        if column == VERSION:
            return str(version)
        if column == EVENT:
            return self._outline.type_at(self._place(version))
        writing = self._writings.get(version)
        if writing is None:
            return "…" if column == WHAT else ""
        return format_time(writing.timestamp) if column == TIME else writing.text

    def _place(self, version: int) -> int:
        return min(bisect_left(self._outline.versions, version), len(self._outline.versions) - 1)

    # Qt's own

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._versions)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(_TITLES)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._text(row, column)
        if role == SWATCH_ROLE:
            return self._hues[self._outline.kinds[self._place(self._versions[row])]] if column == EVENT else None
        if role == TONE_ROLE:
            return "faint" if self.current is None or row > self.current else None
        if role == Qt.ItemDataRole.FontRole:
            return self._bold if column in (VERSION, EVENT) and row == self.current else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _ALIGNMENTS[column]
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return header_text(_TITLES, _ALIGNMENTS, section, orientation, role)
