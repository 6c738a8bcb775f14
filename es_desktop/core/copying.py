"""Copies of states and values: what ``copy.deepcopy`` makes of them, in a fraction of its time."""

from __future__ import annotations

import copyreg
import datetime as dt
from copy import deepcopy
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, TypeVar
from uuid import UUID

from .topics import keeps_all_in_dict, new_object

T = TypeVar("T")
_UNCHANGEABLE: Final = frozenset(
    {type(None), bool, int, float, complex, str, bytes, UUID, Decimal, dt.date, dt.timedelta}
)
_CLASSES_REMEMBERED: Final = 1024


def deep_copy(value: T) -> T:
    """Return a copy that shares nothing with the value that can change; what the value shares inside stays shared."""
    copied: T = _copy(value, {})
    return copied


def _copy(value: Any, made: dict[int, Any]) -> Any:
    """Return a copy; ``made`` are those that there are already, by the id of the original, as ``deepcopy`` has them."""
    kind: Any = type(value)
    if kind in _UNCHANGEABLE:
        return value
    if id(value) in made:
        return made[id(value)]
    if kind is dict:
        return _copy_dict(value, made)
    if kind is list:
        copied: list[Any] = []
        made[id(value)] = copied  # before its items, among which it may be itself
        copied.extend(item if type(item) in _UNCHANGEABLE else _copy(item, made) for item in value)
        return copied
    if _is_its_attributes(kind):
        attributes: dict[str, Any] = {}
        made[id(value)] = copied_object = new_object(kind, attributes)
        attributes.update(_copy_dict(value.__dict__, made))
        return copied_object
    return deepcopy(value, made)


def _copy_dict(value: dict[Any, Any], made: dict[int, Any]) -> dict[Any, Any]:
    copied: dict[Any, Any] = {}
    made[id(value)] = copied
    for key, item in value.items():
        if type(key) is not str:
            key = _copy(key, made)
        copied[key] = item if type(item) in _UNCHANGEABLE else _copy(item, made)
    return copied


@lru_cache(_CLASSES_REMEMBERED)
def _is_its_attributes(kind: Any) -> bool:
    """Tell whether ``deepcopy`` of an object of a class comes to a copy of its ``__dict__``, and to nothing else."""
    as_every_object = ("__new__", "__getattribute__", "__reduce_ex__", "__reduce__", "__getstate__")
    of_its_own = ("__deepcopy__", "__setstate__", "__getattr__")
    return (
        all(getattr(kind, name) is getattr(object, name) for name in as_every_object)
        and not any(hasattr(kind, name) for name in of_its_own)
        and kind not in copyreg.dispatch_table
        and keeps_all_in_dict(kind)
    )
