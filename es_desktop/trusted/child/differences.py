"""Differences between two states, so that only what an event changed is sent over the pipe."""

from __future__ import annotations

from typing import Any

from .wire import encode


def difference(old: Any, new: Any) -> Any:
    """Return the change that makes ``new`` of ``old``; ``None`` if they are the same.

    ["=", value] replaces the value; ["{", [[name, difference], …], [removed name, …]] changes a dict, and
    ["[", [[index, difference], …], length kept, [appended value, …]] a list. Values are encoded.
    """
    if type(old) is dict and type(new) is dict:
        return _in_dict(old, new)
    if type(old) is list and type(new) is list:
        return _in_list(old, new)
    return None if _is_same(old, new) else ["=", encode(new)]


def _in_dict(old: dict[str, Any], new: dict[str, Any]) -> Any:
    inner = []
    for name, value in new.items():
        if name not in old:
            inner.append([name, ["=", encode(value)]])
        elif old[name] is not value:  # most values are the same object
            change = difference(old[name], value)
            if change is not None:
                inner.append([name, change])
    removed = [name for name in old if name not in new]
    return ["{", inner, removed] if inner or removed else None


def _in_list(old: list[Any], new: list[Any]) -> Any:
    inner = []
    kept = min(len(old), len(new))
    for index in range(kept):
        if old[index] is not new[index]:
            change = difference(old[index], new[index])
            if change is not None:
                inner.append([index, change])
    added = [encode(item) for item in new[kept:]]
    return ["[", inner, kept, added] if inner or added or kept < len(old) else None


def _is_same(old: Any, new: Any) -> bool:
    if old is new:
        return True
    if type(old) is not type(new):
        return False
    try:
        return bool(old == new or (old != new and new != new))
    except Exception:  # a signalling NaN cannot be compared, nor some values of a person's classes
        pass
    try:
        return repr(old) == repr(new)
    except Exception:
        return False
