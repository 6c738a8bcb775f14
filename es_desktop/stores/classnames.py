"""Class names of PHP, Ruby, Java, Elixir and .NET as people say them: ``Placed`` for ``Ordering::Placed``."""

from __future__ import annotations

import re
from typing import Final

from .foreign import ForeignItem

_SEPARATOR: Final = re.compile(r"::|[\\.$+]")
_BEHIND: Final = re.compile(r"[,\[`#].*", re.DOTALL)
"""What follows the name of a class: its assembly, the types that it is made for, the revision of its payload."""


def short_name(name: str) -> str:
    """Return the last part of the name of a class."""
    parts = [part for part in _SEPARATOR.split(_BEHIND.sub("", name)) if part]
    return parts[-1] if parts else name


def camel_case(name: str) -> str:
    """Return ``order_placed`` as the class is called that it was made of: ``OrderPlaced``."""
    return "".join(word[0].upper() + word[1:] for word in name.split("_") if word) or name


def class_names(topic: str, item: ForeignItem | None) -> tuple[str, str]:
    """Read the name of an event's class, and that of its entity's where the record has it."""
    entity = "" if item is None or not item.entity_type else short_name(str(item.entity_type))
    return short_name(topic), entity or "aggregate"
