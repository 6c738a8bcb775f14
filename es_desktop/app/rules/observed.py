"""The values of a state as mining sees them: flat, short, and of few types, however wild the state is."""

from __future__ import annotations

import datetime as dt
import enum
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import combinations
from typing import Any, Final, NamedTuple

from es_desktop.replay.diff import ABSENT, join_path

MOST_PATHS: Final = 60
"""Paths of one entity that are looked at."""
MOST_LEVELS: Final = 3
MOST_MEMBERS: Final = 1_000
"""A longer list is not summed."""
MOST_FIELDS: Final = 5
"""Number fields of the members of a list that are summed."""
LONGEST_TEXT: Final = 64
_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d\S*)?", re.ASCII)


class Seen:
    """What a value is, as bits. Not an enum, which would take most of the time of a pass."""

    NOTHING: Final = 1
    NUMBER: Final = 2
    TEXT: Final = 4
    BOOL: Final = 8
    TIME: Final = 16
    LIST: Final = 32
    MAPPING: Final = 64
    OTHER: Final = 128
    EMPTY: Final = 256
    """A text, a list or a mapping without anything in it."""
    FRACTION: Final = 512
    """A float, which is only nearly what it stands for."""


COUNTED: Final = (Seen.NOTHING, Seen.NUMBER, Seen.TEXT, Seen.BOOL, Seen.EMPTY, Seen.FRACTION)
"""What is counted over the entities of a type."""


class Observed(NamedTuple):
    """A value as it is kept."""

    seen: int
    value: Any = None
    """A number, a short text, or ``None`` for what is not kept."""
    scale: str = ""
    """Values of the same scale can be compared; empty for what has no order."""
    amount: Any = None
    """What is compared."""

    @property
    def is_filled(self) -> bool:
        return not self.seen & (Seen.NOTHING | Seen.EMPTY)


NOTHING: Final = Observed(Seen.NOTHING)


def observe(value: Any) -> Observed:
    """Return what mining sees of one value. Never raises."""
    if value is None or value is ABSENT:
        return NOTHING
    known = _QUICK.get(type(value))
    if known is not None:
        return known(value)
    match value:
        case bool():
            return Observed(Seen.BOOL, "True" if value else "False")
        case enum.Enum():
            return observe(value.value if isinstance(value.value, str) else value.name)
        case str():
            return _text(value)
        case int() | float() | Decimal():
            return _number(value)
        case dt.datetime():
            return _moment(value)
        case dt.date():
            return Observed(Seen.TIME, value.isoformat(), "date", value.toordinal())
        case {"__enum__": {"name": str(name)}}:
            return _text(name)
        case Mapping():
            return Observed(Seen.MAPPING if value else Seen.MAPPING | Seen.EMPTY)
        case list():
            return Observed(Seen.LIST if value else Seen.LIST | Seen.EMPTY)
    return Observed(Seen.OTHER)


def _text(value: str) -> Observed:
    if not value:
        return Observed(Seen.TEXT | Seen.EMPTY, "")
    if len(value) > LONGEST_TEXT:
        return Observed(Seen.TEXT)
    if value[0].isdigit() and _ISO.fullmatch(value):
        return Observed(Seen.TIME, value, f"time {len(value)}", value)
    return Observed(Seen.TEXT, value)


def _number(value: int | float | Decimal) -> Observed:
    try:
        amount = float(value)
    except (OverflowError, ValueError):
        return Observed(Seen.OTHER)
    if not math.isfinite(amount) or abs(amount) > 1e15:
        return Observed(Seen.OTHER)
    seen = _FLOAT if isinstance(value, float) else Seen.NUMBER
    return Observed(seen, value, "number", amount)


def _moment(value: dt.datetime) -> Observed:
    try:
        moment = value if value.tzinfo is not None else value.replace(tzinfo=dt.UTC)
        return Observed(Seen.TIME, value.isoformat(), f"moment {value.tzinfo is None}", moment.timestamp())
    except (OverflowError, ValueError):
        return Observed(Seen.OTHER)


_FLOAT: Final = Seen.NUMBER | Seen.FRACTION
_QUICK: Final[Mapping[type, Callable[[Any], Observed]]] = {
    str: _text,
    int: _number,
    float: _number,
    Decimal: _number,
    bool: lambda value: Observed(Seen.BOOL, "True" if value else "False"),
}
"""The types of most values."""


def flat(name: str, value: Any, levels: int = MOST_LEVELS) -> Iterator[tuple[str, Any]]:
    """Yield the path of an attribute, and those of the values in it, as far as mappings reach."""
    yield name, value
    if isinstance(value, Mapping) and levels > 1 and "__enum__" not in value:
        for key, member in list(value.items())[:MOST_PATHS]:
            yield from flat(join_path(name, key), member, levels - 1)


def list_sums(members: list[Any]) -> dict[str, float]:
    """Return the sums over the members of a list: of the numbers, or of number fields and their products in pairs.

    The fields are those that are a number in every member; a sum has the name of its fields, joined by ``*``.
    """
    if not members or len(members) > MOST_MEMBERS:
        return {}
    if not isinstance(members[0], Mapping):
        return _sum_of_numbers(members)
    fields = [key for key, value in members[0].items() if _is_number(value)][:MOST_FIELDS]
    rows: list[list[float]] = []
    for member in members:
        if not isinstance(member, Mapping) or not all(_is_number(member.get(key)) for key in fields):
            return {}
        rows.append([_number(member[key]).amount for key in fields])
    if not fields or any(amount is None for row in rows for amount in row):
        return {}
    sums = {str(key): sum(row[at] for row in rows) for at, key in enumerate(fields)}
    for one, two in combinations(range(len(fields)), 2):
        sums[f"{fields[one]}*{fields[two]}"] = sum(row[one] * row[two] for row in rows)
    return sums


def has_fractions(members: list[Any]) -> bool:
    """Return whether the members of a list are floats, or have some."""
    return any(isinstance(value, float) for each in members for value in _values_of(each))


def _values_of(member: Any) -> Iterable[Any]:
    return member.values() if isinstance(member, Mapping) else (member,)


def _sum_of_numbers(members: list[Any]) -> dict[str, float]:
    if not all(map(_is_number, members)):
        return {}
    amounts = [_number(each).amount for each in members]
    return {} if None in amounts else {"": sum(amounts)}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool | enum.Enum)
