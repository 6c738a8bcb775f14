"""Topics: the names by which a stored record says of which class it is.

A topic is ``module#Qualified.Name``. It is data out of a file, so it is only ever looked up among the classes that are
known already; resolving one never imports a module and never walks attributes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, NoReturn

from .errors import TopicResolutionError


def topic_of(cls: type) -> str:
    """Return the topic of a class."""
    return f"{cls.__module__}#{cls.__qualname__}"


class KnownClasses:
    """A set of classes, found by topic. The latest class of a topic wins, as it does in a module that is reloaded."""

    def __init__(self, classes: Iterable[type] = ()) -> None:
        self._by_topic = _ByTopic()
        self.resolve: Callable[[str], type[Any]] = self._by_topic.__getitem__
        """Returns the known class of a topic, or raises ``TopicResolutionError``."""
        for cls in classes:
            self.register(cls)

    def register(self, cls: type) -> str:
        """Make a class known, and return its topic."""
        topic = topic_of(cls)
        self._by_topic[topic] = cls
        return topic

    def register_model(self, *models: type) -> None:
        """Make entity classes known, each with the event and value classes defined inside it or its bases."""
        for model in models:
            self.register(model)
            for base in model.__mro__[:-1]:
                for member in vars(base).values():
                    if isinstance(member, type):
                        self.register(member)

    def find(self, topic: str) -> type | None:
        """Return the known class of a topic, or ``None``."""
        return self._by_topic.get(topic)


class _ByTopic(dict[str, type[Any]]):
    def __missing__(self, topic: str) -> NoReturn:
        told = f"the class {topic!r} is not known here; a store is read without importing code"
        raise TopicResolutionError(told)


def new_object(cls: type[Any], attributes: dict[str, Any]) -> Any:
    """Return an object of a class that has these attributes, the very dict, without calling its constructor.

    Raises ``TopicResolutionError`` for a class whose objects do not keep their attributes in a ``__dict__``.
    """
    try:
        made = _new(cls)
        _set(made, "__dict__", attributes)  # past the class's own, which may refuse every change
    except (TypeError, AttributeError) as error:
        raise TopicResolutionError(f"{topic_of(cls)!r} is not a class of events or entities: {error}") from error
    return made


def keeps_all_in_dict(kind: type[Any]) -> bool:
    """Tell whether objects of a class hold all in their ``__dict__``: no slots, and nothing of a builtin."""
    slots = {slot for base in kind.__mro__ for slot in vars(base).get("__slots__", ())}
    try:
        new_object(kind, {})
    except TopicResolutionError:
        return False
    return slots <= {"__dict__", "__weakref__"}


_new: Final = object.__new__
_set: Final = object.__setattr__

known_classes = KnownClasses()
"""Every class of this process that subclasses the core's bases, or was stored by it, or was registered."""


def topic_from_domain_class(domain_class: type) -> str:
    """Return the topic of a class and make it known in this process."""
    return known_classes.register(domain_class)


def resolve_domain_topic(topic: str) -> type[Any]:
    """Return the class of a topic, or raise ``TopicResolutionError``: only known classes are found."""
    return known_classes.resolve(topic)
