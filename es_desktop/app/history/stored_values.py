"""Values of states as a segment of a state history stores them."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from contextlib import suppress
from decimal import Decimal
from math import inf, isfinite
from operator import attrgetter
from typing import Any, Final

import msgspec

from es_desktop.app.text.json_view import to_json
from es_desktop.core.errors import ValueEncodingError
from es_desktop.core.values import dumps
from es_desktop.history.segment import StoredValue, ValueKind
from es_desktop.replay import ABSENT

LONGEST: Final = 16_384
"""Characters of a value; a longer one is left out, as a list that grows would be written whole at each version."""
_OMITTED: Final = StoredValue(ValueKind.OMITTED)
_SIMPLE: Final = frozenset({str, int, float, bool, type(None)})
_CONTAINERS: Final = frozenset({list, dict})
_MOST: Final = 2**63
_encode: Final = msgspec.json.Encoder(enc_hook=attrgetter("as_json")).encode


def stored_value(value: Any) -> StoredValue:
    """Return a plain value of a state as it is stored. Never raises."""
    make = _QUICK.get(type(value))
    quick = None if make is None else make(value)
    return _stored(value) if quick is None else quick


def _stored(value: Any) -> StoredValue:
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
    shown = text if type(value) in _SIMPLE and kind is not ValueKind.OTHER else _json(value, kind, text)
    return StoredValue(kind, text, None if shown == text else shown, number)


def value_key(value: Any) -> Any:
    """Return what is equal for values of one attribute that are stored alike; ``None`` if that takes longer to say."""
    value_type = type(value)
    if value_type in _SIMPLE:
        return value_type, value
    if value_type is Decimal:
        return value_type, str(value)
    if value_type in _CONTAINERS and not value:
        return value_type, None
    return (value_type, value.name) if isinstance(value, enum.Enum) and value.name else None


def _text(value: str) -> StoredValue | None:
    """Return what most texts are stored as; ``None`` for one of which more has to be known."""
    is_plain = value.isascii() and value.isprintable() and '"' not in value and "\\" not in value
    return StoredValue(ValueKind.TEXT, f'"{value}"') if is_plain and len(value) < LONGEST - 2 else None


def _integer(value: int) -> StoredValue | None:
    return StoredValue(ValueKind.NUMBER, str(value), None, float(value)) if -_MOST <= value < _MOST else None


def _decimal(value: Decimal) -> StoredValue | None:
    number = float(value) if value.is_finite() else inf
    text = str(value)
    is_short = isfinite(number) and len(text) < LONGEST // 2
    return StoredValue(ValueKind.NUMBER, f'{{"__decimal__":"{text}"}}', text, number) if is_short else None


_QUICK: Final[dict[type, Callable[[Any], StoredValue | None]]] = {str: _text, int: _integer, Decimal: _decimal}
"""The types of most values: these say the same as the rest, in a small part of its time."""


def _kind_of(value: Any) -> tuple[ValueKind, float | None]:
    if type(value) in _CONTAINERS:  # most of those that are asked for here
        return ValueKind.CONTAINER, None
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


def _json(value: Any, kind: ValueKind, text: str) -> str:
    """Return JSON for people: an exact number as a number, not as text; ``text`` is that from which it is read."""
    if kind is ValueKind.NUMBER and isinstance(value, Decimal):
        return str(value)
    if kind is ValueKind.CONTAINER and _has_json_types(text):
        return _encode(value).decode()
    return to_json(value)


def _has_json_types(text: str) -> bool:
    """Return whether a value with this text has only JSON types, exact numbers, and texts that need no escape.

    Then ``to_json`` says what msgspec says in a tenth of the time.
    """
    tags = text.count('"__') - text.count('{"__decimal__":')
    return not tags and text.isascii() and text.isprintable() and "\\u" not in text and not _has_other_tag(text)


def _has_other_tag(text: str) -> bool:
    return '"UUID"' in text or '"ISO8601_' in text
