"""A condition in its parts, which ``and``, ``or`` and ``not`` join."""

from __future__ import annotations

import ast
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from .condition import Condition

_COMPARES: Final = {ast.Gt: ">", ast.GtE: ">=", ast.Lt: "<", ast.LtE: "<=", ast.Eq: "=", ast.NotEq: "<>"}


@dataclass(frozen=True, slots=True)
class NumberTest:
    """A comparison of an attribute with a number."""

    attribute: str
    operator: str
    """``>``, ``>=``, ``<``, ``<=``, ``=`` or ``<>``."""
    number: float
    """The nearest double."""


@dataclass(frozen=True, slots=True)
class Test:
    """A part that is not divided further."""

    condition: Condition
    number: NumberTest | None = None
    """The same, if it is a comparison of an attribute with a number."""


@dataclass(frozen=True, slots=True)
class Joined:
    """Parts that are joined; ``not`` has one."""

    word: Literal["and", "or", "not"]
    parts: tuple[Part, ...]


Part: TypeAlias = Test | Joined


def parts_of(condition: Condition) -> Part:
    """Return a condition in its parts: whether it is true is what they say, joined by their words."""
    return _part(condition.expression, condition.tree)


def tests_in(part: Part) -> list[Test]:
    """Return the tests of a part, in their order."""
    return [part] if isinstance(part, Test) else [test for each in part.parts for test in tests_in(each)]


def _part(text: str, node: ast.expr) -> Part:
    match node:
        case ast.BoolOp(op=operator, values=values):
            return Joined("and" if isinstance(operator, ast.And) else "or", tuple(_part(text, each) for each in values))
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return Joined("not", (_part(text, inner),))
    source = ast.get_source_segment(text, node)
    return Test(Condition(source or text), _number_test(node))


def _number_test(node: ast.expr) -> NumberTest | None:
    match node:
        case ast.Compare(left=ast.Name(id=name), ops=[operator], comparators=[ast.Constant(value=number)]):
            is_compared = type(operator) in _COMPARES and name not in ("version", "event", "previous")
            if is_compared and isinstance(number, int | float | Decimal) and not isinstance(number, bool):
                with suppress(OverflowError):
                    return NumberTest(name, _COMPARES[type(operator)], float(number))
    return None
