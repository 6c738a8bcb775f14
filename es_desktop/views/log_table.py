"""The table of the log: which event is chosen, and how its columns share the room."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from es_desktop.app.activity import Activity
from es_desktop.app.durations import format_time
from es_desktop.models.log_model import EVENT, ID, PAYLOAD, TIME, TYPE, VERSION, LogModel

from .dressing import dress, width_for
from .rows import Column, RowDelegate
from .theme import Theme

_WIDTHS: Final = {TIME: 92, TYPE: 78, ID: 88, VERSION: 56, EVENT: 150}
_COLUMNS: Final = {
    TIME: Column(dim=True),
    ID: Column(mono=True, dim=True),
    VERSION: Column(dim=True),
    EVENT: Column(strong=True),
    PAYLOAD: Column(mono=True, dim=True),
}
_WIDEST_TIME: Final = "30 Nov 23:59"
_ROOM_FOR_TYPES: Final = 600
_ROOM_FOR_VERSIONS: Final = 480
_ROOM_FOR_IDS: Final = 430
_OWN_KEYS: Final = frozenset({Qt.Key.Key_Home, Qt.Key.Key_End})


class LogTable(QTableView):
    """One row an event of the store."""

    event_chosen = Signal(object)
    """The ``LoggedEvent`` of the row that is the current one, once it is there."""

    def __init__(self, log: LogModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._log = log
        self._waits_for: int | None = None
        self.setModel(log)
        dress(self)
        header = self.horizontalHeader()
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setAccessibleName("Events of the store")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        delegate = RowDelegate(self, _COLUMNS)
        theme.follow(delegate)
        self.setItemDelegate(delegate)
        for column, width in _WIDTHS.items():
            header.resizeSection(column, width)
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
        header = self.horizontalHeader()
        header.resizeSection(TIME, width_for(self, times, least=70))
        header.resizeSection(TYPE, width_for(self, totals.kinds, least=60, most=130))
        header.resizeSection(VERSION, width_for(self, versions, least=46, most=110))
        header.resizeSection(EVENT, width_for(self, totals.types, swatch=True, least=90, most=200))

    def show_row(self, row: int) -> None:
        """Let a row be the current one, and stand where it is seen with what comes after it."""
        index = self._log.index(row, 0)
        self.setCurrentIndex(index)
        self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtTop)

    def _on_row_chosen(self, current: QModelIndex) -> None:
        self._waits_for = current.row() if current.isValid() else None
        self._tell()

    def _on_filled(self, first: QModelIndex, last: QModelIndex) -> None:
        row = self._waits_for
        if row is not None and first.row() <= row <= last.row():
            self._tell()

    def _tell(self) -> None:
        logged = None if self._waits_for is None else self._log.logged_at(self._waits_for)
        if logged is not None:
            self._waits_for = None
            self.event_chosen.emit(logged)

    # Qt's own

    def event(self, event: QEvent) -> bool:
        is_asked = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if is_asked and isinstance(event, QKeyEvent) and event.key() in _OWN_KEYS:
            event.accept()  # the ends of this table, and not of the chosen entity's history
            return True
        return super().event(event)

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
        # What happened, to what, and when, come first.
        self.setColumnHidden(TYPE, event.size().width() < _ROOM_FOR_TYPES)
        self.setColumnHidden(VERSION, event.size().width() < _ROOM_FOR_VERSIONS)
        self.setColumnHidden(ID, event.size().width() < _ROOM_FOR_IDS)
