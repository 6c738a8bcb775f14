"""Likeness: a value of a state made comparable with what a person writes for it in a condition."""

from __future__ import annotations

import datetime as dt
import enum
from decimal import Decimal
from typing import Any
from uuid import UUID


def alike(left: Any, right: Any) -> tuple[Any, Any]:
    """Return two values as a pair that Python compares as a person would.

    An enum is its value, or the text that is its name in any case. A date, a time or an id is compared with its text, a
    ``Decimal`` with what a float was written as. Raises ``ValueError`` for a text that is no date, no time or no id.
    """
    if type(left) is type(right) and not isinstance(left, enum.Enum):
        return left, right
    if isinstance(left, (str, float)) and not isinstance(left, enum.Enum):
        other, one = _beside(right, left)
        return one, other
    return _beside(left, right)


def unwrapped(value: Any) -> Any:
    """Return the value of an enum; any other value as it is."""
    return value.value if isinstance(value, enum.Enum) else value


def _beside(value: Any, told: Any) -> tuple[Any, Any]:
    told_text = isinstance(told, str) and not isinstance(told, enum.Enum)
    match value:
        case enum.Enum() if told_text and value.name.casefold() == told.casefold():
            return told, told
        case enum.Enum():
            return alike(value.value, unwrapped(told))
        case {"__enum__": {"name": str(name)}} if told_text:  # of a class that is not known here
            return (told, told) if name.casefold() == told.casefold() else (name, told)
        case Decimal() if isinstance(told, float):
            return value, Decimal(str(told))
        case dt.datetime() if told_text:
            return _moments(value, told)
        case dt.date() if told_text:
            return _dates(value, told)
        case dt.time() if told_text:
            return _same_zone(value, dt.time.fromisoformat(told))
        case UUID() if told_text:
            return value, UUID(told)
    return value, told


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


def _same_zone(value: Any, told: Any) -> tuple[Any, Any]:
    """Return two times of which one that has no zone takes the other's."""
    if value.tzinfo is None or told.tzinfo is None:
        zone = value.tzinfo or told.tzinfo
        return value.replace(tzinfo=zone), told.replace(tzinfo=zone)
    return value, told
