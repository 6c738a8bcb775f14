"""The events of a branch as a table: what was made of each, what it changes, and how its state differs then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QFont

from es_desktop.app.branch.view import PlaceResult
from es_desktop.app.entity.hues import hue_index
from es_desktop.app.text.values import summarise_changes
from es_desktop.models.table.roles import LEFT, RIGHT, SWATCH_ROLE, TONE_ROLE, Index, header_text
from es_desktop.replay import BLOCK, BranchPlace, EventName, Mark

_ROOT: Final = QModelIndex()
_TITLES: Final = ("Ver", "Was", "Event", "What if", "What it changes", "Differs from the history")
_ALIGNMENTS: Final = (RIGHT, RIGHT, LEFT, LEFT, LEFT, LEFT)
VERSION, ORIGINAL, EVENT, MARK, CHANGES, DIFFERS = range(6)
_BLOCKS_KEPT: Final = 64


class WhatIfModel(QAbstractTableModel):
    """One row an event, skipped ones too. What came of them is asked for in blocks where they are shown."""

    block_wanted = Signal(object)
    """The number of a block of ``BLOCK`` places that should be worked out and given to ``set_block``."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._places: Sequence[BranchPlace] = ()
        self._orders: Mapping[str, int] = {}
        self._blocks: dict[int, Sequence[PlaceResult]] = {}
        self._asked: set[int] = set()
        self._count = 0
        self._struck = QFont()
        self._struck.setStrikeOut(True)

    def set_places(self, places: Sequence[BranchPlace], orders: Mapping[str, int], first: int = 0) -> None:
        """Show other events, or the same ones edited from the row ``first`` on.

        ``orders`` tells as the how-many-th each type of event is met.
        """
        # Those before the first edited one come to the same.
        self._blocks = {number: block for number, block in self._blocks.items() if (number + 1) * BLOCK <= first}
        self._asked.clear()
        self._orders = orders
        self._take_count(places, min(first, self._count, len(places)))
        self._places = places
        self._repaint(first // BLOCK * BLOCK, self._count - 1)

    def _take_count(self, places: Sequence[BranchPlace], first: int) -> None:
        """Let rows come in or go at the first one that is another; those behind it stay as they are meanwhile."""
        old, more = tuple(self._places), len(places) - self._count
        if more > 0:
            self.beginInsertRows(_ROOT, first, first + more - 1)
            self._places, self._count = (*old[:first], *places[first : first + more], *old[first:]), len(places)
            self.endInsertRows()
        elif more < 0:
            self.beginRemoveRows(_ROOT, first, first - more - 1)
            self._places, self._count = (*old[:first], *old[first - more :]), len(places)
            self.endRemoveRows()

    def set_block(self, number: int, told: Sequence[PlaceResult]) -> None:
        """Take what came of the places of a block that was asked for."""
        self._asked.discard(number)
        self._blocks[number] = told
        if len(self._blocks) > _BLOCKS_KEPT:
            del self._blocks[next(iter(self._blocks))]
        self._repaint(number * BLOCK, number * BLOCK + len(told) - 1)

    def place_at(self, row: int) -> BranchPlace:
        """Return the event of a row."""
        return self._places[row]

    def row_of(self, name: EventName) -> int | None:
        """Return the row of an event; ``None`` where it has none."""
        return next((row for row, place in enumerate(self._places) if place.name == name), None)

    def told_at(self, row: int) -> PlaceResult | None:
        """Return what came of a row; ``None`` where it is not there yet, and asked for by now."""
        number, offset = divmod(row, BLOCK)
        block = self._blocks.get(number)
        if block is None:
            if number not in self._asked:
                self._asked.add(number)
                self.block_wanted.emit(number)
            return None
        return block[offset] if offset < len(block) else None

    def _repaint(self, first: int, last: int) -> None:
        if first <= last < self._count:
            self.dataChanged.emit(self.index(first, 0), self.index(last, DIFFERS))

    def _text(self, row: int, column: int) -> str:
        place = self._places[row]
        match column:
            case 0:
                return "–" if place.version is None else str(place.version)
            case 1:
                return "" if place.original in (None, place.version) else str(place.original)
            case 2:
                return place.type
            case 3:
                return "" if place.mark is Mark.KEPT else place.mark.value
        told = self.told_at(row)
        if told is None:
            return "…" if column == CHANGES else ""
        return _changes(told, 3) if column == CHANGES else told.difference.text()

    def _tip(self, row: int) -> str | None:
        told = self.told_at(row)
        if told is None:
            return None
        parts = [_changes(told, 20).replace(" · ", "\n")]
        if told.difference:
            parts.append(f"Differs from the history:\n{told.difference.text(20)}".replace(" · ", "\n"))
        return "\n\n".join(filter(None, parts))

    def _tone(self, row: int) -> str | None:
        mark = self._places[row].mark
        told = self.told_at(row)
        if told is not None and told.step is not None and told.step.error:
            return "failed"
        if mark is Mark.SKIPPED:
            return "faint"
        return None if mark is Mark.KEPT else "changed"

    # Qt's own

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(_TITLES)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        place = self._places[row]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(row, column)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _ALIGNMENTS[column]
            case Qt.ItemDataRole.ToolTipRole:
                return self._tip(row)
            case Qt.ItemDataRole.FontRole:
                struck = place.mark is Mark.SKIPPED and column in (ORIGINAL, EVENT)
                return self._struck if struck else None
            case _ if role == TONE_ROLE:
                return self._tone(row)
            case _ if role == SWATCH_ROLE and column == EVENT:
                return hue_index(place.type, self._orders.get(place.type, len(self._orders)))
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return header_text(_TITLES, _ALIGNMENTS, section, orientation, role)


def _changes(told: PlaceResult, limit: int) -> str:
    step = told.step
    if step is None:
        return ""
    return step.error or ("discarded" if step.discards else summarise_changes(step.told, limit) or "nothing changed")
