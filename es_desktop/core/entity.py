"""Entities: objects with an identity, whose state results from their events, and the mutator that applies these."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeVar
from uuid import uuid4

from . import events
from .bus import publish
from .errors import (
    EntityIsDiscarded,
    MismatchedOriginatorIDError,
    MismatchedOriginatorVersionError,
    MutatorRequiresTypeNotInstance,
)
from .events import DomainEvent, EntityId
from .topics import deep_copy, known_classes

Apply = Callable[[Any, Any], Any]
"""``(event, class or entity) -> entity or None``."""


def entity_mutator(initial: Any, event: Any) -> Any:
    """Apply an event to ``initial``: the class for ``Created``, an entity for any other event.

    Return the entity; ``None`` after ``Discarded``. Events that a model defines have a method ``mutate(entity)``:
    without it, raises ``NotImplementedError``. An event of another entity or version raises ``Mismatched…Error``.
    The entity gets copies of the event's values, so that its later changes never reach the event.
    """
    apply = _cache.get(type(event)) or _find(type(event))
    return apply(event, initial)


_cache: Final[dict[type, Apply]] = {}


def _find(event_class: type) -> Apply:
    """Return the function that applies events of a class: that of its nearest base, or its own ``mutate``."""
    apply = next((_BY_BASE[base] for base in event_class.__mro__ if base in _BY_BASE), None)
    if apply is None:
        if not (issubclass(event_class, events.DomainEvent) and hasattr(event_class, "mutate")):
            raise NotImplementedError(f"there is no mutator for {event_class.__qualname__}")
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


E = TypeVar("E", bound="DomainEntity")


def _define_own_events(cls: type) -> None:
    """Define a subclass of each event class that an entity class inherits, so that topics name the entity type."""
    for name in sorted(dir(cls), key=lambda name: name != "Event"):
        inherited = getattr(cls, name)
        if name in vars(cls) or not _is_nested_event(inherited, name):
            continue
        own_base = vars(cls).get("Event")
        bases = (inherited,) if own_base is None else (own_base, inherited)
        setattr(
            cls, name, type(name, bases, {"__module__": cls.__module__, "__qualname__": f"{cls.__qualname__}.{name}"})
        )


def _is_nested_event(member: object, name: str) -> bool:
    return isinstance(member, type) and issubclass(member, DomainEvent) and member.__qualname__.endswith(f".{name}")


BOOKKEEPING = frozenset(
    {"_id", "_version", "_is_discarded", "_created_on", "_last_modified_on"}  # ours
    | {"_last_modified"}  # Python eventsourcing 2 and 3
)
"""Attributes that entities keep about themselves; they are not part of the state that is shown."""


def attribute(getter: Callable[[Any], Any]) -> property:
    """Return a property for a method without a body: its value is stored as ``_name`` and changes through events.

    Setting it publishes ``AttributeChanged(name='_name', value=...)``. Raises ``TypeError`` for anything but a method.
    """
    if not callable(getter):
        raise TypeError(f"attribute decorates a method, not {getter!r}")
    name = f"_{getter.__name__}"

    @wraps(getter)  # forms read from its annotation which values a person may set
    def get(entity: Any) -> Any:
        return entity.__dict__[name]

    def set_by_event(entity: Any, value: Any) -> None:
        entity.change_attribute(name=name, value=value)

    return property(get, set_by_event, doc=getter.__doc__)


def attribute_names(entity_class: type) -> list[str]:
    """Return the names of a class's properties made by ``attribute``, in the order of declaration, bases first."""
    names = []
    for base in reversed(entity_class.__mro__):
        for name, member in vars(base).items():
            if isinstance(member, property) and member.fset and member.fset.__name__ == "set_by_event":
                names.append(name)
    return list(dict.fromkeys(names))


class DomainEntity:
    """An entity with an id. Subclasses add attributes, events, and a mutator for these events."""

    class Event(events.EventWithOriginatorID):
        """The base of the events of this entity type."""

    class Created(Event, events.Created):
        """The entity was created."""

    class AttributeChanged(Event, events.AttributeChanged):
        """An attribute got a new value."""

    class Discarded(Event, events.Discarded):
        """The entity was discarded."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        known_classes.register(cls)
        _define_own_events(cls)

    def __init__(self, originator_id: EntityId) -> None:
        self._id = originator_id
        self._is_discarded = False

    @property
    def id(self) -> EntityId:
        return self._id

    @property
    def is_discarded(self) -> bool:
        return self._is_discarded

    def change_attribute(self, name: str, value: Any) -> None:
        """Change the attribute that is stored as ``name``, and publish the event.

        Raises ``EntityIsDiscarded``, and any error of a handler; the entity is unchanged then.
        """
        self._trigger(self.AttributeChanged, name=name, value=value)

    def discard(self) -> None:
        """Discard the entity, and publish the event. Raises as ``change_attribute`` does."""
        self._trigger(self.Discarded)

    @classmethod
    def mutate(cls, entity: Any = None, event: Any = None) -> Any:
        """Apply an event to an entity, which it changes; return the entity, or ``None`` if it is discarded now.

        Without an entity, the event must be a ``Created``. Raises as ``entity_mutator`` does.
        """
        return cls._mutator(cls if entity is None else entity, event)

    _mutator = staticmethod(entity_mutator)
    """``(class or entity, event) -> entity or None``; an entity class may replace it to apply its events itself."""

    def _trigger(self, event_class: Callable[..., DomainEvent], **attributes: Any) -> None:
        self._assert_not_discarded()
        self._apply_and_publish(event_class(**self._next_event_attributes(), **attributes))

    def _apply_and_publish(self, event: DomainEvent | list[DomainEvent]) -> None:
        # Applied before it is published, so that an event that the mutator refuses is never stored.
        before = deep_copy(self.__dict__)
        try:
            for each in event if isinstance(event, list) else [event]:
                self._apply(each)
            self._publish(event)
        except BaseException:
            self.__dict__.clear()
            self.__dict__.update(before)
            raise

    def _apply(self, event: DomainEvent) -> None:
        self.mutate(self, event)

    def _publish(self, event: DomainEvent | list[DomainEvent]) -> None:
        publish(event)

    def _next_event_attributes(self) -> dict[str, Any]:
        return {"originator_id": self._id}

    def _validate_originator(self, event: Any) -> None:
        if event.originator_id != self._id:
            raise MismatchedOriginatorIDError(f"an event of {event.originator_id} does not apply to {self._id}")

    def _accept(self, event: Any) -> None:
        """Update the version and the times of the entity; called after an event was applied."""

    def _assert_not_discarded(self) -> None:
        if self._is_discarded:
            raise EntityIsDiscarded(f"{type(self).__name__} {self._id} is discarded and cannot change")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__


class VersionedEntity(DomainEntity):
    """An entity that counts its events, so that of two concurrent writers one is refused."""

    class Event(DomainEntity.Event, events.VersionedEntityEvent):
        """An event with its version."""

    class Created(Event, DomainEntity.Created):
        """The entity was created, at version 0."""

        def __init__(self, originator_version: int = 0, **attributes: Any) -> None:
            super().__init__(originator_version=originator_version, **attributes)

    class AttributeChanged(Event, DomainEntity.AttributeChanged):
        pass

    class Discarded(Event, DomainEntity.Discarded):
        pass

    def __init__(self, originator_version: int = 0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._version = originator_version

    @property
    def version(self) -> int:
        """The number of its events, which is the version of the next one."""
        return self._version

    def _next_event_attributes(self) -> dict[str, Any]:
        return {**super()._next_event_attributes(), "originator_version": self._version}

    def _validate_originator(self, event: Any) -> None:
        # This runs for every event, and most match: two comparisons show that; the rest finds what does not match.
        is_same_id = event.originator_id is self._id or event.originator_id == self._id
        if is_same_id and event.originator_version == self._version:
            return
        super()._validate_originator(event)
        if event.originator_version != self._version:
            raise MismatchedOriginatorVersionError(
                f"the event has version {event.originator_version}, where {self._version} is the next of {self._id}"
            )

    def _accept(self, event: Any) -> None:
        super()._accept(event)
        self._increment_version()

    def _increment_version(self) -> None:
        self._version += 1


class TimestampedEntity(DomainEntity):
    """An entity with the times when it was created and last changed, in seconds since the epoch, UTC."""

    class Event(DomainEntity.Event, events.TimestampedEntityEvent):
        """An event with its time."""

    class Created(Event, DomainEntity.Created):
        pass

    class AttributeChanged(Event, DomainEntity.AttributeChanged):
        pass

    class Discarded(Event, DomainEntity.Discarded):
        pass

    def __init__(self, timestamp: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._created_on = timestamp
        self._last_modified_on = timestamp

    @property
    def created_on(self) -> float:
        return self._created_on

    @property
    def last_modified_on(self) -> float:
        return self._last_modified_on

    def _accept(self, event: Any) -> None:
        super()._accept(event)
        self._last_modified_on = event.timestamp


class TimestampedVersionedEntity(TimestampedEntity, VersionedEntity):
    """An entity with versions and times: the base of most models."""

    class Event(TimestampedEntity.Event, VersionedEntity.Event, events.TimestampedVersionedEntityEvent):
        """An event with its version and its time."""

    class Created(Event, TimestampedEntity.Created, VersionedEntity.Created):
        pass

    class AttributeChanged(Event, TimestampedEntity.AttributeChanged, VersionedEntity.AttributeChanged):
        pass

    class Discarded(Event, TimestampedEntity.Discarded, VersionedEntity.Discarded):
        pass

    def _accept(self, event: Any) -> None:
        # The same as its bases do. This runs for every event, and calling them with super() takes three times as long.
        self._version += 1
        self._last_modified_on = event.timestamp


def create_entity(entity_class: type[E], originator_id: EntityId | None = None, **attributes: Any) -> E:
    """Create an entity, publish its ``Created`` event, and return it. By default its id is a random UUID."""
    event = entity_class.Created(originator_id=originator_id or uuid4(), **attributes)
    entity: E = entity_class.mutate(event=event)
    publish(event)
    return entity
