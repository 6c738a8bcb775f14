"""Takes back what events changed in an entity, at the cost of the attributes that they used, not of all it holds."""

from __future__ import annotations

import enum
from collections import deque
from functools import lru_cache
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any, Final

from .topics import IMMUTABLE, set_state, state_of

_ITEMS: Final = (list, bytearray, tuple, set, frozenset, deque)
_PLAIN: Final = frozenset({dict, *_ITEMS})
_FIXED: Final = (type, enum.Enum, ModuleType, FunctionType, BuiltinFunctionType)
"""What an event of an entity does not change."""


class Undo:
    """The attributes of an entity, and what each of them holds when it is first used.

    Lists, dicts, sets and objects get their contents back in place, so that whoever shares them sees the same. What has
    neither attributes nor items, such as a lock or an open file, is left as it is.
    """

    def __init__(self, entity: Any) -> None:
        self._entity = entity
        cls: Any = type(entity)
        self._class = cls
        self._before = state_of(entity)
        self._contents: dict[int, tuple[Any, Any, dict[str, Any]]] = {}
        if IMMUTABLE.issuperset(map(type, self._before.values())):
            return  # setting them is all that can happen
        try:
            object.__setattr__(entity, "__class__", _watched(cls))
        except TypeError:  # its class allows no subclass
            self._keep(list(self._before.values()))
        else:
            _undos[id(entity)] = self

    def stop(self) -> None:
        """Forget the entity's use from now on; what was kept stays. Does nothing the second time."""
        if _undos.get(id(self._entity)) is self:
            del _undos[id(self._entity)]
            object.__setattr__(self._entity, "__class__", self._class)

    def restore(self) -> None:
        """Make the entity what it was."""
        self.stop()
        for value, items, attributes in self._contents.values():
            if isinstance(value, dict):
                value.clear()
                for key, item in items.items():
                    value[key] = item
            elif isinstance(value, (list, bytearray)):
                value[:] = items
            elif isinstance(value, (set, deque)):
                value.clear()
                (value.update if isinstance(value, set) else value.extend)(items)
            set_state(value, attributes)
        set_state(self._entity, self._before)

    def used(self, name: str, value: Any) -> None:
        """Keep the contents of an attribute that is about to be used, or of all for ``__dict__``."""
        if name == "__dict__":
            self._keep(list(self._before.values()))
        elif self._before.get(name) is value:
            self._keep([value])

    def _keep(self, waiting: list[Any]) -> None:
        while waiting:
            value = waiting.pop()
            if type(value) in IMMUTABLE or id(value) in self._contents or isinstance(value, _FIXED):
                continue
            is_dict = isinstance(value, dict)
            items: Any = dict(value) if is_dict else list(value) if isinstance(value, _ITEMS) else ()
            attributes = {} if type(value) in _PLAIN else state_of(value)
            self._contents[id(value)] = value, items, attributes
            waiting += items.values() if is_dict else items
            waiting += attributes.values()


_undos: Final[dict[int, Undo]] = {}


class _Watched:
    """What the class of an entity becomes while its events are applied: it reports which attributes are read."""

    __slots__ = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Do nothing, also not what the model does for its subclasses."""

    def __getattribute__(self, name: str) -> Any:
        value = super().__getattribute__(name)
        if type(value) in IMMUTABLE:
            return value
        if name == "__class__":
            return type(self).__mro__[2]
        undo = _undos.get(id(self))
        if undo is not None:
            undo.used(name, value)
        return value


@lru_cache(1024)
def _watched(cls: Any) -> Any:
    members = {"__slots__": (), "__module__": cls.__module__, "__qualname__": cls.__qualname__}
    return type(cls)(cls.__name__, (_Watched, cls), members)
