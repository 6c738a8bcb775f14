"""Domain events: immutable values that say what happened; and the clock of new events, which can be set."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ClassVar, NoReturn
from uuid import UUID

from .topics import known_classes

_clock: ContextVar[Callable[[], float]] = ContextVar("clock", default=time.time)


def now() -> float:
    """Return the time of the current clock, in seconds since the epoch, UTC."""
    return _clock.get()()


@contextmanager
def clock_set_to(clock: Callable[[], float]) -> Iterator[None]:
    """Use ``clock`` for the times of new events in the running thread during a block."""
    token = _clock.set(clock)
    try:
        yield
    finally:
        _clock.reset(token)


# Our own models use UUIDs as ids; other systems use text too.
EntityId = UUID | str


class DomainEvent:
    """Something that happened. Its attributes are given by keyword and are immutable.

    Two events are equal if they have the same class and equal attributes.
    """

    _has_bases_after: ClassVar = False
    """Whether a class beside this one has a constructor to be called after it."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        known_classes.register(cls)
        cls._has_bases_after = cls.__mro__[-2] is not DomainEvent

    def __init__(self, **attributes: Any) -> None:
        if self._has_bases_after:
            super().__init__()
        self.__dict__.update(attributes)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__qualname__} is an event: its attribute {name!r} cannot be set")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__qualname__} is an event: its attribute {name!r} cannot be deleted")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((type(self), frozenset((name, _hash_if_any(value)) for name, value in self.__dict__.items())))

    def __repr__(self) -> str:
        attributes = ", ".join(f"{name}={value!r}" for name, value in sorted(self.__dict__.items()))
        return f"{type(self).__qualname__}({attributes})"


def _hash_if_any(value: object) -> int:
    # A list or a set has no hash. Without it, equal events still have equal hashes.
    try:
        return hash(value)
    except TypeError:
        return hash(None)


known_classes.register(DomainEvent)


class EventWithOriginatorID(DomainEvent):
    """An event of one entity."""

    originator_id: EntityId

    def __init__(self, originator_id: EntityId, **attributes: Any) -> None:
        super().__init__(originator_id=originator_id, **attributes)


class EventWithTimestamp(DomainEvent):
    """An event with its time in seconds since the epoch, UTC; by default the time of the current clock."""

    timestamp: float

    def __init__(self, timestamp: float | None = None, **attributes: Any) -> None:
        super().__init__(timestamp=now() if timestamp is None else timestamp, **attributes)


class EventWithOriginatorVersion(DomainEvent):
    """An event with its version: its number among the events of its entity, from 0."""

    originator_version: int

    def __init__(self, originator_version: int, **attributes: Any) -> None:
        version = originator_version
        if type(version) is not int and (isinstance(version, bool) or not isinstance(version, int)):
            raise TypeError(f"originator_version must be an int, not {originator_version!r}")
        super().__init__(originator_version=originator_version, **attributes)


class TimestampedEntityEvent(EventWithTimestamp, EventWithOriginatorID):
    """An event of an entity, with its time."""


class VersionedEntityEvent(EventWithOriginatorVersion, EventWithOriginatorID):
    """An event of an entity, with its version."""


class TimestampedVersionedEntityEvent(EventWithTimestamp, VersionedEntityEvent):
    """An event of an entity, with its version and its time."""


class _CoreEvent(DomainEvent):
    def mutate(self, entity: Any) -> None:
        """Apply what a subclass adds; called after what the core does with the event."""


class Created(_CoreEvent):
    """An entity was created; the other attributes are the arguments of its class."""


class AttributeChanged(_CoreEvent):
    """An attribute of an entity got a new value. ``name`` is the name under which it is stored, such as ``_foo``."""

    name: str
    value: Any


class Discarded(_CoreEvent):
    """An entity was discarded; its events remain in the store."""
