"""The operators and functions of conditions: as in Python, but without errors for values of other types.

A comparison with a missing value or a value of another type is false; arithmetic with it gives ``None``. A meter counts
operations, so that each condition ends.
"""

from __future__ import annotations

import ast
import datetime as dt
import enum
import operator as op
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any, Final
from uuid import UUID

from .grammar import ConditionError


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


MOST_BITS: Final = 100_000
MOST_MEMBERS: Final = 100_000
"""The most members of a text or a list that a condition creates."""
MOST_OPERATIONS: Final = 500_000
"""The most operations at one state. Each member of a list that is read counts as one."""
_CHECK_EVERY: Final = 32

Number = int | float | Decimal
_EXACT_NUMBERS: Final = frozenset({int, Decimal})
_Operation = Callable[..., Any]


class Meter:
    """Limits the operations at one state, and the seconds of a run over all states."""

    _operations: int
    _next_check: int
    _began: float

    def __init__(self, limit_seconds: float, clock: Callable[[], float]) -> None:
        self._limit = limit_seconds
        self._left = limit_seconds
        self._clock = clock

    def begin(self) -> None:
        """Start with a state. Raises ``ConditionError`` if the time is over."""
        self._operations = 0
        self._next_check = _CHECK_EVERY
        self._began = self._clock()
        self._expect_time(0.0)

    def end(self) -> None:
        """End with a state. The time until the next ``begin`` does not count."""
        self._left -= self._clock() - self._began

    def count(self, operations: int = 1) -> None:
        """Count operations. Raises ``ConditionError`` if there are too many, or the time is over."""
        self._operations += operations
        if self._operations < self._next_check:
            return
        self._next_check = self._operations + _CHECK_EVERY
        if self._operations > MOST_OPERATIONS:
            text = f"the condition takes more than {MOST_OPERATIONS:,} operations at one state"
            raise ConditionError(text, "Read less of the state.")
        self._expect_time(self._clock() - self._began)

    def _expect_time(self, spent: float) -> None:
        if spent >= self._left:
            raise ConditionError(f"the condition took longer than {self._limit:g} s", "Make it simpler.")


class Operators:
    """The operators and functions of one run. The meter counts the members that they read or create."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self.table: dict[type[ast.AST], _Operation] = {
            ast.Eq: self.equal,
            ast.Is: self.equal,
            ast.NotEq: lambda left, right: not self.equal(left, right),
            ast.IsNot: lambda left, right: not self.equal(left, right),
            ast.Lt: partial(_ordered, op.lt),
            ast.LtE: partial(_ordered, op.le),
            ast.Gt: partial(_ordered, op.gt),
            ast.GtE: partial(_ordered, op.ge),
            ast.In: self.contains,
            ast.NotIn: lambda left, right: not self.contains(left, right),
            ast.Not: op.not_,
            ast.USub: partial(self._calculated, op.neg),
            ast.UAdd: partial(self._calculated, op.pos),
            ast.Add: self._added,
            ast.Sub: partial(self._calculated, op.sub),
            ast.Mult: self._multiplied,
            ast.Div: partial(self._calculated, op.truediv),
            ast.FloorDiv: partial(self._calculated, op.floordiv),
            ast.Mod: partial(self._calculated, op.mod),
            ast.Pow: self._raised,
        }
        self.functions: dict[str, _Operation] = {
            "len": lambda value: len(value) if isinstance(value, (str, bytes, list, Mapping)) else None,
            "min": lambda *values: self._best(op.lt, values),
            "max": lambda *values: self._best(op.gt, values),
            "sum": self._sum,
            "abs": partial(self._calculated, abs),
            "any": lambda value: any(self.members(value)),
            "all": lambda value: all(self.members(value)),
        }

    def equal(self, left: Any, right: Any) -> bool:
        """Return whether two values are equal as in ``alike``, also inside lists and dicts."""
        if type(left) in _AS_THEY_ARE and type(right) in _AS_THEY_ARE:
            return _ordered(op.eq, left, right)
        if isinstance(left, list) and isinstance(right, list):
            self._meter.count(len(left))
            return len(left) == len(right) and all(map(self.equal, left, right))
        if isinstance(left, Mapping) and isinstance(right, Mapping):
            self._meter.count(len(left))
            return left.keys() == right.keys() and all(self.equal(left[key], right[key]) for key in left)
        return _ordered(op.eq, left, right)

    def contains(self, item: Any, container: Any) -> bool:
        """Return whether a list contains a member, a dict a name, or a text a part."""
        if isinstance(container, str):
            part = unwrapped(item)
            return isinstance(part, str) and part in container
        if isinstance(container, Mapping):
            return str(item) in container
        return any(self.equal(item, member) for member in self.members(container))

    def members(self, value: Any) -> list[Any]:
        """Return the members of a list, the names of a dict, the characters of a text; ``[]`` for other values."""
        if not isinstance(value, (list, Mapping, str)):
            return []
        self._meter.count(len(value))
        return list(value)

    def part(self, value: Any, key: Any) -> Any:
        """Return a member or a slice of a list or a text; ``None`` if there is none."""
        if not isinstance(value, (str, list)) or not isinstance(key, (int, slice)):
            return None
        if isinstance(key, slice):
            self._meter.count(len(value))
        try:
            return value[key]
        except (IndexError, TypeError, ValueError):  # beyond the end, or a slice without numbers
            return None

    def _best(self, is_better: _Operation, values: tuple[Any, ...]) -> Any:
        best = None
        for value in self.members(*values) if len(values) == 1 else values:
            if best is None or _ordered(is_better, value, best):  # None is never better
                best = value
        return best

    def _sum(self, value: Any) -> Any:
        total: Any = 0
        for member in self.members(value):
            if member is not None:
                total = self._calculated(op.add, total, member)
        return total

    def _added(self, left: Any, right: Any) -> Any:
        if (isinstance(left, str) and isinstance(right, str)) or (isinstance(left, list) and isinstance(right, list)):
            self._make_room(len(left) + len(right))
            return op.add(left, right)
        return self._calculated(op.add, left, right)

    def _multiplied(self, left: Any, right: Any) -> Any:
        repeated, times = (left, right) if isinstance(left, (str, list)) else (right, left)
        if isinstance(repeated, (str, list)) and isinstance(times, int):
            self._make_room(len(repeated) * times)
            return repeated * times
        return self._calculated(op.mul, left, right)

    def _raised(self, base: Any, exponent: Any) -> Any:
        base, exponent = unwrapped(base), unwrapped(exponent)
        whole = isinstance(base, int) and isinstance(exponent, int)
        if whole and abs(base) > 1 and exponent * base.bit_length() > MOST_BITS:
            raise _too_large()  # before the calculation, which could take very long
        return self._calculated(op.pow, base, exponent)

    def _calculated(self, calculate: _Operation, *values: Any) -> Any:
        """Return the result of a calculation; ``None`` if a value is not a number, or there is no result."""
        types = set(map(type, values))
        is_known = types <= _EXACT_NUMBERS
        numbers = values if is_known else tuple(map(unwrapped, values))
        if not is_known and not all(isinstance(number, Number) for number in numbers):
            return None
        try:
            number = calculate(*(alike(*numbers) if len(numbers) == 2 and not is_known else numbers))
        except (ArithmeticError, TypeError, ValueError):
            return None
        if isinstance(number, int):
            bits = number.bit_length()
            if bits > MOST_BITS:
                raise _too_large()
            if bits >= 64:
                self._meter.count(bits // 64)
        return None if isinstance(number, complex) else number

    def _make_room(self, count: int) -> None:
        if count > MOST_MEMBERS:
            text = f"the condition makes a value of more than {MOST_MEMBERS:,} members"
            raise ConditionError(text, "Make it smaller.")
        self._meter.count(max(count, 0))


_AS_THEY_ARE: Final = frozenset({str, int, bool, Decimal, type(None)})
"""Types of most values, of which ``alike`` converts none where the other value is of one of them, too."""


def _ordered(compare: _Operation, left: Any, right: Any) -> bool:
    try:
        if type(left) in _AS_THEY_ARE and type(right) in _AS_THEY_ARE:
            return bool(compare(left, right))
        return bool(compare(*alike(left, right)))
    except Exception:  # of different types, or of a user class without an order
        return False


def _too_large() -> ConditionError:
    return ConditionError("the condition makes a number that is too large", "Use smaller numbers.")
