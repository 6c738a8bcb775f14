"""What an action is: one thing that a person can do, and what it works on."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

if TYPE_CHECKING:
    from es_desktop.models.workspace import Workspace

    from ..style.theme import Theme
    from ..window.asking import Asking
    from ..window.docks import Docks
    from ..window.settings import Settings

Need: TypeAlias = "Callable[[Workspace], str]"
"""Returns why an action cannot be done now; an empty text where it can."""


def nothing(workspace: Workspace) -> str:
    """The need of what can always be done."""
    return ""


_PLAIN: Final = re.compile(r"(Shift\+)?(?!F\d)[^+]+")


@dataclass(frozen=True, slots=True)
class Desk:
    """What actions work on: the workspace, and the window around it."""

    window: QWidget
    """The parent of dialogs."""
    workspace: Workspace
    asking: Asking
    docks: Docks
    theme: Theme
    settings: Settings
    demo_path: Path
    show_palette: Callable[[], None]
    show_shortcuts: Callable[[], None]


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One thing that a person can do."""

    id: str
    menu: str
    text: str
    run: Callable[[Desk], None]
    """Asks a person where it has to, and lets the workspace do the rest; nothing in it waits."""
    shortcuts: tuple[str, ...] = ()
    icon: str = ""
    needs: Need = nothing
    short: str = ""
    """The text on a toolbar button, where it is shorter."""
    is_checked: Callable[[Workspace], bool] | None = None
    """Whether its menu entry has a tick, where it may have one."""
    starts_group: bool = False
    acts_anywhere: bool = False
    """Whether its plain keys act wherever no text is typed; others act in the views of a history and its state."""

    @property
    def plain_keys(self) -> tuple[str, ...]:
        """The shortcuts that a person may press by typing or by moving in a list: neither Ctrl, Alt, nor an F key."""
        return tuple(each for each in self.shortcuts if _PLAIN.fullmatch(each))

    @property
    def label(self) -> str:
        return self.short or self.text


def open_dialog(dialog: QDialog, accepted: Callable[[], None]) -> None:
    """Show a dialog over its window; go on with ``accepted`` where the person agrees."""
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.accepted.connect(accepted)
    dialog.open()
