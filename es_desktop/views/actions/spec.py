"""What an action is: its description, the context that it runs in, and the conditions under which it is possible."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from PySide6.QtWidgets import QMainWindow

if TYPE_CHECKING:
    from es_desktop.models.tour.guide import TourGuide
    from es_desktop.models.workspace import Workspace

    from ..panels.docks import Docks
    from ..preferences.live import LivePreferences
    from ..style.theme import Theme
    from ..window.prompts import Prompts
    from ..window.settings import Settings
    from ..window.windows import Windows

Need: TypeAlias = "Callable[[Workspace], str]"
"""Returns why an action is not possible now; an empty text if it is."""
NO_STORE: Final = "No store is open."
_NO_FURTHER: Final = "There are no more events of the types that are shown."
_PLAIN: Final = re.compile(r"(Shift\+)?(?!F\d)[^+]+")


def nothing(workspace: Workspace) -> str:
    """Need nothing: the action is always possible."""
    return ""


@dataclass(frozen=True, slots=True)
class ActionContext:
    """What actions work on: the workspace and the window."""

    window: QMainWindow
    """Parent of dialogs."""
    workspace: Workspace
    prompts: Prompts
    docks: Docks
    theme: Theme
    settings: Settings
    windows: Windows
    demo_path: Path
    show_palette: Callable[[], None]
    show_shortcuts: Callable[[], None]
    show_messages: Callable[[], None]
    preferences: LivePreferences
    guide: TourGuide


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One thing that a person can do."""

    id: str
    text: str
    run: Callable[[ActionContext], object]
    """Runs in the GUI thread, and starts long work as a task of the workspace."""
    keys: str = ""
    """Its shortcuts, separated by spaces."""
    needs: Need = nothing
    icon: str = ""
    short: str = ""
    """A shorter text for a button. Only an action with it or an icon may be shown as a button."""
    is_checked: Callable[[Workspace], bool] | None = None
    """Whether its menu entry is checked; ``None`` for an entry that is not checkable."""
    acts_anywhere: bool = False
    """Whether its plain keys work wherever no text is typed; those of other actions work in the history views only."""
    shows_entity: bool = False
    """Whether what it does is seen in Explore, which comes forward."""

    @property
    def shortcuts(self) -> list[str]:
        return self.keys.split()

    @property
    def plain_keys(self) -> list[str]:
        """The shortcuts that are plain keys."""
        return [each for each in self.shortcuts if is_plain_key(each)]


def is_plain_key(key: str) -> bool:
    """Return whether a key is without Ctrl, Alt or an F key, and so also one for typing or moving in a list."""
    return _PLAIN.fullmatch(key) is not None


def in_explore(*specs: ActionSpec) -> tuple[ActionSpec, ...]:
    """Return actions whose effect is seen in Explore, which comes forward with them."""
    return tuple(replace(each, shows_entity=True) for each in specs)


@dataclass(frozen=True, slots=True)
class Submenu:
    """Actions behind one entry of a menu."""

    text: str
    specs: tuple[ActionSpec, ...]


Group: TypeAlias = tuple[ActionSpec | Submenu, ...]


def flat(menu: str, groups: tuple[Group, ...]) -> Iterator[tuple[str, ActionSpec]]:
    """Yield each action of a menu, with the way to it: the titles of the menus."""
    for entry in chain(*groups):
        if isinstance(entry, Submenu):
            yield from ((f"{menu} ▸ {entry.text}", spec) for spec in entry.specs)
        else:
            yield menu, entry


def need(first: Need, holds: Callable[[Workspace], bool], why_not: str) -> Need:
    """Return a condition: ``first``, and that ``holds``; ``why_not`` is the reason if only the latter fails."""
    return lambda workspace: first(workspace) or ("" if holds(workspace) else why_not)


def a_writable_store(workspace: Workspace) -> str:
    return NO_STORE if workspace.session is None else workspace.session.why_read_only


def a_known_entity(workspace: Workspace) -> str:
    """Need an entity of a writable store whose model is known."""
    why_not = a_writable_store(workspace) or an_entity(workspace)
    view, session = workspace.inspector.view, workspace.session
    if why_not or view is None:
        return why_not or "The entity is being read."
    is_unknown = session is not None and session.model_of(view.facts) is None
    return f"The model {view.facts.type} is not known here, so only its history can be read." if is_unknown else ""


def _is_kept(workspace: Workspace) -> bool:
    view = workspace.inspector.view
    return view is None or not view.facts.discarded


a_store: Final = need(nothing, lambda ws: ws.session is not None, NO_STORE)
an_entity: Final = need(a_store, lambda ws: ws.selection.version is not None, "No entity is chosen.")
a_changeable_entity: Final = need(a_known_entity, _is_kept, "The entity was discarded; its history stays.")


def an_earlier_event(workspace: Workspace) -> str:
    at_first = "This is the first event." if workspace.selection.version == workspace.selection.first else _NO_FURTHER
    return an_entity(workspace) or ("" if workspace.selection.can_step(-1) else at_first)


def a_later_event(workspace: Workspace) -> str:
    at_last = "This is the last event." if workspace.selection.is_at_last else _NO_FURTHER
    return an_entity(workspace) or ("" if workspace.selection.can_step(1) else at_last)
