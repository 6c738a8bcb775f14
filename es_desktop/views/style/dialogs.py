"""Opens dialogs, popups, message boxes and menus; each is deleted when it is closed, with its connections."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDialog, QMenu


def open_dialog(dialog: QDialog, accepted: Callable[[], object] | None = None) -> None:
    """Show a dialog, without waiting for it; call ``accepted`` when it is accepted."""
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if accepted is not None:
        dialog.accepted.connect(accepted)
    dialog.open()


def run_dialog(dialog: QDialog) -> None:
    """Show a dialog, and wait until it is closed. What it was answered can be read until the next event."""
    dialog.exec()
    dialog.deleteLater()


def open_menu(menu: QMenu, at: QPoint) -> None:
    """Show a menu at a point of the screen, without waiting for it."""
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(at)
