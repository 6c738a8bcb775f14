"""The mutator of entities: which change each kind of event makes."""

from __future__ import annotations

from copy import deepcopy
from functools import singledispatch
from typing import Any

from . import events
from .errors import MutatorRequiresTypeNotInstance
from .events import DomainEvent


@singledispatch
def _apply_event(event: Any, initial: Any) -> Any:
    raise NotImplementedError(f"no mutator for {type(event).__qualname__}")


def entity_mutator(initial: Any, event: Any) -> Any:
    """Apply an event to what ``initial`` is: the class for ``Created``, an entity for any other event.

    An event of a model brings its own change: a method ``mutate(entity)``. Raises ``NotImplementedError`` for an event
    that has none. The entity gets copies of the event's values: its later changes never reach the event.
    """
    return _apply_event.dispatch(type(event))(event, initial)


@_apply_event.register
def _create(event: events.Created, cls: Any) -> Any:
    if not isinstance(cls, type):
        raise MutatorRequiresTypeNotInstance(
            f"{type(event).__qualname__} makes an entity from a class, not from {cls!r}"
        )
    entity = cls(**deepcopy(event.__dict__))
    entity._accept(event)
    return entity


@_apply_event.register
def _change_attribute(event: events.AttributeChanged, entity: Any) -> Any:
    _require_entity(entity, event)
    entity.__dict__[event.name] = deepcopy(event.value)
    entity._accept(event)
    return entity


@_apply_event.register
def _discard(event: events.Discarded, entity: Any) -> None:
    _require_entity(entity, event)
    entity._is_discarded = True
    entity._accept(event)


@_apply_event.register
def _let_event_change(event: DomainEvent, entity: Any) -> Any:
    change = getattr(event, "mutate", None)
    if change is None:
        raise NotImplementedError(f"{type(entity).__name__} has no mutator for {type(event).__qualname__}")
    _require_entity(entity, event)
    change(entity)
    entity._accept(event)
    return entity


def _require_entity(entity: Any, event: Any) -> None:
    if isinstance(entity, type):
        name = type(event).__qualname__
        raise ValueError(f"{name} changes an entity, but there is none: it was not created yet, or was discarded")
    entity._validate_originator(event)
