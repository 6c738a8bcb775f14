"""Plain text on labels, tooltips, boxes and windows, never interpreted as markup or shortcuts.

Qt guesses for each of these whether a text is markup, and texts from a store may look like it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QToolTip, QWidget

from es_desktop.app.text.plain import elide, plain_lines, plain_tip, without_secrets
from es_desktop.models.guard import Guarded

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMessageBox


def _lines(text: str) -> str:
    return plain_lines(without_secrets(text))


class Label(Guarded, QLabel):
    """A label of plain text."""

    def __init__(self, text: str = "", parent: QWidget | None = None, role: str = "", *, wraps: bool = False) -> None:
        """``role`` is one of the style sheet's: title, dim, hint, error, …"""
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wraps)
        if role:
            self.setProperty("role", role)
        self.setText(text)

    def setText(self, text: str) -> None:
        super().setText(_lines(text))


class Hint(Label):
    """A text that says why there is nothing to see, or what to do first."""

    def __init__(self, text: str = "", parent: QWidget | None = None, *, top: int = 12, bottom: int = 0) -> None:
        """``top`` and ``bottom`` are its margins in pixels."""
        super().__init__(text, parent, "hint", wraps=True)
        self.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setContentsMargins(13, top, 13, bottom)

    def explain(self, text: str) -> None:
        """Show a text; an empty one hides the label."""
        self.setText(text)
        self.setVisible(bool(text))


def set_tip(target: QWidget | QAction, text: str) -> None:
    """Set the tooltip of a widget or an action; an empty text removes it."""
    target.setToolTip(plain_tip(without_secrets(text)))


def show_tip(point: QPoint, text: str, widget: QWidget) -> None:
    """Show a tooltip at a point of the screen; an empty text hides it."""
    QToolTip.showText(point, plain_tip(text), widget)


def set_title(window: QWidget, text: str) -> None:
    """Set the title of a window. Qt would replace ``[*]``, its mark for unsaved changes, so it is escaped."""
    window.setWindowTitle(elide(without_secrets(text)).replace("[*]", "[*][*]"))


def message_box(parent: QWidget | None, icon: QMessageBox.Icon, title: str, text: str, more: str = "") -> QMessageBox:
    """Return a message box without buttons that is not shown yet; ``more`` is its smaller text."""
    from PySide6.QtWidgets import QMessageBox  # its enums take time, and the window is there before any box

    box = QMessageBox(icon, elide(title), _lines(text), QMessageBox.StandardButton.NoButton, parent)
    box.setInformativeText(_lines(more))
    for label in box.findChildren(QLabel):
        label.setTextFormat(Qt.TextFormat.PlainText)
    return box
