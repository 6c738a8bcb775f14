"""Makes a value of a state comparable with what a person writes for it in a condition."""

from __future__ import annotations

import datetime as dt
import enum
from decimal import Decimal
from typing import Any
from uuid import UUID


def alike(left: Any, right: Any) -> tuple[Any, Any]:
    """Return two values converted so that Python compares them as a person expects.

    An enum is compared by its value, or by its name in any case; a date, a time or an id by its text; a ``Decimal``
    with a float by the digits of the float. Raises ``ValueError`` for a text that is not a date, time or id.
    """
    if type(left) is type(right) and not isinstance(left, enum.Enum):
        return left, right
    if isinstance(left, (str, float)) and not isinstance(left, enum.Enum):
        other, one = _converted(right, left)
        return one, other
    return _converted(left, right)


def unwrapped(value: Any) -> Any:
    """Return the value of an enum; any other value unchanged."""
    return value.value if isinstance(value, enum.Enum) else value


def _converted(value: Any, literal: Any) -> tuple[Any, Any]:
    is_text = isinstance(literal, str) and not isinstance(literal, enum.Enum)
    match value:
        case enum.Enum() if is_text and value.name.casefold() == literal.casefold():
            return literal, literal
        case enum.Enum():
            return alike(value.value, unwrapped(literal))
        case {"__enum__": {"name": str(name)}} if is_text:  # an enum of an unknown class
            return (literal, literal) if name.casefold() == literal.casefold() else (name, literal)
        case Decimal() if isinstance(literal, float):
            return value, Decimal(str(literal))
        case dt.datetime() if is_text:
            return _moments(value, literal)
        case dt.date() if is_text:
            return _dates(value, literal)
        case dt.time() if is_text:
            return _same_zone(value, dt.time.fromisoformat(literal))
        case UUID() if is_text:
            return value, UUID(literal)
    return value, literal


def _moments(value: dt.datetime, text: str) -> tuple[Any, Any]:
    day = _day(text)
    if day is not None:
        return value.date(), day
    return _same_zone(value, dt.datetime.fromisoformat(text))


def _dates(value: dt.date, text: str) -> tuple[Any, Any]:
    day = _day(text)
    if day is not None:
        return value, day
    moment = dt.datetime.fromisoformat(text)
    return dt.datetime.combine(value, dt.time(), moment.tzinfo), moment


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _same_zone(value: Any, literal: Any) -> tuple[Any, Any]:
    """Return two times; one without a zone gets the zone of the other."""
    if value.tzinfo is None or literal.tzinfo is None:
        zone = value.tzinfo or literal.tzinfo
        return value.replace(tzinfo=zone), literal.replace(tzinfo=zone)
    return value, literal
