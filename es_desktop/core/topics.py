"""Topics, the texts that name the class of a stored record; and objects of these classes, new and copied.

A topic is ``module#Qualified.Name``. It is data from a file, so it is only looked up among the known classes;
resolving one never imports a module and never reads attributes by name.
"""

from __future__ import annotations

import copyreg
import datetime as dt
from collections.abc import Callable, Iterable
from copy import deepcopy
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, NoReturn, TypeVar
from uuid import UUID

from .errors import TopicResolutionError


def topic_of(cls: type) -> str:
    """Return the topic of a class."""
    return f"{cls.__module__}#{cls.__qualname__}"


class KnownClasses:
    """A set of classes by topic. A class replaces an earlier one with the same topic, as after a reload."""

    def __init__(self, classes: Iterable[type] = ()) -> None:
        self._by_topic = _ByTopic()
        self.resolve: Callable[[str], type[Any]] = self._by_topic.__getitem__
        """Return the known class of a topic, or raise ``TopicResolutionError``."""
        for cls in classes:
            self.register(cls)

    def register(self, cls: type) -> str:
        """Make a class known, and return its topic."""
        topic = topic_of(cls)
        self._by_topic[topic] = cls
        return topic

    def register_model(self, *models: type) -> None:
        """Make entity classes known, each with the event and value classes inside it and its bases."""
        for model in models:
            self.register(model)
            for base in model.__mro__:
                for member in vars(base).values():
                    if isinstance(member, type):
                        self.register(member)

    def find(self, topic: str) -> type | None:
        """Return the known class of a topic, or ``None``."""
        return self._by_topic.get(topic)


class _ByTopic(dict[str, type[Any]]):
    def __missing__(self, topic: str) -> NoReturn:
        reason = f"the class {topic!r} is not known here; a store is read without importing code"
        raise TopicResolutionError(reason)


def new_object(cls: type[Any], attributes: dict[str, Any]) -> Any:
    """Return an object of a class with ``attributes`` as its ``__dict__``, without calling its constructor.

    Raises ``TopicResolutionError`` for a class whose objects have no ``__dict__``.
    """
    try:
        new = _new(cls)
        _set(new, "__dict__", attributes)  # not by the class's own __setattr__, which may refuse changes
    except (TypeError, AttributeError) as error:
        raise TopicResolutionError(f"{topic_of(cls)!r} is not a class of events or entities: {error}") from error
    return new


def keeps_all_in_dict(cls: type[Any]) -> bool:
    """Return whether objects of a class keep everything in their ``__dict__``: no slots, and no builtin base."""
    slots = {slot for base in cls.__mro__ for slot in vars(base).get("__slots__", ())}
    try:
        new_object(cls, {})
    except TopicResolutionError:
        return False
    return slots <= {"__dict__", "__weakref__"}


_new: Final = object.__new__
_set: Final = object.__setattr__

known_classes = KnownClasses()
"""The classes of this process that subclass the core's bases, whose objects it has stored, or that were registered."""


def topic_from_domain_class(domain_class: type) -> str:
    """Make a class known in this process, and return its topic."""
    return known_classes.register(domain_class)


def resolve_domain_topic(topic: str) -> type[Any]:
    """Return the known class of a topic. Raises ``TopicResolutionError`` if there is none."""
    return known_classes.resolve(topic)


T = TypeVar("T")
_IMMUTABLE: Final = frozenset({type(None), bool, int, float, complex, str, bytes, UUID, Decimal, dt.date, dt.timedelta})


def deep_copy(value: T) -> T:
    """Return a copy that shares no mutable part with the value. Parts that the value holds twice are copied once."""
    copied: T = _copy(value, {})
    return copied


def _copy(value: Any, copies: dict[int, Any]) -> Any:
    """Return a copy; ``copies`` has the finished ones by the id of the original, as the ``memo`` of ``deepcopy``."""
    cls: Any = type(value)
    if cls in _IMMUTABLE:
        return value
    if id(value) in copies:
        return copies[id(value)]
    if cls is dict:
        return _copy_dict(value, copies)
    if cls is list:
        copied: list[Any] = []
        copies[id(value)] = copied  # before its items: it may contain itself
        copied.extend(item if type(item) in _IMMUTABLE else _copy(item, copies) for item in value)
        return copied
    if _is_copied_by_dict(cls):
        attributes: dict[str, Any] = {}
        copies[id(value)] = copied_object = new_object(cls, attributes)
        attributes.update(_copy_dict(value.__dict__, copies))
        return copied_object
    return deepcopy(value, copies)


def _copy_dict(value: dict[Any, Any], copies: dict[int, Any]) -> dict[Any, Any]:
    copied: dict[Any, Any] = {}
    copies[id(value)] = copied
    for key, item in value.items():
        if type(key) is not str:
            key = _copy(key, copies)
        copied[key] = item if type(item) in _IMMUTABLE else _copy(item, copies)
    return copied


@lru_cache(1024)
def _is_copied_by_dict(cls: Any) -> bool:
    """Return whether ``deepcopy`` of an object of this class only copies its ``__dict__``."""
    inherited = ("__new__", "__getattribute__", "__reduce_ex__", "__reduce__", "__getstate__")
    absent = ("__deepcopy__", "__setstate__", "__getattr__")
    return (
        all(getattr(cls, name) is getattr(object, name) for name in inherited)
        and not any(hasattr(cls, name) for name in absent)
        and cls not in copyreg.dispatch_table
        and keeps_all_in_dict(cls)
    )
