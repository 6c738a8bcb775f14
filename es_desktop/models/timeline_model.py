"""The events of an entity as a table, read in blocks where they are shown."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QFont

from es_desktop.app.durations import format_gap, format_time
from es_desktop.app.facts import Outline
from es_desktop.app.values import summarise_changes
from es_desktop.replay import BLOCK, Step

from .roles import LEFT, MARK_ROLE, RIGHT, SWATCH_ROLE, TONE_ROLE, Index, header_text

_ROOT: Final = QModelIndex()
_TITLES: Final = ("Ver", "Time", "+Δ", "Event", "What changed")
_ALIGNMENTS: Final = (RIGHT, LEFT, RIGHT, LEFT, LEFT)
VERSION, TIME, GAP, EVENT, CHANGED = range(5)
_BLOCKS_KEPT: Final = 64


class TimelineModel(QAbstractTableModel):
    """One row an event. The row count is true from the start; a block of rows is asked for when it is first shown."""

    block_wanted = Signal(object)
    """The number of a block of ``BLOCK`` steps that should be worked out and given to ``set_block``."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._outline = Outline()
        self._snapshots: frozenset[int] = frozenset()
        self._current: int | None = None
        self._blocks: OrderedDict[int, list[Step]] = OrderedDict()
        self._asked: set[int] = set()
        self._bold = QFont()
        self._bold.setBold(True)

    def set_outline(self, outline: Outline, snapshots: frozenset[int], *, same_entity: bool) -> None:
        """Show another sequence of events, or the same one with more at its end."""
        grown = same_entity and outline.versions[: len(self._outline.versions)] == self._outline.versions
        if not grown:
            self.beginResetModel()
            self._outline, self._snapshots = outline, snapshots
            self._forget()
            self.endResetModel()
            return
        first, last = len(self._outline.versions), len(outline.versions) - 1
        self._forget(first // BLOCK)
        if last >= first:
            self.beginInsertRows(_ROOT, first, last)
        self._outline, self._snapshots = outline, snapshots
        if last >= first:
            self.endInsertRows()
        self._repaint_all()

    def set_block(self, number: int, steps: list[Step]) -> None:
        """Take the steps of a block that was asked for."""
        self._asked.discard(number)
        self._blocks[number] = steps
        if len(self._blocks) > _BLOCKS_KEPT:
            self._blocks.popitem(last=False)
        first = number * BLOCK
        self.dataChanged.emit(self.index(first, 0), self.index(first + len(steps) - 1, CHANGED))

    def set_current(self, row: int | None) -> None:
        """Let the rows after the chosen one be faint."""
        old, self._current = self._current, row
        if old != row and self.rowCount():
            rows = [each for each in (old, row) if each is not None]
            span = (min(rows), max(rows)) if len(rows) == 2 else (0, self.rowCount() - 1)
            last = min(span[1], self.rowCount() - 1)
            self.dataChanged.emit(self.index(min(span[0], last), 0), self.index(last, CHANGED))

    def version_at(self, row: int) -> int:
        """Return the version of a row."""
        return self._outline.versions[row]

    def step_at(self, row: int) -> Step | None:
        """Return the step of a row; ``None`` where it is not there yet, and asked for by now."""
        number, offset = divmod(row, BLOCK)
        block = self._blocks.get(number)
        if block is None:
            if number not in self._asked:
                self._asked.add(number)
                self.block_wanted.emit(number)
            return None
        self._blocks.move_to_end(number)
        return block[offset] if offset < len(block) else None

    def _forget(self, number: int = 0) -> None:
        for each in [each for each in self._blocks if each >= number]:
            del self._blocks[each]
        self._asked = {each for each in self._asked if each < number}

    def _repaint_all(self) -> None:
        if self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, CHANGED))

    def _text(self, row: int, column: int) -> str:
        if column == VERSION:
            return str(self._outline.versions[row])
        if column == EVENT:
            return self._outline.type_at(row)
        step = self.step_at(row)
        if step is None:
            return "…" if column == CHANGED else ""
        match column:
            case 1:
                return format_time(step.timestamp)
            case 2:
                return self._gap(row, step)
        return step.error or ("discarded" if step.discards else summarise_changes(step.told) or "nothing changed")

    def _gap(self, row: int, step: Step) -> str:
        before = self.step_at(row - 1) if row else None
        if before is None or before.timestamp is None or step.timestamp is None:
            return ""
        return format_gap(step.timestamp - before.timestamp)

    def _tone(self, row: int) -> str | None:
        step = self.step_at(row)
        if step is not None and step.error:
            return "failed"
        return "faint" if self._current is not None and row > self._current else None

    # Qt's own

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._outline.versions)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(_TITLES)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == TONE_ROLE:
            return self._tone(row)
        if role == SWATCH_ROLE:
            return self._outline.kinds[row] if column == EVENT else None
        if role == MARK_ROLE:
            return column == CHANGED and self._outline.versions[row] in self._snapshots
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _ALIGNMENTS[column]
        if role == Qt.ItemDataRole.FontRole:
            return self._bold if column == EVENT and row == self._current else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(row, column)
        return None

    def _tip(self, row: int, column: int) -> str | None:
        step = self.step_at(row)
        if step is None:
            return None
        if column in (TIME, GAP):
            return format_time(step.timestamp, 0.0)
        return step.error or summarise_changes(step.told, 20).replace(" · ", "\n")

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return header_text(_TITLES, _ALIGNMENTS, section, orientation, role)
