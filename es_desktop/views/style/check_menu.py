"""Menus in which several entries are checked: they stay open until Escape, or a click beside them."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QMenu

from es_desktop.models.guard import Guarded

_CLICKS: Final = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease, QEvent.Type.MouseButtonDblClick)
_CHOOSE: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


def stay_open_for_checks(menu: QMenu) -> None:
    """Have a menu stay open when an entry is checked or unchecked; not when one of several is chosen."""
    if menu.findChild(_Checks, options=Qt.FindChildOption.FindDirectChildrenOnly) is None:
        _Checks(menu)


class _Checks(Guarded, QObject):
    def __init__(self, menu: QMenu) -> None:
        super().__init__(menu)
        self._menu = menu
        self._pressed: QAction | None = None
        menu.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and event.type() in _CLICKS:
            return self._on_click(event)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._on_key(event)
        return False

    def _on_click(self, event: QMouseEvent) -> bool:
        action = self._menu.actionAt(event.position().toPoint())
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
        action: QAction | None = self._menu.activeAction()
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
