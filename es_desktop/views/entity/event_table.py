"""The table of events, in which runs of equal events can be collapsed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QTableView, QWidget

from es_desktop.app.entity.view import EntityView
from es_desktop.models.entity.event_rows import RunPart
from es_desktop.models.entity.timeline_model import CHANGED, EVENT, GAP, TIME, VERSION, TimelineModel
from es_desktop.models.guard import Guarded
from es_desktop.system.counts import format_number
from es_desktop.views.style.row_shapes import ARROW_ROOM
from es_desktop.views.style.rows import PAD, Column, RowDelegate
from es_desktop.views.style.table_setup import set_up_table, time_width, width_for
from es_desktop.views.style.theme import Theme
from es_desktop.views.style.view_menu import arrange_column
from es_desktop.views.table.rows import choose_row, current_row, rows_of

_WIDTHS: Final = {VERSION: 48, TIME: 106, GAP: 80, EVENT: 142}
_ROOM_FOR_GAPS: Final = 520
_LEAST_EVENT: Final = 90
_MOST_EVENT: Final = 210
_SAMPLE: Final = 300
"""Rows whose texts are measured."""
_COLUMNS: Final = {
    VERSION: Column(strong=True),
    TIME: Column(dim=True),
    GAP: Column(dim=True),
    EVENT: Column(strong=True),
    CHANGED: Column(changes=True),
}
_EXPAND_KEYS: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Plus)


class EventTable(Guarded, QTableView):
    """Shows the rows of a timeline. The current row is that of the chosen event, or the last one shown before it."""

    version_chosen = Signal(object)
    """The version of the row that a person chose."""

    def __init__(self, timeline: TimelineModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._timeline = timeline
        self._view: EntityView | None = None
        self._event: int | None = None
        self._is_following = False
        delegate = RowDelegate(self, _COLUMNS, theme=theme)
        set_up_table(self, timeline, delegate, "Events", widths=_WIDTHS, stretch=[CHANGED])
        self.selectionModel().currentRowChanged.connect(self._on_row_chosen)
        timeline.modelReset.connect(self._on_reset)
        timeline.rows_changed.connect(self._follow)

    def set_view(self, view: EntityView | None, room: int) -> None:
        """Fit the columns to an entity's events, if there is one; ``room`` is the width of the dock in pixels."""
        self._view = view
        self.set_room(room)
        self.fit()

    def set_room(self, room: int) -> None:
        """Hide the column of gaps if ``room`` pixels are too few."""
        arrange_column(self, GAP, room >= _ROOM_FOR_GAPS)

    def show_event(self, event: int | None) -> None:
        """Make the row of an event (by its index) current, and scroll to it."""
        self._event = event
        self._follow()
        rows_of(self).scroll_to(current_row(self) or 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the current row in view, as where lanes take some of the room."""
        current = self.visualRect(self.currentIndex())
        was_in_view = current.isValid() and current.top() >= 0 and current.bottom() <= event.oldSize().height()
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()
        if was_in_view:
            self.scrollTo(self.currentIndex())

    def turn(self, direction: int) -> bool:
        """Expand the run of the current row, or collapse it if ``direction`` is negative; return whether it changed.

        Going back from a collapsed run leads to the row before it, not into the run.
        """
        row = current_row(self)
        if row is None:
            return False
        part = self._timeline.rows.at(row).part
        if part is RunPart.COLLAPSED and direction > 0:
            self._expand(row)
        elif part is RunPart.COLLAPSED and row > 0:
            rows_of(self).go_to(row - 1)
        elif part not in (None, RunPart.COLLAPSED) and direction < 0:
            self._collapse(row)
        else:
            return False
        return True

    def toggle_run(self) -> None:
        """Expand the run of the current row, or collapse it."""
        row = current_row(self)
        if row is not None:
            self.turn(1 if self._timeline.rows.at(row).part is RunPart.COLLAPSED else -1)

    def _expand(self, row: int) -> None:
        self._timeline.expand(row)
        rows_of(self).scroll_to(row)

    def _collapse(self, row: int) -> None:
        run = self._timeline.rows.run_at(row)
        if run is None:
            return
        if current_row(self) in run:
            # If the current row were removed, Qt would choose the next one instead.
            self._go_quietly(run.start)
        self._timeline.collapse(row)
        rows_of(self).scroll_to(run.start)

    def _follow(self) -> None:
        row = None if self._event is None else self._timeline.rows.row_of(self._event)
        self._go_quietly(-1 if row is None else row)

    def _go_quietly(self, row: int) -> None:
        rows = rows_of(self).selection
        if row == rows.current_row and any(row in each for each in rows.rows):
            return  # other rows may be selected too
        self._is_following = True
        choose_row(self, row, scrolls=False)
        self._is_following = False

    def _choose(self, row: int) -> None:
        if self._timeline.rows.at(row).part is RunPart.COLLAPSED:
            self._timeline.keep_collapsed(row)
        self.version_chosen.emit(self._timeline.version_at(row))

    def fit(self) -> None:
        """Fit the columns to the entity's events, as they are shown now."""
        if self._view is None:
            return
        facts, outline, rows = self._view.facts, self._view.outline, self._timeline.rows
        header = self.horizontalHeader()
        # In a narrow window the end of a long run is only in its tooltip.
        is_cut, sample = self.isColumnHidden(GAP) and facts.version > 99, range(min(self._timeline.rowCount(), _SAMPLE))
        whole = format_number(facts.version)
        runs = [f"{whole}–…"] if rows.has_runs and is_cut else self._texts(VERSION, sample)
        header.resizeSection(VERSION, width_for(self, [whole, *runs], least=_WIDTHS[VERSION], most=150))
        header.resizeSection(TIME, time_width(self, TIME, facts.created, facts.modified))
        # The types first, then what changed, of which its heading at least is never cut.
        names = {*outline.types, *self._texts(EVENT, sample)}
        wanted = width_for(self, names, swatch=True, least=_LEAST_EVENT, most=_MOST_EVENT)
        title = str(self._timeline.headerData(CHANGED, Qt.Orientation.Horizontal))
        others = sum(header.sectionSize(each) for each in (VERSION, TIME, GAP))  # 0 for a hidden one
        room = self.viewport().width() - others - width_for(self, [title]) + PAD
        arrows = ARROW_ROOM if rows.has_runs else 0
        header.resizeSection(EVENT, max(_LEAST_EVENT, min(wanted + arrows, room)))

    def _texts(self, column: int, rows: Iterable[int]) -> list[str]:
        return [str(self._timeline.index(row, column).data()) for row in rows]

    def _on_reset(self) -> None:
        self.fit()
        self.show_event(self._event)

    def _on_row_chosen(self, current: QModelIndex) -> None:
        if current.isValid() and not self._is_following:
            self._choose(self._timeline.row_number(current))

    def _is_on_arrow(self, index: QModelIndex, x: int) -> bool:
        return index.column() == EVENT and x < self.visualRect(index).left() + PAD + ARROW_ROOM

    # Event handlers

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _EXPAND_KEYS:
            self.turn(1)
        elif event.key() == Qt.Key.Key_Minus:
            row = current_row(self)
            if row is not None:
                self._collapse(row)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if event.button() != Qt.MouseButton.LeftButton or not index.isValid():
            super().mousePressEvent(event)
            return
        row = self._timeline.row_number(index)
        part = self._timeline.rows.at(row).part
        is_on_arrow = self._is_on_arrow(index, event.position().toPoint().x())
        if is_on_arrow and part is RunPart.OPEN:
            self._collapse(row)
        elif is_on_arrow and part is RunPart.COLLAPSED:
            self._timeline.expand(row)
        else:
            self._timeline.expand(row)
            super().mousePressEvent(event)
            self._choose(row)  # it may be the current row, but not the chosen event
