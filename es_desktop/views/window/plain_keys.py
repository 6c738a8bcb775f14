"""Plain keys (without Ctrl or Alt) are shortcuts in some views only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QWidget

from es_desktop.views.actions import ACTIONS

_KEYS: Final = frozenset(
    QKeySequence(key).toString() for spec in ACTIONS if not spec.acts_anywhere for key in spec.plain_keys
)


class PlainKeys(QObject):
    """Prevents plain keys from being shortcuts unless one of some views has the focus.

    Elsewhere a key goes to the widget with the focus, as if there were no shortcut.
    """

    def __init__(self, views: Sequence[QWidget], windows: Sequence[QWidget], parent: QObject) -> None:
        """Plain keys work in ``views``; ``windows`` contain all other widgets that can have the focus."""
        super().__init__(parent)
        self._views = views
        for window in windows:
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Qt asks the focused widget, then its parents, whether they want a key instead of its shortcut.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            key = QKeySequence(event.keyCombination()).toString()
            if key in _KEYS and QApplication.focusWidget() not in self._views:
                event.accept()
                return True
        return False
