"""Single values as logs of other programs have them: texts, whole numbers, numbers, yes or no, and times."""

from __future__ import annotations

import datetime as dt
import enum
import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, TypeAlias
from uuid import UUID

from es_desktop.app.text.json_view import plain_json
from es_desktop.core.json_text import JsonNumber

Flat: TypeAlias = str | int | float | bool | dt.datetime
_MOST_BITS: Final = 63


class FlatType(enum.StrEnum):
    """The type of an attribute, by the name that OCEL has for it."""

    STRING = "string"
    INTEGER = "integer"
    FLOAT = "float"
    BOOLEAN = "boolean"
    TIME = "time"


def flat_values(values: Mapping[str, Any]) -> dict[str, Flat]:
    """Return the values that are single ones, by name; lists and objects are left out, and so is what is nothing."""
    found = ((str(plain_json(str(name))), flat_value(value)) for name, value in values.items())
    return {name: value for name, value in found if value is not None}


def flat_value(value: Any) -> Flat | None:
    """Return a value as a single one; ``None`` if it is a list or an object, or nothing.

    A number that no float or 64 bits can hold exactly is its text, and so is a time without a zone.
    """
    match value:
        case bool():
            return value
        case int() if type(value) is int:
            return value if value.bit_length() <= _MOST_BITS else str(plain_json(value))
        case float():
            return value if math.isfinite(value) else str(value)
        case Decimal() | JsonNumber():
            return _number(str(value))
        case dt.datetime() if value.tzinfo is not None:
            try:
                return value.astimezone(dt.UTC)
            except OverflowError:
                return value.isoformat()
        case UUID():
            return str(value)
    found = plain_json(value)
    return found if isinstance(found, str | int | float) else None


def _number(text: str) -> Flat:
    number = Decimal(text)
    if not number.is_finite():
        return text
    exact = float(number)
    return exact if math.isfinite(exact) and Decimal(repr(exact)) == number else text


def type_of(value: Flat) -> FlatType:
    """Return the type of a value."""
    match value:
        case bool():
            return FlatType.BOOLEAN
        case int():
            return FlatType.INTEGER
        case float():
            return FlatType.FLOAT
        case dt.datetime():
            return FlatType.TIME
    return FlatType.STRING


def common_type(one: FlatType | None, other: FlatType) -> FlatType:
    """Return the type of an attribute that has values of both."""
    if one is None or one is other:
        return other
    return FlatType.FLOAT if {one, other} == {FlatType.INTEGER, FlatType.FLOAT} else FlatType.STRING


def as_type(value: Flat, wanted: FlatType) -> Flat:
    """Return a value as its attribute has it."""
    if wanted is FlatType.FLOAT and not isinstance(value, str | dt.datetime):
        return float(value)
    return flat_text(value) if wanted is FlatType.STRING else value


def flat_text(value: Flat) -> str:
    """Return a value as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, dt.datetime) else str(value)
