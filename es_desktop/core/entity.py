"""Entities: objects with an identity, whose state results from their events, and the mutator that applies these."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Final, TypeVar
from uuid import uuid4

from . import events
from .attributes import Attribute
from .bus import Appends, Origin, current_bus
from .commands import command
from .errors import (
    EntityIsDiscarded,
    EventNotStoredError,
    MismatchedOriginatorIDError,
    MismatchedOriginatorVersionError,
    MutatorRequiresTypeNotInstance,
)
from .events import DomainEvent, EntityId
from .topics import ORIGIN_SLOT, deep_copy, known_classes, model_class, state_of
from .undo import Undo

Apply = Callable[[Any, Any], Any]
"""``(event, class or entity) -> entity or None``."""


def entity_mutator(initial: Any, event: Any) -> Any:
    """Apply an event to ``initial``: the class for ``Created``, an entity for any other event.

    Return the entity; ``None`` after ``Discarded``. Events that a model defines have a method ``mutate(entity)``:
    without it, raises ``NotImplementedError``. An event of another entity or version raises ``Mismatched…Error``.
    The entity gets copies of the event's values, so that its later changes never reach the event.
    """
    return _applies[type(event)](event, initial)


class _Applies(dict[type, Apply]):
    """The function that applies events of a class: that of its nearest base, or its own ``mutate``."""

    def __missing__(self, event_class: type) -> Apply:
        apply = next((_BY_BASE[base] for base in event_class.__mro__ if base in _BY_BASE), None)
        if apply is None:
            if not (issubclass(event_class, events.DomainEvent) and hasattr(event_class, "mutate")):
                raise NotImplementedError(f"there is no mutator for {event_class.__qualname__}")
            apply = _mutate
        return self.setdefault(event_class, apply)


_applies: Final = _Applies()


def _create(event: Any, cls: Any) -> Any:
    if not isinstance(cls, type):
        raise MutatorRequiresTypeNotInstance(
            f"{type(event).__qualname__} makes an entity from a class, not from {cls!r}"
        )
    entity = cls(**deep_copy(event.__dict__))
    event.mutate(entity)
    entity._accept(event)
    return entity


def _change_attribute(event: Any, entity: Any) -> Any:
    if isinstance(entity, type):
        raise _no_entity(event)
    entity._validate_originator(event)
    member = getattr(type(entity), event.name, None)
    setattr(entity, member.stored_as if isinstance(member, Attribute) else event.name, deep_copy(event.value))
    event.mutate(entity)
    entity._accept(event)
    return entity


def _discard(event: Any, entity: Any) -> None:
    if isinstance(entity, type):
        raise _no_entity(event)
    entity._validate_originator(event)
    entity._is_discarded = True
    event.mutate(entity)
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
    """Define a subclass of the event classes that an entity class inherits, so that topics name the entity type."""
    for name in sorted(dir(cls), key=lambda name: name != "Event"):
        if name in vars(cls):
            continue
        of_bases = [vars(base)[name] for base in cls.__mro__ if name in vars(base)]
        inherited = list(dict.fromkeys(each for each in of_bases if _is_nested_event(each, name)))
        own_base = [] if name == "Event" else [each for each in [vars(cls).get("Event")] if each is not None]
        bases = own_base + [each for each in inherited if not any(each in other.__mro__[1:] for other in inherited)]
        if inherited:
            members = {"__module__": cls.__module__, "__qualname__": f"{cls.__qualname__}.{name}"}
            setattr(cls, name, type(name, tuple(bases), members))


def _is_nested_event(member: object, name: str) -> bool:
    return isinstance(member, type) and issubclass(member, DomainEvent) and member.__qualname__.endswith(f".{name}")


BOOKKEEPING = frozenset(
    {"_id", "_version", "_is_discarded", "_created_on", "_last_modified_on"}  # ours
    | {"_last_modified"}  # Python eventsourcing 2 and 3
)
"""Attributes that entities keep about themselves; they are not part of the state that is shown."""


_HOOKS: Final = ("_validate_originator", "_accept", "_increment_version")


class DomainEntity:
    """An entity with an id. Subclasses add attributes, events, and a mutator for these events."""

    __slots__ = ("__dict__", "__weakref__", ORIGIN_SLOT)
    _es_origin: Origin | None
    _has_own_hooks: ClassVar = False
    """Whether a class outside this module defines one of ``_HOOKS``; if none does, the core does not call ``super``."""

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
        others = [vars(base) for base in cls.__mro__ if base.__module__ != __name__]
        cls._has_own_hooks = any(name in members for members in others for name in _HOOKS)

    def __init__(self, originator_id: EntityId, **kwargs: Any) -> None:
        following = super().__init__
        if kwargs and following.__qualname__ == "object.__init__":
            raise TypeError(f"{type(self).__name__} has no parameter {' or '.join(kwargs)}")
        following(**kwargs)
        self._id = originator_id
        self._is_discarded = False

    @property
    def id(self) -> EntityId:
        return self._id

    @property
    def is_discarded(self) -> bool:
        return self._is_discarded

    @command
    def change_attribute(self, name: str, value: Any) -> None:
        """Change the attribute that is stored as ``name``, and publish the event.

        Raises ``EntityIsDiscarded``, ``EventNotStoredError``, and any error of a handler. Unless the event was stored
        before, as where a later handler fails, the entity is unchanged then.
        """
        self._trigger(self.AttributeChanged, name=name, value=value)

    @command
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
        undo = Undo(self)
        with Appends(event) as appends:
            try:
                for each in appends.events:
                    self._apply(each)
                undo.stop()
                self._publish(event)
            except BaseException:
                stored = appends.stored(self._store)
                if len(stored) < len(appends.events):
                    undo.restore()
                    for each in stored:
                        self._apply(each)
                raise

    def _apply(self, event: DomainEvent) -> None:
        self.mutate(self, event)

    def _publish(self, event: DomainEvent | list[DomainEvent]) -> None:
        """Publish on the bus of the store that the entity came from, or was first stored in; else on the current bus.

        Raises ``EventNotStoredError`` if that store does not keep the event, or if no policy of the current bus does.
        On a bus without policies the event is only passed to the handlers, and no store takes later ones.
        """
        origin = getattr(self, ORIGIN_SLOT, None)
        bus = current_bus() if origin is None else origin.bus
        is_unstored = origin is None or origin.is_unstored
        if origin is not None and is_unstored and (bus.stores or current_bus().stores):
            raise EventNotStoredError(f"earlier events of {self._id} were published where no store keeps them")
        with Appends(event) as appends:
            handlers = bus.publish(event)
        stored = appends.stored(self._store)
        is_to_be_stored = bus.stores if is_unstored else self._store is not None or not handlers
        if is_to_be_stored and len(stored) < len(appends.events):
            names = " and ".join(dict.fromkeys(type(each).__qualname__ for each in appends.events))
            raise EventNotStoredError(f"no open store keeps {names} of {self._id}: nothing was stored")
        if is_unstored:
            object.__setattr__(self, ORIGIN_SLOT, Origin(bus, appends.store, is_unstored=not stored))

    @property
    def _store(self) -> Any:
        return getattr(getattr(self, ORIGIN_SLOT, None), "store", None)

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
        return model_class(type(self)) is model_class(type(other)) and state_of(self) == state_of(other)


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
        # This runs for every event, and nearly always it is the same object, which is faster than ``UUID.__eq__``.
        if event.originator_id is not self._id or self._has_own_hooks:
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

    def __init__(self, timestamp: float | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._created_on = events.now() if timestamp is None else timestamp
        self._last_modified_on = self._created_on

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
        if self._has_own_hooks:
            super()._accept(event)
            return
        # The same as its bases do. This runs for every event, and calling them with super() takes three times as long.
        self._version += 1
        self._last_modified_on = event.timestamp


def create_entity(entity_class: type[E], originator_id: EntityId | None = None, **attributes: Any) -> E:
    """Create an entity, publish its ``Created`` event, and return it. By default its id is a random UUID.

    Raises ``EventNotStoredError`` if the current bus has policies, and none of them keeps the event.
    """
    event = entity_class.Created(originator_id=uuid4() if originator_id is None else originator_id, **attributes)
    entity: E = entity_class.mutate(event=event)
    entity._publish(event)
    return entity
