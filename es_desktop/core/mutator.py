"""The mutator of entities: which change each kind of event makes."""

from __future__ import annotations

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
    that has none.
    """
    return _apply_event.dispatch(type(event))(event, initial)


@_apply_event.register
def _create(event: events.Created, cls: Any) -> Any:
    if not isinstance(cls, type):
        raise MutatorRequiresTypeNotInstance(f"{type(event).__qualname__} makes an entity from a class, not from {cls!r}")
    entity = cls(**event.__dict__)
    entity._accept(event)
    return entity


@_apply_event.register
def _change_attribute(event: events.AttributeChanged, entity: Any) -> Any:
    entity._validate_originator(event)
    entity.__dict__[event.name] = event.value
    entity._accept(event)
    return entity


@_apply_event.register
def _discard(event: events.Discarded, entity: Any) -> None:
    entity._validate_originator(event)
    entity._is_discarded = True
    entity._accept(event)


@_apply_event.register
def _let_event_change(event: DomainEvent, entity: Any) -> Any:
    change = getattr(event, "mutate", None)
    if change is None:
        raise NotImplementedError(f"{type(entity).__name__} has no mutator for {type(event).__qualname__}")
    entity._validate_originator(event)
    change(entity)
    entity._accept(event)
    return entity
