"""Opens dialogs, popups, message boxes and menus; each is deleted when it is closed, with its connections."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QMenu, QMenuBar, QWidget

from es_desktop.app.text.plain import with_mnemonics

from .check_menu import stay_open_for_checks

_HELP: Final = ("explain", "whats-this")
"""The names of actions."""


def open_dialog(dialog: QDialog, accepted: Callable[[], object] | None = None) -> None:
    """Show a dialog, without waiting for it; call ``accepted`` when it is accepted."""
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if accepted is not None:
        dialog.accepted.connect(accepted)
    _take_help(dialog)
    dialog.open()


def _take_help(dialog: QDialog) -> None:
    """Have the keys that explain a part of the window do so in a dialog: a modal one takes all keys."""
    top: QWidget = dialog
    while (above := top.parentWidget()) is not None:
        top = above
    if dialog.windowType() == Qt.WindowType.Dialog:
        dialog.addActions([each for each in map(partial(top.findChild, QAction), _HELP) if each is not None])


def run_dialog(dialog: QDialog) -> None:
    """Show a dialog, and wait until it is closed. What it was answered can be read until the next event."""
    _take_help(dialog)
    dialog.exec()
    dialog.deleteLater()


def open_menu(menu: QMenu, at: QPoint) -> None:
    """Show a menu at a point of the screen, without waiting for it; each entry has a letter that chooses it."""
    mark_mnemonics(menu)
    stay_open_for_checks(menu)
    for inner in menu.findChildren(QMenu):
        inner.aboutToShow.connect(partial(mark_mnemonics, inner))
        stay_open_for_checks(inner)
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(at)


def drop_down(menu: QMenu, at: QPoint) -> None:
    """Show a menu that stays, such as one of the menu bar, at a point of the screen."""
    menu.popup(at)


def mark_mnemonics(menu: QMenu | QMenuBar) -> None:
    """Give each entry of a menu, or each menu of the bar, a letter that chooses it."""
    entries = [each for each in menu.actions() if not each.isSeparator()]
    for entry, text in zip(entries, with_mnemonics([each.text() for each in entries]), strict=True):
        if text != entry.text():
            entry.setText(text)
