"""How the window looks, and where one finds help."""

from __future__ import annotations

from typing import Final

from es_desktop import __version__

from ..style.theme import Mode
from .spec import ActionSpec, Desk


def _look(mode: Mode, id: str, text: str, icon: str = "") -> ActionSpec:
    def choose(desk: Desk) -> None:
        desk.theme.set_mode(mode)
        desk.settings.theme = mode

    return ActionSpec(id, "View", text, choose, icon=icon)


def _reset_layout(desk: Desk) -> None:
    desk.docks.restore_default()


def _palette(desk: Desk) -> None:
    desk.show_palette()


def _shortcuts(desk: Desk) -> None:
    desk.show_shortcuts()


def _about(desk: Desk) -> None:
    from PySide6.QtWidgets import QMessageBox

    from es_desktop.views.style.plain_text import message_box

    box = message_box(
        desk.window,
        QMessageBox.Icon.Information,
        "About",
        f"Event Stream Explorer {__version__}",
        "Opens an event store and shows its entities, their events and snapshots, and how each state came to be.",
    )
    box.exec()
    box.deleteLater()


VIEW: Final = (
    _look("system", "theme-system", "Look of the system", "theme"),
    _look("light", "theme-light", "Light"),
    _look("dark", "theme-dark", "Dark"),
    ActionSpec("reset-layout", "View", "Restore the panels", _reset_layout, starts_group=True),
)
HELP: Final = (
    ActionSpec("palette", "Help", "Command palette…", _palette, ("Ctrl+K",), "palette"),
    ActionSpec("shortcuts", "Help", "Keyboard shortcuts", _shortcuts, ("?",), "help", acts_anywhere=True),
    ActionSpec("about", "Help", "About Event Stream Explorer", _about),
)
