"""Attributes: properties of an entity that change through events."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any


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
