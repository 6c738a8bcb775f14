"""A ``QAction`` for each row of the table of actions, and their shortcuts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import SIGNAL, QEvent, QObject
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QToolButton, QWidget

from es_desktop.app.text.plain import elide, plain_label
from es_desktop.models.guard import Guarded
from es_desktop.models.window_view import EXPLORE
from es_desktop.views.actions import ACTIONS, MENUS, ActionSpec
from es_desktop.views.actions.spec import Submenu, is_plain_key
from es_desktop.views.actions.store import OPEN
from es_desktop.views.actions.view import TIMES
from es_desktop.views.preferences.keys import use_keys
from es_desktop.views.style.builders import delay
from es_desktop.views.style.dialogs import mark_mnemonics, stay_open_for_checks
from es_desktop.views.style.icons import icon
from es_desktop.views.style.plain_text import set_tip
from es_desktop.views.style.tokens import Tokens

if TYPE_CHECKING:
    from PySide6.QtWidgets import QDockWidget

    from es_desktop.models.workspace import Workspace
    from es_desktop.views.style.dock_frame import Dock

_ENDS: Final = ("Home", "End")


class WindowActions:
    """The actions and menus of a window."""

    def __init__(self, window: QMainWindow, run: Callable[[ActionSpec], object]) -> None:
        self._window = window
        self._run = run
        self._workspace: Workspace | None = None
        self._why_not: dict[str, str] = {}
        self._named: dict[str, str] = {}
        """What an action does, and its keys, by its id: each change of the store asks for most of them."""
        self._panels: dict[str, QMenu] = {}
        self._soon = delay(0, self.update, window)
        self.by_id = {spec.id: self._make(spec) for spec in ACTIONS}
        self.recent = QMenu("Open recent", window)
        self.menus = {name: self._make_menu(name) for name in MENUS}
        window.menuBar().setAccessibleName("Menus")
        mark_mnemonics(window.menuBar())

    def follow(self, workspace: Workspace) -> None:
        """Have a workspace decide from now on which actions are possible; until then nobody sees one."""
        self._workspace = workspace
        self.update()

    def set_tokens(self, tokens: Tokens) -> None:
        """Use the colours of a theme."""
        for spec in ACTIONS:
            if spec.icon:
                self.by_id[spec.id].setIcon(icon(spec.icon, tokens))

    def update_soon(self, *_changed: object) -> None:
        """Call ``update`` once for all changes of this turn of the event loop."""
        self._soon.start()

    def update(self) -> None:
        """Enable the actions that are possible now; the tooltips of the others give the reason."""
        self._soon.stop()
        if self._workspace is None:
            return
        for spec in ACTIONS:
            why_not = spec.needs(self._workspace)
            if self._why_not.get(spec.id) != why_not:  # a text is costly, and most stay as they are
                self._why_not[spec.id] = why_not
                self._show_reason(spec, why_not)
        self.update_ticks()

    def _show_reason(self, spec: ActionSpec, why_not: str) -> None:
        action = self.by_id[spec.id]
        action.setEnabled(not why_not)
        name = self._named.get(spec.id)
        if name is None:
            keys = ", ".join(each.toString() for each in action.shortcuts())
            name = self._named[spec.id] = spec.text.rstrip("…") + (f" ({keys})" if keys else "")
        set_tip(action, f"{name}\n{why_not}" if why_not else name)
        action.setStatusTip(elide(why_not))

    def set_keys(self, name: str, keys: str) -> None:
        """Give the action with an id these shortcuts, separated by spaces, and no others."""
        self.by_id[name].setShortcuts([QKeySequence(each) for each in keys.split()])
        use_keys(name, self.by_id[name].text(), keys)
        self._why_not.pop(name, None)  # its tip names them
        self._named.pop(name, None)
        self.update_soon()

    @property
    def plain_keys(self) -> set[str]:
        """The keys without Ctrl or Alt that are shortcuts only where the history of an entity is shown."""
        actions = (self.by_id[spec.id] for spec in ACTIONS if not spec.acts_anywhere)
        return set(filter(is_plain_key, (keys.toString() for each in actions for keys in each.shortcuts())))

    def update_ticks(self) -> None:
        """Update the check marks of the actions."""
        for spec in ACTIONS:
            if spec.is_checked is not None and self._workspace is not None:
                self.by_id[spec.id].setChecked(spec.is_checked(self._workspace))

    def _make(self, spec: ActionSpec) -> QAction:
        action = (Action if spec.icon or spec.short else QAction)(spec.text, self._window)
        action.setObjectName(spec.id)
        if spec.short:
            action.setIconText(spec.short)
        action.setCheckable(spec.is_checked is not None)
        use_keys(spec.id, spec.text, spec.keys)
        if spec.keys:
            action.setShortcuts([QKeySequence(keys) for keys in spec.shortcuts])
        action.triggered.connect(lambda: self._on_triggered(spec))
        return action

    def _on_triggered(self, spec: ActionSpec) -> None:
        if spec.shows_entity and self._workspace is not None:
            self._workspace.shown_view.show(EXPLORE)
        self._run(spec)
        self.update_ticks()  # Qt toggled the check mark by itself

    def show_panels(self, panels: Mapping[str, Sequence[QDockWidget]]) -> None:
        """Have a submenu in the menu View for each of some groups of panels, and for no others."""
        if not self._panels:
            self.menus["View"].addSeparator()
        for title in [each for each in panels if each not in self._panels]:
            actions = [dock.toggleViewAction() for dock in panels[title]]
            self._panels[title] = _add_submenu(self.menus["View"], title, actions)
            stay_open_for_checks(self._panels[title])
        for title, menu in self._panels.items():
            menu.menuAction().setVisible(title in panels)

    def _make_menu(self, name: str) -> QMenu:
        menu = self._window.menuBar().addMenu(name)
        for group in MENUS[name]:
            menu.addSeparator()
            for entry in group:
                if isinstance(entry, Submenu):
                    inner = _add_submenu(menu, entry.text, [self.by_id[spec.id] for spec in entry.specs])
                    if entry.specs is TIMES:
                        stay_open_for_checks(inner)
                else:
                    menu.addActions([self.by_id[entry.id]])
                if entry is OPEN[0]:
                    menu.addMenu(self.recent)
        menu.aboutToShow.connect(lambda: mark_mnemonics(menu))
        return menu


def _add_submenu(menu: QMenu, title: str, actions: Sequence[QAction]) -> QMenu:
    submenu = menu.addMenu(plain_label(title))
    submenu.addActions(actions)
    submenu.aboutToShow.connect(lambda: mark_mnemonics(submenu))
    return submenu


class Action(Guarded, QAction):
    """An action that may be shown as buttons, and changed often.

    At each change Qt connects each button to it once more, which takes memory, and time at each later change. Actions
    without an icon and a short text are in menus only, and spare the call of Python at each change.
    """

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ActionChanged:
            any_slot: Any = None
            for each in self.associatedObjects():
                if isinstance(each, QToolButton):
                    QObject.disconnect(self, SIGNAL("changed()"), each, any_slot)
        return super().event(event)


class PlainKeys(Guarded, QObject):
    """Prevents plain keys from being shortcuts unless one of the docks' history views has the focus.

    Elsewhere a key goes to the widget with the focus, as if there were no shortcut.
    """

    def __init__(self, window: QWidget, actions: WindowActions) -> None:
        """``window`` and the docks contain all widgets that can have the focus."""
        super().__init__(window)
        self._actions = actions
        self._docks: list[Dock] = []
        window.installEventFilter(self)

    def watch(self, docks: Sequence[Dock]) -> None:
        """Have these docks watched, too."""
        self._docks += docks
        for dock in docks:
            dock.topLevelChanged.connect(lambda floats, dock=dock: self._on_floating(dock, floats))

    def _on_floating(self, dock: QDockWidget, floats: bool) -> None:
        # A filter costs time at each event, and as long as a dock does not float, the window is one of its parents.
        if floats:
            dock.installEventFilter(self)
        else:
            dock.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Qt asks the focused widget, then its parents, whether they want a key instead of its shortcut.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            key = QKeySequence(event.keyCombination()).toString()
            focus = QApplication.focusWidget()
            dock = next((dock for dock in self._docks if focus in dock.history_views), None)
            is_elsewhere = dock is None or (key in _ENDS and focus in dock.own_lists)
            if is_elsewhere and is_plain_key(key) and key in self._actions.plain_keys:
                event.accept()
                return True
        return False
