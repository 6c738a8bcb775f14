"""A popup with the events that set a value; Enter or a click goes to one of them."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from es_desktop.models.entity.writers_model import EVENT, TIME, VERSION, WHAT, WritersModel
from es_desktop.system.counts import format_number
from es_desktop.views.style.dialogs import open_dialog
from es_desktop.views.style.plain_text import ElidedLabel, Label
from es_desktop.views.style.rows import Column, RowDelegate
from es_desktop.views.style.table_setup import MARGIN, TablePopup, set_up_table, width_for
from es_desktop.views.style.tokens import Tokens

_MOST_ROWS: Final = 12
_LEAST_ROWS: Final = 2
_WIDTH: Final = 560
_PAD: Final = 8


class WritersPopup(TablePopup):
    chosen = Signal(object)
    """The version of the event to go to."""

    def __init__(self, writers: WritersModel, path: str, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(f"Events that set {path}", parent)
        self._writers = writers
        self._anchor: tuple[QRect, QWidget] | None = None
        self._title = ElidedLabel(f"Events that set {path}", self, Qt.TextElideMode.ElideMiddle)
        self._title.setProperty("role", "title")
        self.hint = Label(parent=self, role="hint", wraps=True)
        columns = {VERSION: Column(strong=True), TIME: Column(dim=True), WHAT: Column(mono=True)}
        delegate = RowDelegate(self.table, columns)
        delegate.set_tokens(tokens)
        set_up_table(self.table, writers, delegate, "Events that set the value", stretch=[WHAT], several=False)
        self.table.clicked.connect(self._on_chosen)
        self.table.installEventFilter(self)
        self._title.setContentsMargins(_PAD, 0, _PAD, 0)
        self.hint.setContentsMargins(_PAD, 0, _PAD, 2)
        self.lay_out(self._title, self.table, self.hint, spacing=MARGIN, top=_PAD)
        self.setFixedWidth(_WIDTH)
        writers.show(path)
        writers.modelReset.connect(self._on_listed)
        writers.filled.connect(self._on_filled)
        self._on_listed()
        self.table.setFocus()

    def open_at(self, row: QRect, viewport: QWidget) -> None:
        """Open below a row, or above it if there is no space, inside the window."""
        self._anchor = (row, viewport)
        self._move()
        open_dialog(self)

    def _move(self) -> None:
        if self._anchor is None:
            return
        row, viewport = self._anchor
        self.adjustSize()
        window, corner = viewport.window(), viewport.mapToGlobal(row.bottomLeft() + QPoint(0, 2))
        if corner.y() + self.height() > window.geometry().bottom() - MARGIN:
            corner.setY(viewport.mapToGlobal(row.topLeft()).y() - self.height() - 2)
        self.move_inside(window, corner)

    def _on_listed(self) -> None:
        writers, table = self._writers, self.table
        rows = range(writers.rowCount())
        self.show_rows(max(_LEAST_ROWS, min(_MOST_ROWS, len(rows))))
        for column, least, most in ((VERSION, 46, 90), (EVENT, 110, 190)):
            texts = [str(writers.index(row, column).data()) for row in rows]
            width = width_for(table, texts, swatch=column == EVENT, least=least, most=most)
            table.horizontalHeader().resizeSection(column, width)
        self.hint.setText(self._hint_text())
        self._on_filled()
        if rows:
            table.setCurrentIndex(writers.index(len(rows) - 1 if writers.current is None else writers.current, 0))
            table.scrollTo(table.currentIndex(), QAbstractItemView.ScrollHint.PositionAtCenter)
        self._move()

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
            f"{format_number(count)} {when}"
            for count, when in ((writers.earlier, "earlier"), (writers.later, "later"))
            if count
        ]
        left_out = f"{' and '.join(more)} events are not listed. " if more else ""
        return f"{left_out}Press Enter to go to the event, Esc to close."

    def _on_chosen(self, index: QModelIndex) -> None:
        if index.isValid():
            version = self._writers.version_at(self._writers.row_number(index))
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
