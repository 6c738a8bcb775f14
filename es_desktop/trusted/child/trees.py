"""States as plain trees (dicts with text keys, lists and leaves), by the same rules as ``es_desktop.replay``."""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import types
import uuid
from collections import deque
from collections.abc import Mapping
from typing import Any

_HIDDEN = frozenset({"_id", "_version", "_is_discarded", "_created_on", "_last_modified_on", "_last_modified"})
"""Attributes that entities of our core keep about themselves; they are not part of the state."""
_HIDDEN_OF_9 = frozenset({"_id", "_version", "_pending_events", "_created_on", "_modified_on"})
"""The same of aggregates of Python eventsourcing 9."""
_LEAVES = frozenset(
    {str, int, float, bool, type(None), bytes, uuid.UUID, decimal.Decimal, datetime.datetime, datetime.date}
)
_SCALARS = (str, int, float, bytes, enum.Enum, uuid.UUID, decimal.Decimal, datetime.date, datetime.time)
_NO_VALUES = (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType, types.MethodType)


def state_view(state: Any) -> Any:
    """Return a state as a plain tree with names at its top; ``None`` for no state."""
    if state is None:
        return None
    attributes = None if isinstance(state, (Mapping, *_SCALARS)) else _attributes(state)
    if attributes is None:
        tree = plain(state)
        return tree if isinstance(tree, dict) else {"value": tree}
    return _plain_attributes(attributes, _HIDDEN_OF_9 if "_pending_events" in attributes else _HIDDEN)


def plain(value: Any) -> Any:
    """Return a copy of a value as dicts, lists and leaves; an object becomes a dict of its attributes."""
    value_type = type(value)
    if value_type in _LEAVES:  # most values are, and this is much faster than the checks below
        return value
    if value_type is dict:
        return {name if type(name) is str else str(name): plain(item) for name, item in value.items()}
    if isinstance(value, _SCALARS):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, deque)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return [plain(item) for item in sorted(value, key=repr)]
    attributes = _attributes(value)
    if attributes is None:
        return value
    return _plain_attributes(attributes, _HIDDEN)


def _plain_attributes(attributes: dict[str, Any], hidden: frozenset[str]) -> dict[str, Any]:
    """Return attributes under plain names, without those in double underscores: they are of Python, or of a library."""
    return {
        _plain_name(name): plain(value)
        for name, value in attributes.items()
        if name not in hidden and not (name[:2] == "__" == name[-2:])
    }


def _plain_name(name: str) -> str:
    return name.lstrip("_") or name


def _attributes(value: Any) -> dict[str, Any] | None:
    if isinstance(value, _NO_VALUES):
        return None
    if hasattr(value, "__dict__"):
        return dict(vars(value))
    names = getattr(value, "__struct_fields__", None)  # of msgspec
    if names is None and dataclasses.is_dataclass(value):
        names = [field.name for field in dataclasses.fields(value)]
    return None if names is None else {name: getattr(value, name) for name in names if hasattr(value, name)}
