"""Actions for theme, panels and help."""

from __future__ import annotations

from typing import Final

from es_desktop import __version__

from ..style.theme import Mode
from .spec import ActionContext, ActionSpec


def _theme_action(mode: Mode, id: str, text: str, icon: str = "") -> ActionSpec:
    def choose(context: ActionContext) -> None:
        context.theme.set_mode(mode)
        context.settings.theme = mode

    return ActionSpec(id, "View", text, choose, icon=icon)


def _reset_layout(context: ActionContext) -> None:
    context.docks.restore_default()


def _palette(context: ActionContext) -> None:
    context.show_palette()


def _shortcuts(context: ActionContext) -> None:
    context.show_shortcuts()


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
    box.exec()
    box.deleteLater()


VIEW: Final = (
    _theme_action("system", "theme-system", "System theme", "theme"),
    _theme_action("light", "theme-light", "Light theme"),
    _theme_action("dark", "theme-dark", "Dark theme"),
    ActionSpec("reset-layout", "View", "Reset the panel layout", _reset_layout, starts_group=True),
)
HELP: Final = (
    ActionSpec("palette", "Help", "Command palette…", _palette, ("Ctrl+K",), "palette"),
    ActionSpec("shortcuts", "Help", "Keyboard shortcuts", _shortcuts, ("?",), "help", acts_anywhere=True),
    ActionSpec("about", "Help", "About Event Stream Explorer", _about),
)
