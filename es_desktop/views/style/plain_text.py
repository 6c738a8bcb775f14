"""Text on labels, tooltips, boxes and windows: shown as it is, never as markup, keys or orders.

Qt guesses for each of these whether a text is markup. What stands in a store may look like it.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QMessageBox, QToolTip, QWidget

from es_desktop.app.text.plain import elide, plain_lines, plain_tip


class Label(QLabel):
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
        super().setText(plain_lines(text))


def set_tip(target: QWidget | QAction, text: str) -> None:
    """Let a widget or an action have a tooltip; none for an empty text."""
    target.setToolTip(plain_tip(text))


def show_tip(place: QPoint, text: str, widget: QWidget) -> None:
    """Show a tooltip now, at a place of the screen; hide the one that is shown for an empty text."""
    QToolTip.showText(place, plain_tip(text), widget)


def set_title(window: QWidget, text: str) -> None:
    """Give a window a title. Qt would take ``[*]`` for the place of the mark that something is not saved."""
    window.setWindowTitle(elide(text).replace("[*]", "[*][*]"))


def message_box(parent: QWidget | None, icon: QMessageBox.Icon, title: str, text: str, more: str = "") -> QMessageBox:
    """Return a box without buttons that says a text and, smaller, more; it is not shown yet."""
    box = QMessageBox(icon, elide(title), plain_lines(text), QMessageBox.StandardButton.NoButton, parent)
    box.setInformativeText(plain_lines(more))
    for label in box.findChildren(QLabel):
        label.setTextFormat(Qt.TextFormat.PlainText)
    return box
