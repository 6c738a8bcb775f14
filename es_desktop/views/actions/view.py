"""Actions for theme, panels and help."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QAbstractItemView, QAbstractScrollArea, QApplication

from es_desktop import __version__
from es_desktop.app.text.time_format import time_format

from ..style.dialogs import open_dialog
from ..style.theme import Mode
from .spec import ActionContext, ActionSpec


def _use_theme(context: ActionContext, mode: Mode) -> None:
    context.theme.set_mode(mode)
    context.settings.theme = mode


def _switch_font(context: ActionContext) -> None:
    settings = context.settings
    settings.has_system_font = not settings.has_system_font
    font = "the font of the system" if settings.has_system_font else "the fonts that come with the program"
    context.workspace.message.emit(f"Texts have {font} from the next start on.")


def _switch_times(context: ActionContext, switch: str) -> None:
    change: dict[str, Any] = {switch: not getattr(time_format(), switch)}
    context.workspace.show_times(replace(time_format(), **change))


def _about(context: ActionContext) -> None:
    from PySide6.QtWidgets import QMessageBox

    from es_desktop.views.style.plain_text import message_box

    box = message_box(
        context.window,
        QMessageBox.Icon.Information,
        "About",
        f"Event Stream Explorer {__version__}",
        "Opens an event store and shows its entities, their events and snapshots, and how each state came to be.",
    )
    open_dialog(box)


THEMES: Final = (
    ActionSpec("theme-system", "System theme", lambda on: _use_theme(on, "system"), icon="theme"),
    ActionSpec("theme-light", "Light theme", lambda on: _use_theme(on, "light")),
    ActionSpec("theme-dark", "Dark theme", lambda on: _use_theme(on, "dark")),
    ActionSpec("system-font", "System font or the program's own", _switch_font),
)
TIMES: Final = tuple(
    ActionSpec(
        f"times-{switch}",
        text,
        lambda on, switch=switch: _switch_times(on, switch),  # type: ignore[misc]
        is_checked=lambda workspace, switch=switch: bool(getattr(time_format(), switch)),  # type: ignore[misc]
    )
    for switch, text in (
        ("utc", "Times in UTC"),
        ("milliseconds", "Times with milliseconds"),
        ("offset", "Times with their difference from UTC"),
    )
)
"""Their ids are in the menu of the heading of a column of times, too."""
MESSAGES: Final = ActionSpec("messages", "Messages…", lambda on: on.show_messages(), "Ctrl+Shift+M")
LAYOUT: Final = ActionSpec("reset-layout", "Reset the panel layout", lambda on: on.docks.restore_default())


def _open_menus(context: ActionContext) -> None:
    bar = context.window.menuBar()
    bar.setActiveAction(bar.actions()[0])


def _open_context_menu(context: ActionContext) -> None:
    """Ask the widget with the focus for its context menu: by this key, not every platform does."""
    focus = QApplication.focusWidget()
    if focus is None:
        return
    point = focus.rect().center()
    if isinstance(focus, QAbstractScrollArea):
        if isinstance(focus, QAbstractItemView):
            focus.scrollTo(focus.currentIndex())
            point = focus.visualRect(focus.currentIndex()).center()
        focus = focus.viewport()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, point, focus.mapToGlobal(point))
    QApplication.sendEvent(focus, event)


HELP: Final = (
    ActionSpec("menus", "Open the menus", _open_menus, "F10"),
    ActionSpec("context-menu", "Open the menu of what has the focus", _open_context_menu, "Shift+F10"),
    ActionSpec("palette", "Command palette…", lambda on: on.show_palette(), "Ctrl+K", icon="search"),
    ActionSpec("shortcuts", "Keyboard shortcuts", lambda on: on.show_shortcuts(), "?", icon="help", acts_anywhere=True),
    ActionSpec("about", "About Event Stream Explorer", _about),
)
