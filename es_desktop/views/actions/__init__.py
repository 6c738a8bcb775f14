"""The table of actions: menus, toolbar, palette, shortcut sheet and README are made from it."""

from typing import Final

from .compare import COMPARE
from .copy import COPY
from .copying import WORK_ON_COPY
from .debug import DEBUG
from .entity import ENTITY
from .export import EXPORT
from .go import GO
from .notes import BOOKMARKS, NOTES
from .spec import ActionSpec as ActionSpec
from .spec import Desk as Desk
from .state import PREFERENCES, WHY
from .store import QUIT, STORE
from .timeline import EVENT_TYPES, FOLDING
from .trust import TRUST
from .view import HELP, VIEW
from .watch import WATCH
from .what_if import WHAT_IF

ACTIONS: Final[tuple[ActionSpec, ...]] = (
    *STORE,
    *EXPORT,
    *TRUST,
    *WORK_ON_COPY,
    *QUIT,
    *ENTITY,
    *COPY,
    *NOTES,
    *GO,
    *BOOKMARKS,
    *DEBUG,
    *WHY,
    *COMPARE,
    *WATCH,
    *WHAT_IF,
    *EVENT_TYPES,
    *VIEW,
    *PREFERENCES,
    *FOLDING,
    *HELP,
)
"""Every action, in the order of its menu."""
MENUS: Final = tuple(dict.fromkeys(spec.menu for spec in ACTIONS))
