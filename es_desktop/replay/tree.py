"""Plain trees: states as dicts, lists and leaf values, with names for people."""

from __future__ import annotations

import enum
from collections import deque
from collections.abc import Mapping
from typing import Any, Final

from es_desktop.core.entity import BOOKKEEPING

PlainTree = Any
"""Dicts with text keys, lists, and leaves of any type. It shares no mutable object with the state."""
_LEAVES: Final = frozenset({str, int, float, bool, type(None)})


def plain_state(attributes: Mapping[str, Any]) -> dict[str, PlainTree]:
    """Return the attributes of an entity under plain names (``foo`` for ``_foo``), without its bookkeeping."""
    return {plain_name(name): plain(value) for name, value in attributes.items() if name not in BOOKKEEPING}


def plain_name(name: str) -> str:
    """Return the name of an attribute for people: without leading underscores."""
    return name.lstrip("_") or name


def plain(value: Any) -> PlainTree:
    """Return a value as a plain tree. A set becomes a list in a fixed order, an object a dict of its attributes."""
    if type(value) in _LEAVES:  # most values are, and the checks below take longer
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, deque)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return [plain(item) for item in sorted(value, key=repr)]
    if hasattr(value, "__dict__") and not isinstance(value, enum.Enum):
        return plain_state(vars(value))
    return value
