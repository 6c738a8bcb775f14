"""The switch between the views of the window, in the toolbar: a segment for each, or one menu."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QWidget

from es_desktop.views.actions.views import view_action
from es_desktop.views.glossary.parts import set_part
from es_desktop.views.style.builders import fill
from es_desktop.views.style.plain_text import set_tip
from es_desktop.views.style.theme import restyle

from .window_views import VIEWS, WindowView


class ViewSwitch(QFrame):
    """Shows which view is in front, and brings another one there."""

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "segments")
        self.setAccessibleName("Views")
        set_part(self, "views")
        row = fill(QHBoxLayout(self), margins=(1, 1, 1, 1))
        self._menu = QToolButton(self)
        self._menu.setObjectName("views-menu")
        self._menu.setProperty("role", "segment")
        self._menu.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._menu.setMenu(QMenu(self._menu))
        self._menu.hide()
        set_tip(self._menu, "The views of the window")
        row.addWidget(self._menu)
        self._buttons = [self._add(actions[view_action(view)], view) for view in VIEWS]
        for each, position in ((self._buttons[0], "first"), (self._buttons[-1], "last")):
            each.setProperty("position", position)
        for button in self._buttons:
            row.addWidget(button)

    def _add(self, action: QAction, view: WindowView) -> QToolButton:
        button = QToolButton(self)
        button.setDefaultAction(action)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        button.setProperty("role", "segment")
        button.setAccessibleName(view.title)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._menu.menu().addAction(action)
        return button

    def show_view(self, view: WindowView) -> None:
        """Show which view is in front."""
        self._menu.setText(view.title)
        self._menu.setAccessibleName(f"Views: {view.title}")

    def fold(self, *, is_menu: bool) -> None:
        """Be one menu, or a segment for each view."""
        self._menu.setVisible(is_menu)
        for button in self._buttons:
            button.setVisible(not is_menu)
            restyle(button)
