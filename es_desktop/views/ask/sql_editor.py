"""The lines that a statement of SQL is typed into, with completion."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from es_desktop.app.ask.completing import Completion
from es_desktop.models.guard import Guarded
from es_desktop.views.glossary.parts import set_part
from es_desktop.views.style.theme import Theme, mono_font

from .completion_list import CompletionList, asks_for_list

EXAMPLE: Final = "SELECT type, count(*) AS times FROM events GROUP BY type ORDER BY times DESC"
_LINES: Final = 5
_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class SqlEditor(Guarded, QPlainTextEdit):
    """Accepts a statement with Ctrl+Enter; Tab leaves it."""

    entered = Signal()

    def __init__(self, complete: Callable[[str, int], Sequence[Completion]], theme: Theme, parent: QWidget) -> None:
        """``complete`` returns what may be written at a place of a text."""
        super().__init__(parent, tabChangesFocus=True)
        set_part(self, "sql")
        self._complete = complete
        self.list = CompletionList(theme, self)
        self.setFont(mono_font())
        self.setAccessibleName("SQL statement")
        self.setPlaceholderText(EXAMPLE)
        self.setFixedHeight(_LINES * self.fontMetrics().lineSpacing() + 18)
        self.list.chosen.connect(self._take)

    def _offer(self) -> None:
        found = self._complete(self.toPlainText(), self.textCursor().position())
        self.list.offer(found, self, self)
        self.list.describe()

    def _take(self, completion: Completion) -> None:
        """Write a word in place of what is typed of it."""
        cursor = self.textCursor()
        cursor.setPosition(completion.start, cursor.MoveMode.KeepAnchor)
        cursor.insertText(f"{completion.word} ")
        self.setTextCursor(cursor)
        self.setFocus()
        self.list.hide()

    # Event handlers

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride and _enters(event):
                event.accept()  # in the rest of the window the keys do something else
                return True
            if event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Tab and self.list.takes(event):
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.list.takes(event):
            self.list.describe()
        elif asks_for_list(event):
            self._offer()
        elif _enters(event):
            self.list.hide()
            self.entered.emit()
        else:
            super().keyPressEvent(event)
            if event.text().strip() and self._is_after_letter():
                self._offer()
            else:
                self.list.hide()

    def _is_after_letter(self) -> bool:
        """Return whether the cursor is behind a letter, at the end of a word."""
        cursor = self.textCursor()
        line, at = cursor.block().text(), cursor.positionInBlock()
        return at > 0 and (line[at - 1].isalpha() or line[at - 1] == "_") and not line[at : at + 1].isalnum()


def _enters(event: QKeyEvent) -> bool:
    return event.key() in _ENTER and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
