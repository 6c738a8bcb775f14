"""The mutator of entities: applies events by their type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from . import events
from .copying import deep_copy
from .errors import MutatorRequiresTypeNotInstance

Apply = Callable[[Any, Any], Any]
"""``(event, class or entity) -> entity or None``."""


def entity_mutator(initial: Any, event: Any) -> Any:
    """Apply an event to ``initial``: the class for ``Created``, an entity for any other event.

    Return the entity; ``None`` after ``Discarded``. Events that a model defines have a method ``mutate(entity)``:
    without it, raises ``NotImplementedError``. An event of another entity or version raises ``Mismatched…Error``.
    The entity gets copies of the event's values, so that its later changes never reach the event.
    """
    apply = _cache.get(type(event)) or _find(type(event), initial)
    return apply(event, initial)


_cache: Final[dict[type, Apply]] = {}


def _find(event_class: type, initial: Any) -> Apply:
    """Return the function that applies events of a class: that of its nearest base, or its own ``mutate``."""
    apply = next((_BY_BASE[base] for base in event_class.__mro__ if base in _BY_BASE), None)
    if apply is None:
        if not (issubclass(event_class, events.DomainEvent) and hasattr(event_class, "mutate")):
            whose = f"{type(initial).__name__} has " if issubclass(event_class, events.DomainEvent) else ""
            raise NotImplementedError(f"{whose}no mutator for {event_class.__qualname__}")
        apply = _mutate
    return _cache.setdefault(event_class, apply)


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


def _mutate(event: Any, entity: Any) -> Any:
    if isinstance(entity, type):
        raise _no_entity(event)
    entity._validate_originator(event)
    event.mutate(entity)
    entity._accept(event)
    return entity


def _no_entity(event: Any) -> ValueError:
    name = type(event).__qualname__
    return ValueError(f"{name} changes an entity, but there is none: it was not created yet, or was discarded")


_BY_BASE: Final[dict[type, Apply]] = {
    events.Created: _create,
    events.AttributeChanged: _change_attribute,
    events.Discarded: _discard,
}
"""How the core event types are applied."""
