"""The keys of actions in texts, as they are now: a person may have changed them."""

from __future__ import annotations

import re
from typing import Final

_NAMED: Final = re.compile(r"\{([a-z][\w-]*)\}")
_keys: dict[str, str] = {}
_titles: dict[str, str] = {}


def use_keys(action: str, title: str, keys: str) -> None:
    """Have the first of these keys, separated by spaces, named for an action; its title where it has none."""
    _keys[action] = next(iter(keys.split()), "")
    _titles[action] = f"“{title.rstrip('…')}” in the menus"


def key_of(action: str) -> str:
    """Return the key of an action; an empty text for none."""
    return _keys.get(action, "")


def with_keys(text: str) -> str:
    """Return a text of the program in which each ``{action}`` is replaced by its key: ``Press {go-to}.``."""
    return _NAMED.sub(lambda found: key_of(found[1]) or _titles.get(found[1], found[0]), text)
