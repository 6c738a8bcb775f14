"""Topics, the texts that name the class of a stored record; and objects of these classes, new and copied.

A topic is ``module#Qualified.Name``. It is data from a file, so it is only looked up among the known classes;
resolving one never imports a module and never reads attributes by name.
"""

from __future__ import annotations

import copyreg
import datetime as dt
from collections.abc import Callable, Iterable
from contextlib import suppress
from copy import deepcopy
from decimal import Decimal
from functools import lru_cache
from types import MemberDescriptorType
from typing import Any, Final, NoReturn, TypeVar
from uuid import UUID

from .errors import TopicResolutionError, ValueEncodingError


def topic_of(cls: type) -> str:
    """Return the topic of a class."""
    return f"{cls.__module__}#{cls.__qualname__}"


MODEL_CLASS: Final = "_es_class"


def model_class(cls: type) -> type:
    """Return the class that a model defines; a command gives its entity a subclass of it for as long as it runs."""
    found: type = vars(cls).get(MODEL_CLASS, cls)
    return found


class KnownClasses:
    """A set of classes by topic. A class replaces an earlier one with the same topic, as after a reload."""

    def __init__(self, classes: Iterable[type] = ()) -> None:
        self._by_topic = _ByTopic()
        self.resolve: Callable[[str], type[Any]] = self._by_topic.__getitem__
        """Return the known class of a topic, or raise ``TopicResolutionError``."""
        self.find: Callable[[str], type[Any] | None] = self._by_topic.get
        """Return the known class of a topic, or ``None``."""
        for cls in classes:
            self.register(cls)

    def register(self, cls: type) -> str:
        """Make a class known, and return its topic."""
        topic = topic_of(cls)
        self._by_topic[topic] = model_class(cls)
        return topic

    def register_model(self, *models: type) -> None:
        """Make entity classes known, each with the event and value classes inside it and its bases."""
        for model in models:
            self._by_topic.update(_classes_in(model))


@lru_cache(64)  # each store that is opened knows the same models
def _classes_in(model: type) -> dict[str, type]:
    """Return an entity class and the classes inside it and its bases, by their topics."""
    members = (member for base in model.__mro__ for member in vars(base).values())
    return {topic_of(each): model_class(each) for each in (model, *members) if isinstance(each, type)}


class _ByTopic(dict[str, type[Any]]):
    def __missing__(self, topic: str) -> NoReturn:
        reason = f"the class {topic!r} is not known here; a store is read without importing code"
        raise TopicResolutionError(reason)


def new_object(cls: type[Any], attributes: dict[str, Any]) -> Any:
    """Return an object of a class with ``attributes`` as its ``__dict__``, without calling its constructor.

    Raises ``TopicResolutionError`` for a class whose objects have no ``__dict__``.
    """
    try:
        new = bare_object(cls)
        set_attribute(new, "__dict__", attributes)  # not by the class's own __setattr__, which may refuse changes
    except (TypeError, AttributeError) as error:
        raise TopicResolutionError(f"{topic_of(cls)!r} is not a class of events or entities: {error}") from error
    return new


@lru_cache(1024)
def keeps_all_in_dict(cls: Any) -> bool:
    """Return whether objects of a class keep everything in their ``__dict__``: no slots, and no builtin base."""
    try:
        new_object(cls, {})
    except TopicResolutionError:
        return False
    return not _slots_of(cls)


@lru_cache(1024)
def _slots_of(cls: Any) -> dict[str, Any]:
    """Return the descriptors of the slots of a class, by name."""
    bases = [vars(base) for base in cls.__mro__ if "__slots__" in vars(base)]
    members = {name: each for base in bases for name, each in base.items() if type(each) is MemberDescriptorType}
    members.pop(ORIGIN_SLOT, None)
    return members


ORIGIN_SLOT: Final = "_es_origin"
"""The slot of entities that says where their events are published; it is no part of their state."""


def state_of(value: Any) -> dict[str, Any]:
    """Return the attributes of an object by name, those in its ``__dict__`` and in its slots, in a new dict."""
    cls: Any = type(value)
    state = dict(getattr(value, "__dict__", ()))
    for name, slot in _slots_of(cls).items():
        with suppress(AttributeError):
            state[name] = slot.__get__(value)
    return state


def set_state(value: Any, state: dict[str, Any]) -> None:
    """Make ``state`` all the attributes of an object, without its own ``__setattr__``."""
    cls: Any = type(value)
    slots = _slots_of(cls)
    for name, slot in slots.items():
        if name in state:
            slot.__set__(value, state[name])
        else:
            with suppress(AttributeError):
                slot.__delete__(value)
    kept = getattr(value, "__dict__", {})
    kept.clear()
    kept.update((name, each) for name, each in state.items() if name not in slots)


def entity_of(cls: Any, state: dict[str, Any]) -> Any:
    """Return an entity of a class with these attributes; for ``dict``, the state itself.

    Raises ``TopicResolutionError`` for a class whose objects hold more than attributes.
    """
    if cls is dict or not _slots_of(cls):
        return state if cls is dict else new_object(cls, state)
    try:
        new = bare_object(cls)
    except TypeError as error:
        raise TopicResolutionError(f"{topic_of(cls)!r} is not a class of events or entities: {error}") from error
    set_state(new, state)
    return new


bare_object: Final = object.__new__
set_attribute: Final = object.__setattr__

known_classes = KnownClasses()
"""The classes of this process that subclass the core's bases, whose objects it has stored, or that were registered."""


def topic_from_domain_class(domain_class: type) -> str:
    """Make a class known in this process, and return its topic."""
    return known_classes.register(domain_class)


def resolve_domain_topic(topic: str) -> type[Any]:
    """Return the known class of a topic. Raises ``TopicResolutionError`` if there is none."""
    return known_classes.resolve(topic)


T = TypeVar("T")
IMMUTABLE: Final = frozenset({type(None), bool, int, float, complex, str, bytes, UUID, Decimal, dt.date, dt.timedelta})


def deep_copy(value: T) -> T:
    """Return a copy that shares no mutable part with the value. Parts that the value holds twice are copied once.

    Raises ``ValueEncodingError`` for what is nested too deeply, and for what cannot be copied.
    """
    try:
        copied: T = _copy(value, {})
    except RecursionError:
        raise ValueEncodingError("the value is nested too deeply to be copied") from None
    except TypeError as error:
        raise ValueEncodingError(f"the value cannot be copied, nor stored: {error}") from error
    return copied


def _copy(value: Any, copies: dict[int, Any]) -> Any:
    """Return a copy; ``copies`` has the finished ones by the id of the original, as the ``memo`` of ``deepcopy``."""
    cls: Any = type(value)
    if cls in IMMUTABLE:
        return value
    if id(value) in copies:
        return copies[id(value)]
    # Calls of a function for each level use up the stack, so there is one for each, whatever it is.
    if cls is dict:
        copied: Any = {}
        copies[id(value)] = copied
        for key, item in value.items():
            if type(key) is not str:
                key = _copy(key, copies)
            copied[key] = item if type(item) in IMMUTABLE else _copy(item, copies)
        return copied
    if cls is list:
        copied = []
        copies[id(value)] = copied  # before its items: it may contain itself
        for item in value:
            copied.append(item if type(item) in IMMUTABLE else _copy(item, copies))
        return copied
    if _is_copied_by_dict(cls):
        attributes: dict[str, Any] = {}
        copies[id(value)] = copied = new_object(cls, attributes)
        attributes.update(_copy(value.__dict__, copies))
        return copied
    return deepcopy(value, copies)


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
