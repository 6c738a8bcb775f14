"""Opens dialogs, popups, message boxes and menus; each is deleted when it is closed. Menus of checks stay open."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QDialog, QMenu, QMenuBar, QWidget

from es_desktop.app.text.plain import with_mnemonics
from es_desktop.models.guard import Guarded

_HELP: Final = ("explain", "whats-this")
"""The names of actions."""
_CLICKS: Final = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease, QEvent.Type.MouseButtonDblClick)
_CHOOSE: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


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


def stay_open_for_checks(menu: QMenu) -> None:
    """Have a menu stay open when an entry is checked or unchecked; not when one of several is chosen."""
    if menu.findChild(_Checks, options=Qt.FindChildOption.FindDirectChildrenOnly) is None:
        _Checks(menu)


class _Checks(Guarded, QObject):
    def __init__(self, menu: QMenu) -> None:
        super().__init__(menu)
        self._menu = menu
        self._pressed: QAction | None = None
        self._active: QAction | None = None
        menu.hovered.connect(self._on_hovered)
        menu.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and event.type() in _CLICKS:
            return self._on_click(event)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._on_key(event)
        return False

    def _on_hovered(self, action: QAction) -> None:
        self._active = action

    def _on_click(self, event: QMouseEvent) -> bool:
        # Not ``actionAt`` or ``activeAction``: PySide takes what they return to be deleted with the menu.
        point, actions = event.position().toPoint(), self._menu.actions()
        action = next((each for each in actions if self._menu.actionGeometry(each).contains(point)), None)
        was_pressed, self._pressed = self._pressed, None
        if action is None or not _is_check(action):
            return False
        if event.type() != QEvent.Type.MouseButtonRelease:
            self._pressed = action
            self._menu.setActiveAction(action)
        elif action is was_pressed:
            action.trigger()
        return True

    def _on_key(self, event: QKeyEvent) -> bool:
        action = self._active
        if event.key() not in _CHOOSE:
            letter = QKeySequence(f"Alt+{event.text()}")
            found = [each for each in self._menu.actions() if QKeySequence.mnemonic(each.text()) == letter]
            action = found[0] if event.text().isalnum() and len(found) == 1 else None
        if action is None or not _is_check(action):
            return False
        self._menu.setActiveAction(action)
        action.trigger()
        return True


def _is_check(action: QAction) -> bool:
    group = action.actionGroup()
    return action.isCheckable() and action.isEnabled() and (group is None or not group.isExclusive())
