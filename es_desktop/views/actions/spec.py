"""The types of an action: its description, and the context that it runs in."""

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
    from ..window.docks import Docks
    from ..window.prompts import Prompts
    from ..window.settings import Settings

Need: TypeAlias = "Callable[[Workspace], str]"
"""Returns why an action is not possible now; an empty text if it is."""


def nothing(workspace: Workspace) -> str:
    """Need nothing: the action is always possible."""
    return ""


_PLAIN: Final = re.compile(r"(Shift\+)?(?!F\d)[^+]+")


@dataclass(frozen=True, slots=True)
class ActionContext:
    """What actions work on: the workspace and the window."""

    window: QWidget
    """Parent of dialogs."""
    workspace: Workspace
    prompts: Prompts
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
    run: Callable[[ActionContext], None]
    """Runs in the GUI thread, and starts long work as a task of the workspace."""
    shortcuts: tuple[str, ...] = ()
    icon: str = ""
    needs: Need = nothing
    short: str = ""
    """A shorter text for the toolbar button."""
    is_checked: Callable[[Workspace], bool] | None = None
    """Whether its menu entry is checked; ``None`` for an entry that is not checkable."""
    starts_group: bool = False
    acts_anywhere: bool = False
    """Whether its plain keys work wherever no text is typed; those of other actions work in the history views only."""

    @property
    def plain_keys(self) -> tuple[str, ...]:
        """The shortcuts without Ctrl, Alt or an F key, which are also keys for typing or moving in a list."""
        return tuple(each for each in self.shortcuts if _PLAIN.fullmatch(each))

    @property
    def label(self) -> str:
        return self.short or self.text


def open_dialog(dialog: QDialog, accepted: Callable[[], None]) -> None:
    """Show a dialog, without waiting for it; call ``accepted`` when it is accepted."""
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.accepted.connect(accepted)
    dialog.open()
