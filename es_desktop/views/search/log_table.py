"""The table of the log: a row for each event, with the columns that there is room for."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QTableView, QWidget

from es_desktop.app.search.lists import Activity
from es_desktop.models.guard import Guarded
from es_desktop.models.search.event_log import EVENT, ID, PAYLOAD, TIME, TYPE, VERSION, LogModel
from es_desktop.system.counts import format_number
from es_desktop.views.style.rows import Column, RowDelegate
from es_desktop.views.style.table_setup import set_up_table, time_width, width_for
from es_desktop.views.style.theme import Theme
from es_desktop.views.style.view_menu import arrange_column, menu_of
from es_desktop.views.table.rows import ScrollHint, rows_of

from .kept_row import KeptRow

_WIDTHS: Final = {TIME: 92, TYPE: 78, ID: 88, VERSION: 56, EVENT: 150}
_COLUMNS: Final = {
    TIME: Column(dim=True),
    ID: Column(mono=True, dim=True),
    VERSION: Column(dim=True),
    EVENT: Column(strong=True),
    PAYLOAD: Column(mono=True, dim=True),
}
_LEAST_EVENT: Final = 110
_LEAST_PAYLOAD: Final = 120
_GIVE_WAY: Final = (TYPE, VERSION, ID)
"""The columns that are hidden first when there is little space."""


class LogTable(Guarded, QTableView):
    """Shows one row for each event of the log."""

    event_chosen = Signal(object)
    """The ``LoggedEvent`` of the current row, once it is loaded."""

    def __init__(self, log: LogModel, theme: Theme, store: Callable[[], object], parent: QWidget | None = None) -> None:
        """``store`` returns the store of the events."""
        super().__init__(parent)
        self._log = log
        self._waits_for: int | None = None
        self._widths = dict(_WIDTHS)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        delegate = RowDelegate(self, _COLUMNS, theme=theme)
        set_up_table(self, log, delegate, "Events of the store", stretch=[PAYLOAD])
        self._set_widths({})
        self._rows = KeptRow(self, self._key, self._row_of, store)
        self.selectionModel().currentRowChanged.connect(self._on_row_chosen)
        self.clicked.connect(self._on_row_chosen)  # a click on the current row chooses it again
        log.dataChanged.connect(self._on_filled)
        self.horizontalHeader().sectionResized.connect(self._on_resized)

    def fit(self, activity: Activity) -> None:
        """Fit the columns to the names, times and versions of a store."""
        totals = activity.totals
        versions = [format_number(each.version) for each in activity.longest]
        self._set_widths(
            {
                TIME: time_width(self, TIME, totals.first_time, totals.last_time),
                TYPE: width_for(self, totals.entity_types, least=60, most=130),
                VERSION: width_for(self, versions, least=46, most=110),
                EVENT: width_for(self, totals.event_types, swatch=True, least=90, most=200),
            }
        )

    def show_row(self, row: int) -> None:
        """Make a row current, and scroll it to the top."""
        rows_of(self).go_to(row, ScrollHint.PositionAtTop)

    def _set_widths(self, needed: Mapping[int, int]) -> None:
        self._widths |= needed
        for column, width in self._widths.items():
            self.horizontalHeader().resizeSection(column, width)
        self._share_room()

    def _share_room(self) -> None:
        """Hide columns and narrow the event column until the payload has enough space."""
        header, widths = self.horizontalHeader(), self._widths
        hidden = {column for column, is_shown in menu_of(self).asked.items() if not is_shown}
        spare = self.viewport().width() - _LEAST_PAYLOAD - sum(widths[each] for each in widths if each not in hidden)
        for column in _GIVE_WAY:
            arrange_column(self, column, spare >= 0)
            spare += widths[column] if spare < 0 and self.isColumnHidden(column) and column not in hidden else 0
        cut = max(min(_LEAST_EVENT, widths[EVENT]), widths[EVENT] + min(spare, 0))
        if cut < widths[EVENT] or header.sectionSize(EVENT) < widths[EVENT]:
            header.resizeSection(EVENT, cut)

    def _on_resized(self, column: int, before: int, width: int) -> None:
        if column == TIME and width != self._widths[TIME]:  # by a person, or because a time was wider
            self._widths[TIME] = width
            self._share_room()

    def _key(self, row: int) -> tuple[int, bool]:
        """Return the number of an event, and whether the index, which counts from 1, may give it another one."""
        numbers = self._log.numbers
        return numbers[row], isinstance(numbers, range) and numbers.start != 1

    def _row_of(self, key: tuple[int, bool], rows: range) -> int | None:
        row = bisect_left(self._log.numbers, key[0], rows.start, rows.stop)
        return row if row in rows and self._key(row) == key else None

    def _on_row_chosen(self, current: QModelIndex) -> None:
        if self._rows.is_choosing:
            return
        self._waits_for = self._log.row_number(current) if current.isValid() else None
        self._emit_chosen()

    def _on_filled(self, first: QModelIndex, last: QModelIndex) -> None:
        number = self._log.row_number
        if self._waits_for is not None and number(first) <= self._waits_for <= number(last):
            self._emit_chosen()

    def _emit_chosen(self) -> None:
        logged = None if self._waits_for is None else self._log.at(self._waits_for)
        if logged is not None:
            self._waits_for = None
            self.event_chosen.emit(logged)

    # Event handlers

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()
