"""Where a note is typed: it is handed on when it is left and after a pause, so that nothing typed is lost."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from es_desktop.app.notes.notebook import Bookmark

_PAUSE_MILLISECONDS: Final = 700


class NoteEditor(QPlainTextEdit):
    """Shows and takes the note of one bookmark, as plain text."""

    noted = Signal(object, object)
    """The ``Bookmark`` whose note it is, as it was before, and the note."""
    left = Signal()
    """A person has done with it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bookmark: Bookmark | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MILLISECONDS)
        self._pause.timeout.connect(self.hand_in)
        self.setAccessibleName("Note")
        self.setTabChangesFocus(True)
        self.textChanged.connect(self._pause.start)
        self.set_bookmark(None)

    def set_bookmark(self, bookmark: Bookmark | None) -> None:
        """Show the note of a bookmark. One that is being typed for the same place stays as it is."""
        is_same = bookmark is not None and self._bookmark is not None and bookmark.place == self._bookmark.place
        if not is_same:
            self.hand_in()
        self._bookmark = bookmark
        self.setEnabled(bookmark is not None)
        note = "" if bookmark is None else bookmark.note
        # Of another bookmark the text is set even where it is the same: what is undone should be its own.
        if not is_same or (not self._is_typed and note != self.toPlainText()):
            self.setPlainText(note)
            self.moveCursor(QTextCursor.MoveOperation.End)

    def hand_in(self) -> None:
        """Hand on what was typed and is not handed on yet."""
        self._pause.stop()
        if self._bookmark is not None and self._is_typed:
            self.document().setModified(False)
            self.noted.emit(self._bookmark, self.toPlainText())

    @property
    def _is_typed(self) -> bool:
        return self.document().isModified()

    # Qt's own

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.hand_in()
