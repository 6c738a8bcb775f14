"""The types of event that an entity may have, each with a payload to begin with."""

from __future__ import annotations

import enum
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from es_desktop.app.branch.history import RecordedHistory
from es_desktop.core import DomainEvent, KnownClasses, topic_of
from es_desktop.replay.event_copies import FRAME

_BLANKS: Final[dict[Any, Any]] = {str: "", int: 0, float: 0.0, bool: False, Decimal: Decimal("0.00")}


@dataclass(frozen=True, slots=True)
class EventType:
    """A type of event."""

    topic: str
    name: str
    example: Mapping[str, Any]
    """A payload of it: that of an event of this type, or blank values."""


def event_types(recorded: RecordedHistory, passed: int) -> list[EventType]:
    """Return the types that occur in the history, then those of the entity's class besides.

    The example is that of the last one among the first ``passed`` events, or else of the first one behind them.
    """
    found: dict[str, EventType] = {}
    for place, event in enumerate(recorded.events):
        if event.error is None and (place < passed or event.topic not in found):
            found[event.topic] = EventType(event.topic, event.type, event.data)
    for topic, event_class in _classes_of(recorded.facts.topic, recorded.reading.classes).items():
        if topic not in found:
            found[topic] = EventType(topic, event_class.__name__, _blank(event_class))
    return list(found.values())


def _classes_of(topic: str | None, classes: KnownClasses) -> dict[str, type[Any]]:
    """Return the classes of event inside the class of an entity, by topic; without the one that all derive from."""
    entity_class = classes.find(topic) if topic is not None else None
    inside = [] if entity_class is None else vars(entity_class).items()
    return {
        topic_of(member): member
        for name, member in inside
        if name != "Event" and isinstance(member, type) and issubclass(member, DomainEvent)
    }


def _blank(event_class: type[Any]) -> dict[str, Any]:
    try:
        hints = typing.get_type_hints(event_class)
    except NameError:  # a name that only a type checker knows
        return {}
    return {name: _blank_value(hint) for name, hint in hints.items() if name not in FRAME}


def _blank_value(hint: Any) -> Any:
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return next(iter(hint), None)
    origin = typing.get_origin(hint)
    return origin() if origin in (list, dict) else _BLANKS.get(hint)
