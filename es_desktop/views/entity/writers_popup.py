"""A popup with the events that set a value."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFrame,
    QHeaderView,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from es_desktop.models.entity.writers_model import EVENT, TIME, VERSION, WHAT, WritersModel
from es_desktop.views.style.dock_frame import ElidedLabel
from es_desktop.views.style.plain_text import Label
from es_desktop.views.style.rows import ROW_HEIGHT, Column, RowDelegate
from es_desktop.views.style.table_setup import set_up_view, width_for
from es_desktop.views.style.tokens import Tokens

_MOST_ROWS: Final = 12
_LEAST_ROWS: Final = 2
_WIDTH: Final = 560
_MARGIN: Final = 6
_FROM_EDGE: Final = 12
"""Pixels between the list and the edge of the window."""
_PAD: Final = 8


class WritersPopup(QDialog):
    """Lists the writers of one value; Enter or a click goes to one of them."""

    chosen = Signal(object)
    """The version of the event to go to."""

    def __init__(self, writers: WritersModel, path: str, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(f"Events that set {path}")
        self._writers = writers
        self._anchor: tuple[QRect, QWidget] | None = None
        self._title = ElidedLabel(f"Events that set {path}", self, Qt.TextElideMode.ElideMiddle)
        self._title.setProperty("role", "title")
        self.table = QTableView(self)
        self.hint = Label(parent=self, role="hint", wraps=True)
        self._set_up_table(tokens)
        self._lay_out()
        writers.show(path)
        writers.modelReset.connect(self._on_listed)
        writers.filled.connect(self._on_filled)
        self._on_listed()
        self.table.setFocus()

    def open_at(self, row: QRect, viewport: QWidget) -> None:
        """Open below a row, or above it if there is no space, inside the window."""
        self._anchor = (row, viewport)
        self._place()
        self.open()

    def _place(self) -> None:
        if self._anchor is None:
            return
        row, viewport = self._anchor
        self.adjustSize()
        window = viewport.window().frameGeometry()
        place = viewport.mapToGlobal(row.bottomLeft() + QPoint(0, 2))
        left = max(window.left() + _FROM_EDGE, min(place.x(), window.right() - self.width() - _FROM_EDGE))
        top = place.y()
        if top + self.height() > window.bottom() - _MARGIN:
            top = max(window.top() + _MARGIN, viewport.mapToGlobal(row.topLeft()).y() - self.height() - 2)
        self.move(left, top)

    def _set_up_table(self, tokens: Tokens) -> None:
        table = self.table
        table.setModel(self._writers)
        set_up_view(table)
        columns = {VERSION: Column(strong=True), TIME: Column(dim=True), WHAT: Column(mono=True)}
        delegate = RowDelegate(table, columns)
        delegate.set_tokens(tokens)
        table.setItemDelegate(delegate)
        table.setAccessibleName("Events that set the value")
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.horizontalHeader().setSectionResizeMode(WHAT, QHeaderView.ResizeMode.Stretch)
        table.clicked.connect(self._on_chosen)
        table.installEventFilter(self)

    def _lay_out(self) -> None:
        frame = QFrame(self)
        frame.setProperty("role", "card")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(_MARGIN, _PAD, _MARGIN, _MARGIN)
        inside.setSpacing(_MARGIN)
        self._title.setContentsMargins(_PAD, 0, _PAD, 0)
        self.hint.setContentsMargins(_PAD, 0, _PAD, 2)
        for widget in (self._title, self.table, self.hint):
            inside.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(frame)
        self.setFixedWidth(_WIDTH)

    def _on_listed(self) -> None:
        writers, table = self._writers, self.table
        rows = range(writers.rowCount())
        table.setFixedHeight((max(_LEAST_ROWS, min(_MOST_ROWS, len(rows))) + 1) * ROW_HEIGHT + 2)
        for column, least, most in ((VERSION, 46, 90), (EVENT, 110, 190)):
            texts = [str(writers.index(row, column).data()) for row in rows]
            width = width_for(table, texts, swatch=column == EVENT, least=least, most=most)
            table.horizontalHeader().resizeSection(column, width)
        self.hint.setText(self._hint_text())
        self._on_filled()
        if rows:
            table.setCurrentIndex(writers.index(len(rows) - 1 if writers.current is None else writers.current, 0))
            table.scrollTo(table.currentIndex(), QAbstractItemView.ScrollHint.PositionAtCenter)
        self._place()

    def _on_filled(self) -> None:
        times = [str(self._writers.index(row, TIME).data()) for row in range(self._writers.rowCount())]
        self.table.horizontalHeader().resizeSection(TIME, width_for(self.table, times, least=70, most=130))

    def _hint_text(self) -> str:
        writers = self._writers
        if not writers.is_known:
            return "The events are still being read…"
        if not writers.rowCount():
            return "No event set this value."
        more = [
            f"{count:,} {when}" for count, when in ((writers.earlier, "earlier"), (writers.later, "later")) if count
        ]
        left_out = f"{' and '.join(more)} events are not listed. " if more else ""
        return f"{left_out}Press Enter to go to the event, Esc to close."

    def _on_chosen(self, index: QModelIndex) -> None:
        if index.isValid():
            version = self._writers.version_at(index.row())
            self.close()
            self.chosen.emit(version)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and watched is self.table:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()  # while the list is open, no key is a shortcut of the window
            elif event.type() == QEvent.Type.KeyPress and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._on_chosen(self.table.currentIndex())
                return True
        return super().eventFilter(watched, event)
