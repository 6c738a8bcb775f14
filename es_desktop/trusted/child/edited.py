"""Events as a person made them: of a class, with the frame of a stored event around other data."""

from __future__ import annotations

from typing import Any


def edited(kind: type[Any], stored: Any, frame: tuple[str, ...], version: int, data: dict[str, Any]) -> Any:
    """Return an event of a class at a version, whose id and time are those of a stored event."""
    known = vars(stored)
    attributes = {name: known[name] for name in frame if name in known}
    event = object.__new__(kind)
    object.__setattr__(event, "__dict__", {**attributes, **data, "originator_version": version})
    return event
