"""The table of actions: menus, toolbar, palette, shortcut sheet and README are generated from it."""

from typing import Final

from .compare import COMPARE
from .copy import COPY
from .copying import WORKING_COPY
from .debug import DEBUG
from .entity import ENTITY
from .export import EXPORT
from .go import GO
from .notes import BOOKMARKS, NOTES
from .spec import ActionContext as ActionContext
from .spec import ActionSpec as ActionSpec
from .state import PREFERENCES, WRITERS
from .store import QUIT, STORE
from .timeline import EVENT_TYPE_FILTER, RUNS
from .trust import TRUST
from .view import HELP, VIEW
from .watch import WATCH
from .what_if import WHAT_IF

ACTIONS: Final[tuple[ActionSpec, ...]] = (
    *STORE,
    *EXPORT,
    *TRUST,
    *WORKING_COPY,
    *QUIT,
    *ENTITY,
    *COPY,
    *NOTES,
    *GO,
    *BOOKMARKS,
    *DEBUG,
    *WRITERS,
    *COMPARE,
    *WATCH,
    *WHAT_IF,
    *EVENT_TYPE_FILTER,
    *VIEW,
    *PREFERENCES,
    *RUNS,
    *HELP,
)
"""Every action, in the order of its menu."""
MENUS: Final = tuple(dict.fromkeys(spec.menu for spec in ACTIONS))
