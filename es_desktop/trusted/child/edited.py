"""Events that a person edited."""

from __future__ import annotations

from typing import Any

_KEPT = ("originator_id", "timestamp", "originator_topic")


def edited_event(event_class: type[Any], stored: Any, version: int, data: dict[str, Any]) -> Any:
    """Return an event with other data and perhaps another class, but the id and the time of the stored event."""
    attributes = {name: value for name, value in vars(stored).items() if name in _KEPT}
    event = object.__new__(event_class)
    object.__setattr__(event, "__dict__", {**attributes, **data, "originator_version": version})
    return event
