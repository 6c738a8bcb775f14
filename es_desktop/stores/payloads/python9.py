"""The JSON of Python eventsourcing 9: ``{"_type_": …, "_data_": …}`` represents a value of another type."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from uuid import UUID

_WRAPPER: Final = {"_type_", "_data_"}
_READERS: Final[dict[str, Callable[[Any], Any]]] = {
    "uuid_hex": UUID,
    "decimal_str": Decimal,
    "datetime_iso": datetime.fromisoformat,
}


def restore_values(tree: Any) -> Any:
    """Return a tree with values instead of wrappers; a wrapper of an unknown type is unchanged."""
    if isinstance(tree, list):
        return [restore_values(item) for item in tree]
    if not isinstance(tree, dict):
        return tree
    inner = {name: restore_values(value) for name, value in tree.items()}
    if inner.keys() == _WRAPPER and isinstance(inner["_type_"], str):
        read = _READERS.get(inner["_type_"])
        if read is not None:
            try:
                return read(inner["_data_"])
            except (TypeError, ValueError, AttributeError, InvalidOperation):
                return inner
    return inner
