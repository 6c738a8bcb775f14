"""The table of actions: menus, toolbar, palette, shortcut sheet and the reference are generated from it."""

from collections.abc import Mapping
from typing import Final

from .ask import ASK
from .compare import COMPARE
from .entity import COPY, EDIT
from .go import FIND, PLAY_SPEEDS, SNAPSHOTS, STEPS
from .help import EXPLAIN
from .history import BASES, CHECKS, EVENT_TYPES, RUNS
from .notes import BOOKMARKS, NOTES
from .quality import QUALITY
from .spec import ActionContext as ActionContext
from .spec import ActionSpec as ActionSpec
from .spec import Group, Submenu
from .spec import flat as flat
from .state import COPY_VALUE, FIND_VALUE, VALUE_DISPLAY, WATCH_VALUE, WRITERS
from .store import CLOSE, DEMO, OPEN, QUIT, READING, REFRESH, WINDOWS
from .tour import TOUR
from .transfer import TRANSFER
from .trust import TRUST
from .view import FULL_SCREEN, HELP, LAYOUT, MESSAGES, PREFERENCES, THEMES, TIMES
from .views import VIEW_SWITCH
from .watch import RUN, WATCH, WATCHPOINT
from .what_if import WHAT_IF

MENUS: Final[Mapping[str, tuple[Group, ...]]] = {
    "Store": (
        (*OPEN, Submenu("Demo", DEMO)),
        (REFRESH, Submenu("Export, import and copy", TRANSFER), Submenu("Reading and trust", READING + TRUST)),
        (PREFERENCES, CLOSE, QUIT),
    ),
    "Entity": (EDIT, (Submenu("Copy", COPY + COPY_VALUE), *NOTES)),
    "Go": (
        STEPS,
        (Submenu("Speed", PLAY_SPEEDS), *SNAPSHOTS),
        (Submenu("Find", (*FIND, FIND_VALUE)), Submenu("Bookmarks", BOOKMARKS)),
    ),
    "Debug": (
        (Submenu("Rebuild", BASES), Submenu("Snapshots", CHECKS), Submenu("Quality", QUALITY)),
        WRITERS,
        (WATCH, WATCH_VALUE, Submenu("Run", RUN), Submenu("Watchpoint", WATCHPOINT)),
        (Submenu("Compare", COMPARE), Submenu("Event types", EVENT_TYPES)),
    ),
    "Ask": (ASK,),
    "What if": (WHAT_IF,),
    "View": (
        (Submenu("Views", VIEW_SWITCH), Submenu("Theme", THEMES), Submenu("Times", TIMES), LAYOUT, MESSAGES),
        VALUE_DISPLAY,
        (Submenu("Runs of equal events", RUNS),),
    ),
    "Window": (WINDOWS, (FULL_SCREEN,)),
    "Help": (EXPLAIN, TOUR, HELP),
}
"""Each menu with its groups of entries, at most twelve in all: more are grouped in submenus."""
ACTIONS: Final = tuple(spec for menu, groups in MENUS.items() for _, spec in flat(menu, groups))
"""Every action, in the order of the menus."""
