"""Values of states as a segment of a state history stores them."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal
from math import isfinite
from typing import Any, Final

from es_desktop.app.text.json_view import to_json
from es_desktop.core.errors import ValueEncodingError
from es_desktop.core.values import dumps
from es_desktop.history.segment import StoredValue, ValueKind
from es_desktop.replay import ABSENT

LONGEST: Final = 16_384
"""Characters of a value; a longer one is left out, as a list that grows would be written whole at each version."""
_OMITTED: Final = StoredValue(ValueKind.OMITTED)
_SIMPLE: Final = frozenset({str, int, float, bool, type(None)})


def stored_value(value: Any) -> StoredValue:
    """Return a plain value of a state as it is stored. Never raises."""
    if value is ABSENT:
        return StoredValue(ValueKind.ABSENT)
    if isinstance(value, str) and len(value) > LONGEST:
        return _OMITTED
    try:
        text = dumps(value)
    except ValueEncodingError:
        return _OMITTED
    if len(text) > LONGEST:
        return _OMITTED
    kind, number = _kind_of(value)
    shown = text if type(value) in _SIMPLE and kind is not ValueKind.OTHER else _json(value, kind)
    return StoredValue(kind, text, None if shown == text else shown, number)


def value_key(value: Any) -> Any:
    """Return what is equal for values of one attribute that are stored alike; ``None`` if that takes longer to say."""
    value_type = type(value)
    if value_type in _SIMPLE:
        return value_type, value
    return (value_type, str(value)) if value_type is Decimal else None


def _kind_of(value: Any) -> tuple[ValueKind, float | None]:
    if value is None:
        return ValueKind.NULL, None
    if isinstance(value, enum.Enum):
        return ValueKind.OTHER, None
    if isinstance(value, bool):
        return ValueKind.BOOLEAN, float(value)
    if isinstance(value, int | float | Decimal):
        with suppress(OverflowError, ValueError, ArithmeticError):
            number = float(value)
            if isfinite(number):
                return ValueKind.NUMBER, number
        return ValueKind.OTHER, None
    if isinstance(value, str):
        return ValueKind.TEXT, None
    return (ValueKind.CONTAINER if isinstance(value, Mapping | list) else ValueKind.OTHER), None


def _json(value: Any, kind: ValueKind) -> str:
    """Return JSON for people: an exact number as a number, not as text."""
    return str(value) if kind is ValueKind.NUMBER and isinstance(value, Decimal) else to_json(value)
