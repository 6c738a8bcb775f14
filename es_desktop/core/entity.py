"""Entities: things with an identity whose state is what their events made of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import uuid4

from . import events
from .bus import publish
from .copying import deep_copy
from .errors import EntityIsDiscarded, MismatchedOriginatorIDError, MismatchedOriginatorVersionError
from .events import DomainEvent, EntityId
from .mutator import entity_mutator
from .topics import known_classes

E = TypeVar("E", bound="DomainEntity")


def _give_own_events(cls: type) -> None:
    """Give a class events of its own where it only inherits them, so that a topic tells the kind of entity."""
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
"""Attributes by which entities keep track of themselves, rather than of what they stand for."""


class DomainEntity:
    """An entity with an id. Subclasses add attributes, events, and a mutator for those events."""

    class Event(events.EventWithOriginatorID):
        """What every event of this kind of entity is."""

    class Created(Event, events.Created):
        """The entity came to be."""

    class AttributeChanged(Event, events.AttributeChanged):
        """One attribute got a new value."""

    class Discarded(Event, events.Discarded):
        """The entity is no more."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        known_classes.register(cls)
        _give_own_events(cls)

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
        """Publish that the attribute kept under ``name`` got a value.

        Raises ``EntityIsDiscarded``, and what the subscribers raise; the entity is then as it was before.
        """
        self._trigger(self.AttributeChanged, name=name, value=value)

    def discard(self) -> None:
        """Publish that the entity is no more. Raises ``EntityIsDiscarded`` where it is none already."""
        self._trigger(self.Discarded)

    @classmethod
    def mutate(cls, entity: Any = None, event: Any = None) -> Any:
        """Apply an event: return the entity as the event leaves it, or ``None`` once it is discarded.

        Without an entity, the event has to be the one that creates it.
        """
        return cls._mutator(cls if entity is None else entity, event)

    _mutator = staticmethod(entity_mutator)
    """``(class or entity, event) -> entity or None``: what a kind of entity replaces to apply its events itself."""

    def _trigger(self, event_class: Callable[..., DomainEvent], **attributes: Any) -> None:
        self._assert_not_discarded()
        self._apply_and_publish(event_class(**self._next_event_attributes(), **attributes))

    def _apply_and_publish(self, event: DomainEvent | list[DomainEvent]) -> None:
        # Applied first, so that an event that the mutator refuses is never stored.
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
        """Take over what each event says of the entity as a whole; called after the event was applied."""

    def _assert_not_discarded(self) -> None:
        if self._is_discarded:
            raise EntityIsDiscarded(f"{type(self).__name__} {self._id} is discarded and cannot change")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__


class VersionedEntity(DomainEntity):
    """An entity that counts its events, so that two writers cannot both append the same next one."""

    class Event(DomainEntity.Event, events.VersionedEntityEvent):
        """An event with its place in the sequence."""

    class Created(Event, DomainEntity.Created):
        """The entity came to be, at version 0."""

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
        """How many events the entity has, which is the version that the next one gets."""
        return self._version

    def _next_event_attributes(self) -> dict[str, Any]:
        return {**super()._next_event_attributes(), "originator_version": self._version}

    def _validate_originator(self, event: Any) -> None:
        # Every event passes here, and most fit: two questions tell that, and what is below tells what does not fit.
        is_ours = event.originator_id is self._id or event.originator_id == self._id
        if is_ours and event.originator_version == self._version:
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
    """An entity that knows when it was made and last changed, in seconds since the epoch."""

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
    """An entity with versions and times: what most models start from."""

    class Event(TimestampedEntity.Event, VersionedEntity.Event, events.TimestampedVersionedEntityEvent):
        """An event with its place in the sequence and its time."""

    class Created(Event, TimestampedEntity.Created, VersionedEntity.Created):
        pass

    class AttributeChanged(Event, TimestampedEntity.AttributeChanged, VersionedEntity.AttributeChanged):
        pass

    class Discarded(Event, TimestampedEntity.Discarded, VersionedEntity.Discarded):
        pass

    def _accept(self, event: Any) -> None:
        # What its bases do, without the way through them, which takes three times as long: every event passes here.
        self._version += 1
        self._last_modified_on = event.timestamp


def create_entity(entity_class: type[E], originator_id: EntityId | None = None, **attributes: Any) -> E:
    """Publish that an entity came to be, under a new random id unless told, and return it."""
    event = entity_class.Created(originator_id=originator_id or uuid4(), **attributes)
    entity: E = entity_class.mutate(event=event)
    publish(event)
    return entity
