"""A popup with the messages of this run of the program."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QHBoxLayout, QWidget

from es_desktop.models.runtime.messages import TEXT, TIME, MessagesModel
from es_desktop.views.style.builders import fill, push_button
from es_desktop.views.style.copying import copy_rows
from es_desktop.views.style.plain_text import Label
from es_desktop.views.style.rows import Column, RowDelegate
from es_desktop.views.style.table_setup import TablePopup, set_up_table, width_for
from es_desktop.views.style.tokens import Tokens

_MOST_ROWS: Final = 12
_WIDTH: Final = 640


class MessagesPopup(TablePopup):
    """Lists the messages, the newest first."""

    def __init__(self, messages: MessagesModel, tokens: Tokens, parent: QWidget) -> None:
        super().__init__("Messages", parent)
        delegate = RowDelegate(self.table, {TIME: Column(dim=True)})
        delegate.set_tokens(tokens)
        set_up_table(self.table, messages, delegate, "Messages", stretch=[TEXT])
        times = [str(messages.index(row, TIME).data()) for row in range(messages.rowCount())]
        self.table.horizontalHeader().resizeSection(TIME, width_for(self.table, times, least=70, most=150))
        self.show_rows(max(1, min(_MOST_ROWS, len(times))))
        hint = Label(parent=self, role="hint")
        hint.setText("Esc closes the list." if times else "There are no messages yet.")
        self._copy = push_button("Copy", self, "link")
        self._copy.setEnabled(bool(times))
        self._copy.clicked.connect(self._on_copy)
        self.lay_out(self.table, fill(QHBoxLayout(), hint, (0, 1), self._copy, margins=(8, 2, 2, 2)), spacing=2)
        self.setFixedWidth(min(_WIDTH, parent.window().width()))
        self.table.setFocus()

    def open_above(self, bar: QWidget) -> None:
        """Open above the right end of the status bar."""
        self.adjustSize()
        corner = bar.mapToGlobal(QPoint(bar.width(), 0))
        self.open_inside(bar.window(), corner - QPoint(self.width(), self.height()))

    def _on_copy(self) -> None:
        """Copy the selected messages, or all."""
        if not self.table.selectionModel().hasSelection():
            self.table.selectAll()
        copy_rows(self.table)
