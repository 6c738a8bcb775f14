"""Actions for theme, panels and help."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from es_desktop.app.preferences.table import THEME, TIME_SWITCHES
from es_desktop.app.text.time_format import time_format

from ..style.dialogs import open_dialog
from .spec import ActionContext, ActionSpec


def show_preferences(context: ActionContext, focused: str = "") -> None:
    """Open the preferences; ``focused`` is the name of the one that has the focus."""
    from ..preferences.dialog import PreferencesDialog

    context.preferences.kept.add_plugins()
    open_dialog(PreferencesDialog(context.preferences, context.window, focused=focused))


def _theme(value: str, text: str, icon: str = "") -> ActionSpec:
    return ActionSpec(f"theme-{value}", f"{text} theme", lambda on: on.preferences.set({THEME: value}), icon=icon)


def _about(context: ActionContext) -> None:
    from ..about.about_dialog import AboutDialog

    open_dialog(AboutDialog(context.theme, context.window))


THEMES: Final = (
    _theme("system", "System", "theme"),
    _theme("light", "Light"),
    _theme("dark", "Dark"),
    _theme("contrast", "High-contrast"),
)
TIMES: Final = tuple(
    ActionSpec(
        name.replace("_", "-"),
        text,
        lambda on, name=name: on.preferences.set({name: not on.preferences.kept.number(name)}),  # type: ignore[misc]
        is_checked=lambda workspace, field=field: bool(getattr(time_format(), field)),  # type: ignore[misc]
    )
    for field, (name, text) in TIME_SWITCHES.items()
)
"""Their ids are in the menu of the heading of a column of times, too."""
PREFERENCES: Final = ActionSpec("preferences", "Preferences…", show_preferences, "Ctrl+,")
MESSAGES: Final = ActionSpec("messages", "Messages…", lambda on: on.show_messages(), "Ctrl+Shift+M")
LAYOUT: Final = ActionSpec("reset-layout", "Reset the panel layout", lambda on: on.docks.restore_default())


def _switch_full_screen(context: ActionContext) -> None:
    context.window.setWindowState(context.window.windowState() ^ Qt.WindowState.WindowFullScreen)


FULL_SCREEN: Final = ActionSpec("full-screen", "Full screen, or back", _switch_full_screen, "F11")


def _open_menus(context: ActionContext) -> None:
    bar = context.window.menuBar()
    bar.setActiveAction(bar.actions()[0])


def _open_context_menu(context: ActionContext) -> None:
    from ..style.view_menu import open_menu_by_key

    open_menu_by_key(QApplication.focusWidget())


HELP: Final = (
    ActionSpec("menus", "Open the menus", _open_menus, "F10"),
    ActionSpec("context-menu", "Open the menu of what has the focus", _open_context_menu, "Shift+F10"),
    ActionSpec("palette", "Command palette…", lambda on: on.show_palette(), "Ctrl+K", icon="search"),
    ActionSpec("shortcuts", "Keyboard shortcuts", lambda on: on.show_shortcuts(), "?", icon="help", acts_anywhere=True),
    ActionSpec("about", "About Event Stream Explorer", _about),
)
