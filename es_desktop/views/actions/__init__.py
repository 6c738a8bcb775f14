"""The table of actions: menus, toolbar, palette, shortcut sheet and README are made from it."""

from typing import Final

from .copy import COPY
from .debug import DEBUG
from .entity import ENTITY
from .go import GO
from .spec import ActionSpec as ActionSpec
from .spec import Desk as Desk
from .store import QUIT, STORE
from .view import HELP, VIEW

ACTIONS: Final[tuple[ActionSpec, ...]] = (*STORE, *QUIT, *ENTITY, *COPY, *GO, *DEBUG, *VIEW, *HELP)
"""Every action, in the order of its menu."""
MENUS: Final = tuple(dict.fromkeys(spec.menu for spec in ACTIONS))
