"""The mutator of entities: which change each kind of event makes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from . import events
from .copying import deep_copy
from .errors import MutatorRequiresTypeNotInstance

Change = Callable[[Any, Any], Any]
"""``(event, class or entity) -> entity or None``."""


def entity_mutator(initial: Any, event: Any) -> Any:
    """Apply an event to what ``initial`` is: the class for ``Created``, an entity for any other event.

    An event of a model brings its own change: a method ``mutate(entity)``. Raises ``NotImplementedError`` for an event
    that has none. The entity gets copies of the event's values: its later changes never reach the event.
    """
    change = _found.get(type(event)) or _find(type(event), initial)
    return change(event, initial)


_found: Final[dict[type, Change]] = {}
"""What events of a class do, once it was found out."""


def _find(kind: type, initial: Any) -> Change:
    """Return what events of a class do: what those of the nearest base do, or else what they bring themselves."""
    change = next((_CHANGES[base] for base in kind.__mro__ if base in _CHANGES), None)
    if change is None:
        if not (issubclass(kind, events.DomainEvent) and hasattr(kind, "mutate")):
            whose = f"{type(initial).__name__} has " if issubclass(kind, events.DomainEvent) else ""
            raise NotImplementedError(f"{whose}no mutator for {kind.__qualname__}")
        change = _let_event_change
    return _found.setdefault(kind, change)


def _create(event: Any, cls: Any) -> Any:
    if not isinstance(cls, type):
        raise MutatorRequiresTypeNotInstance(
            f"{type(event).__qualname__} makes an entity from a class, not from {cls!r}"
        )
    entity = cls(**deep_copy(event.__dict__))
    entity._accept(event)
    return entity


def _change_attribute(event: Any, entity: Any) -> Any:
    if isinstance(entity, type):
        raise _no_entity(event)
    entity._validate_originator(event)
    entity.__dict__[event.name] = deep_copy(event.value)
    entity._accept(event)
    return entity


def _discard(event: Any, entity: Any) -> None:
    if isinstance(entity, type):
        raise _no_entity(event)
    entity._validate_originator(event)
    entity._is_discarded = True
    entity._accept(event)


def _let_event_change(event: Any, entity: Any) -> Any:
    if isinstance(entity, type):
        raise _no_entity(event)
    entity._validate_originator(event)
    event.mutate(entity)
    entity._accept(event)
    return entity


def _no_entity(event: Any) -> ValueError:
    name = type(event).__qualname__
    return ValueError(f"{name} changes an entity, but there is none: it was not created yet, or was discarded")


_CHANGES: Final[dict[type, Change]] = {
    events.Created: _create,
    events.AttributeChanged: _change_attribute,
    events.Discarded: _discard,
}
"""What the kinds of event do that the core knows."""
