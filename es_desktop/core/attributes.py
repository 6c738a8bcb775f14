"""Attributes of entities: properties that are changed through events."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, signature
from typing import Any


class Attribute(property):
    stored_as: str
    """The name of the attribute that holds the value."""


def attribute(getter: Callable[[Any], Any]) -> property:
    """Return a property for a method without a body: its value is stored as ``_name`` and changes through events.

    Setting it publishes ``AttributeChanged(name='_name', value=...)``. An entity without a value, such as one of a
    snapshot that is older than the attribute, has that of its class, else the default of the constructor's parameter of
    this name. Raises ``TypeError`` for anything but a method.
    """
    if not callable(getter):
        raise TypeError(f"attribute decorates a method, not {getter!r}")
    name = f"_{getter.__name__}"

    @wraps(getter)  # forms read from its annotation which values a person may set
    def get(entity: Any) -> Any:
        try:
            return getattr(entity, name)
        except AttributeError:
            parameter = signature(type(entity)).parameters.get(getter.__name__)
            if parameter is None or parameter.default is Parameter.empty:
                raise
            return parameter.default

    def set_by_event(entity: Any, value: Any) -> None:
        entity.change_attribute(name=name, value=value)

    made = Attribute(get, set_by_event)
    made.stored_as = name
    return made


def attribute_names(entity_class: type) -> list[str]:
    """Return the names of a class's properties made by ``attribute``, in the order of declaration, bases first."""
    names = []
    for base in reversed(entity_class.__mro__):
        for name, member in vars(base).items():
            if isinstance(member, Attribute):
                names.append(name)
    return list(dict.fromkeys(names))
