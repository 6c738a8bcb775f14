"""A ``QAction`` for each row of the table of actions; and that table as Markdown, for the README."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from es_desktop.app.text.plain import elide
from es_desktop.views.actions import ACTIONS, MENUS, ActionSpec
from es_desktop.views.actions.needs import NO_STORE
from es_desktop.views.actions.spec import nothing
from es_desktop.views.style.icons import icon
from es_desktop.views.style.plain_text import set_tip
from es_desktop.views.style.tokens import Tokens


def action_table() -> str:
    """Return a Markdown table of the actions with shortcuts: keys, text and menu."""
    rows = [
        f"| {' or '.join(f'`{keys}`' for keys in spec.shortcuts)} | {spec.text.rstrip('…')} | {spec.menu} |"
        for spec in ACTIONS
        if spec.shortcuts
    ]
    return "\n".join(["| keys | what it does | menu |", "|---|---|---|", *rows])


if TYPE_CHECKING:
    from es_desktop.models.workspace import Workspace


class WindowActions:
    """The actions and menus of a window."""

    def __init__(self, window: QMainWindow, run: Callable[[ActionSpec], None]) -> None:
        self._window = window
        self._run = run
        self._workspace: Workspace | None = None
        self._why_not: dict[str, str] = {}
        self.by_id = {spec.id: self._make(spec) for spec in ACTIONS}
        self.recent = QMenu("Open recent", window)
        self.menus = {name: self._make_menu(name) for name in MENUS}

    def follow(self, workspace: Workspace) -> None:
        """Use a workspace for the state of the actions, from the next update on."""
        self._workspace = workspace

    def set_tokens(self, tokens: Tokens) -> None:
        """Use the colours of a theme."""
        for spec in ACTIONS:
            if spec.icon:
                self.by_id[spec.id].setIcon(icon(spec.icon, tokens))

    def update(self) -> None:
        """Enable the actions that are possible now; the tooltips of the others give the reason."""
        for spec in ACTIONS:
            why_not = self._reason_against(spec)
            if self._why_not.get(spec.id) != why_not:  # a text is costly, and most stay as they are
                self._why_not[spec.id] = why_not
                self._show_reason(spec, why_not)
        self.update_ticks()

    def _show_reason(self, spec: ActionSpec, why_not: str) -> None:
        action = self.by_id[spec.id]
        action.setEnabled(not why_not)
        keys = ", ".join(spec.shortcuts)
        name = f"{spec.text.rstrip('…')} ({keys})" if keys else spec.text.rstrip("…")
        set_tip(action, f"{name}\n{why_not}" if why_not else name)
        action.setStatusTip(elide(why_not))

    def update_ticks(self) -> None:
        """Update the check marks of the actions."""
        for spec in ACTIONS:
            if spec.is_checked is not None and self._workspace is not None:
                self.by_id[spec.id].setChecked(spec.is_checked(self._workspace))

    def _reason_against(self, spec: ActionSpec) -> str:
        if self._workspace is None:
            return "" if spec.needs is nothing else NO_STORE
        return spec.needs(self._workspace)

    def _make(self, spec: ActionSpec) -> QAction:
        action = QAction(spec.text, self._window)
        action.setObjectName(spec.id)
        action.setIconText(spec.label)
        action.setCheckable(spec.is_checked is not None)
        action.setShortcuts([QKeySequence(keys) for keys in spec.shortcuts])
        action.triggered.connect(lambda: self._on_triggered(spec))
        return action

    def _on_triggered(self, spec: ActionSpec) -> None:
        self._run(spec)
        self.update_ticks()  # Qt toggled the check mark by itself

    def _make_menu(self, name: str) -> QMenu:
        menu = self._window.menuBar().addMenu(name)
        for spec in (spec for spec in ACTIONS if spec.menu == name):
            if spec.starts_group:
                menu.addSeparator()
            menu.addAction(self.by_id[spec.id])
            if spec.id == "open":
                menu.addMenu(self.recent)
        return menu
