"""The table of actions: menus, toolbar, palette, shortcut sheet and README are generated from it."""

from collections.abc import Mapping
from typing import Final

from .compare import COMPARE
from .entity import COPY, EDIT
from .go import FIND, PLAY_SPEEDS, SNAPSHOTS, STEPS
from .history import BASES, CHECKS, EVENT_TYPES, RUNS
from .notes import BOOKMARKS, NOTES
from .spec import ActionContext as ActionContext
from .spec import ActionSpec as ActionSpec
from .state import VALUE_DISPLAY, WRITERS
from .store import OPEN, OPEN_STORE, QUIT
from .transfer import COPY_STORE, TRANSFER
from .trust import TRUST
from .view import HELP, LAYOUT, THEMES
from .watch import WATCH
from .what_if import WHAT_IF

MENUS: Final[Mapping[str, tuple[tuple[ActionSpec, ...], ...]]] = {
    "Store": (OPEN, OPEN_STORE, TRANSFER, TRUST + COPY_STORE, QUIT),
    "Entity": (EDIT, COPY, NOTES),
    "Go": (STEPS, PLAY_SPEEDS, SNAPSHOTS, FIND, BOOKMARKS),
    "Debug": (BASES, CHECKS, WRITERS, COMPARE, WATCH, EVENT_TYPES),
    "What if": (WHAT_IF,),
    "View": (THEMES, LAYOUT, VALUE_DISPLAY, RUNS),
    "Help": (HELP,),
}
"""Each menu with its groups of actions."""
ACTIONS: Final = tuple(spec for groups in MENUS.values() for group in groups for spec in group)
"""Every action, in the order of the menus."""
