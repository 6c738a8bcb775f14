"""The table of the log: which event is chosen, and how its columns share the room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from es_desktop.app.search.activity import Activity
from es_desktop.app.text.durations import format_time
from es_desktop.models.search.log_model import EVENT, ID, PAYLOAD, TIME, TYPE, VERSION, LogModel
from es_desktop.views.style.rows import Column, RowDelegate
from es_desktop.views.style.table_setup import dress, width_for
from es_desktop.views.style.theme import Theme

_WIDTHS: Final = {TIME: 92, TYPE: 78, ID: 88, VERSION: 56, EVENT: 150}
_COLUMNS: Final = {
    TIME: Column(dim=True),
    ID: Column(mono=True, dim=True),
    VERSION: Column(dim=True),
    EVENT: Column(strong=True),
    PAYLOAD: Column(mono=True, dim=True),
}
_WIDEST_TIME: Final = "30 Nov 23:59"
_LEAST_EVENT: Final = 110
_LEAST_PAYLOAD: Final = 120
_GIVE_WAY: Final = (TYPE, VERSION, ID)
"""What goes first where there is little room: what happened, and when, come first."""
_OWN_KEYS: Final = frozenset({Qt.Key.Key_Home, Qt.Key.Key_End})


class LogTable(QTableView):
    """One row an event of the store."""

    event_chosen = Signal(object)
    """The ``LoggedEvent`` of the row that is the current one, once it is there."""

    def __init__(self, log: LogModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._log = log
        self._waits_for: int | None = None
        self._widths = dict(_WIDTHS)
        self.setModel(log)
        dress(self)
        header = self.horizontalHeader()
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setAccessibleName("Events of the store")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        delegate = RowDelegate(self, _COLUMNS)
        theme.follow(delegate)
        self.setItemDelegate(delegate)
        self._set_widths({})
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(PAYLOAD, QHeaderView.ResizeMode.Stretch)
        self.selectionModel().currentRowChanged.connect(self._on_row_chosen)
        self.clicked.connect(self._on_row_chosen)  # the current one again, after the person went elsewhere
        log.dataChanged.connect(self._on_filled)

    def fit(self, activity: Activity) -> None:
        """Give the columns the widths that the names, the times and the versions of a store need."""
        totals = activity.totals
        times = [format_time(totals.first), format_time(totals.last), _WIDEST_TIME]
        versions = [str(each.version) for each in activity.longest]
        self._set_widths(
            {
                TIME: width_for(self, times, least=70),
                TYPE: width_for(self, totals.kinds, least=60, most=130),
                VERSION: width_for(self, versions, least=46, most=110),
                EVENT: width_for(self, totals.types, swatch=True, least=90, most=200),
            }
        )

    def show_row(self, row: int) -> None:
        """Let a row be the current one, and stand where it is seen with what comes after it."""
        index = self._log.index(row, 0)
        self.setCurrentIndex(index)
        self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtTop)

    def _set_widths(self, needed: Mapping[int, int]) -> None:
        self._widths |= needed
        for column, width in self._widths.items():
            self.horizontalHeader().resizeSection(column, width)
        self._share_room()

    def _share_room(self) -> None:
        """Hide some columns, and cut the names of events, as far as the payload needs their room."""
        header, widths = self.horizontalHeader(), self._widths
        spare = self.viewport().width() - _LEAST_PAYLOAD - sum(widths.values())
        for column in _GIVE_WAY:
            self.setColumnHidden(column, spare < 0)
            spare += widths[column] if spare < 0 else 0
        cut = max(min(_LEAST_EVENT, widths[EVENT]), widths[EVENT] + min(spare, 0))
        if cut < widths[EVENT] or header.sectionSize(EVENT) < widths[EVENT]:
            header.resizeSection(EVENT, cut)

    def _on_row_chosen(self, current: QModelIndex) -> None:
        self._waits_for = current.row() if current.isValid() else None
        self._tell()

    def _on_filled(self, first: QModelIndex, last: QModelIndex) -> None:
        row = self._waits_for
        if row is not None and first.row() <= row <= last.row():
            self._tell()

    def _tell(self) -> None:
        logged = None if self._waits_for is None else self._log.at(self._waits_for)
        if logged is not None:
            self._waits_for = None
            self.event_chosen.emit(logged)

    # Qt's own

    def keyPressEvent(self, event: QKeyEvent) -> None:
        count = self._log.rowCount()
        if event.key() in _OWN_KEYS and count:
            row = 0 if event.key() == Qt.Key.Key_Home else count - 1
            self.setCurrentIndex(self._log.index(row, 0))
            self.scrollTo(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()
