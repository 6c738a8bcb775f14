"""Short class names from PHP, Ruby, Java, Elixir and .NET: ``Placed`` for ``Ordering::Placed``."""

from __future__ import annotations

import re
from typing import Final

from .foreign import ForeignItem

_SEPARATOR: Final = re.compile(r"::|[\\.$+]")
_SUFFIX: Final = re.compile(r"[,\[`#].*", re.DOTALL)
"""What follows a class name: the assembly, type parameters, or the revision of the payload."""


def short_name(name: str) -> str:
    """Return the last part of a qualified class name."""
    parts = [part for part in _SEPARATOR.split(_SUFFIX.sub("", name)) if part]
    return parts[-1] if parts else name


def camel_case(name: str) -> str:
    """Return the class name for a name in snake case: ``OrderPlaced`` for ``order_placed``."""
    return "".join(word[0].upper() + word[1:] for word in name.split("_") if word) or name


def class_names(topic: str, item: ForeignItem | None) -> tuple[str, str]:
    """Return the short names of the event's class and, if the record has it, of the entity's class."""
    entity = "" if item is None or not item.entity_type else short_name(str(item.entity_type))
    return short_name(topic), entity or "aggregate"
