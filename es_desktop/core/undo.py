"""Takes back what events changed in an entity, at the cost of the attributes that they used, not of all it holds."""

from __future__ import annotations

import enum
from collections import deque
from functools import lru_cache
from threading import Lock
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any, Final

from .topics import IMMUTABLE, MODEL_CLASS, model_class, set_state, state_of

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
        self._class = model_class(type(entity))
        self._before = state_of(entity)
        self._contents: dict[int, tuple[Any, Any, dict[str, Any]]] = {}
        if IMMUTABLE.issuperset(map(type, self._before.values())):
            return  # setting them is all that can happen
        with _lock:
            try:
                object.__setattr__(entity, "__class__", _watched(self._class))
            except TypeError:  # its class allows no subclass
                self._keep(list(self._before.values()))
            else:
                _undos.setdefault(id(entity), []).append(self)

    def stop(self) -> None:
        """Forget the entity's use from now on; what was kept stays. Does nothing the second time."""
        with _lock:
            undos = _undos.get(id(self._entity), [])
            if self in undos:
                undos.remove(self)
                if not undos:  # of a command inside an event, or in another thread
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
            if type(value) not in _PLAIN:
                set_state(value, attributes)
        set_state(self._entity, self._before)

    def used(self, name: str, value: Any) -> None:
        """Keep the contents of an attribute that is about to be used, or of all for ``__dict__``."""
        if name == "__dict__":
            self._keep(list(self._before.values()))
        elif self._before.get(name) is value:
            self._keep([value])

    def _keep(self, waiting: list[Any]) -> None:
        kept = self._contents
        while waiting:
            value = waiting.pop()
            cls = type(value)
            if cls in IMMUTABLE or id(value) in kept:
                continue
            items, members, attributes = _NOTHING, _NOTHING, _NO_ATTRIBUTES
            if cls not in _PLAIN:
                if isinstance(value, _FIXED):
                    continue
                attributes = state_of(value)
                waiting += attributes.values()
            if isinstance(value, dict):
                items, members = dict(value), value.values()
            elif isinstance(value, _ITEMS):
                items = members = list(value)
            if not IMMUTABLE.issuperset(map(type, members)):
                waiting += members
            kept[id(value)] = value, items, attributes


_NOTHING: Final[Any] = ()
_NO_ATTRIBUTES: Final[dict[str, Any]] = {}
_lock: Final = Lock()
_undos: Final[dict[int, list[Undo]]] = {}
"""By the id of the entity."""


class _Watched:
    """What the class of an entity becomes while its events are applied: it reports which attributes are read."""

    __slots__ = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Do nothing, also not what the model does for its subclasses."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """Make an object of the model's class: only the entity itself is watched."""
        return model_class(cls)(*args, **kwargs)

    def __reduce_ex__(self, protocol: Any) -> Any:
        made = super().__reduce_ex__(protocol)
        if isinstance(made, str):
            return made
        function, arguments, *rest = made
        return function, tuple(model_class(each) if each is type(self) else each for each in arguments), *rest

    def __getattribute__(self, name: str) -> Any:
        value = super().__getattribute__(name)
        if type(value) in IMMUTABLE:
            return value
        if name == "__class__":
            return model_class(value)
        for undo in _undos.get(id(self), ()):
            undo.used(name, value)
        return value


@lru_cache(1024)
def _watched(cls: Any) -> Any:
    members = {"__slots__": (), "__module__": cls.__module__, "__qualname__": cls.__qualname__, MODEL_CLASS: cls}
    return type(cls)(cls.__name__, (_Watched, cls), members)
