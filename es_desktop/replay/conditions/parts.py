"""A condition in its parts, which ``and``, ``or`` and ``not`` join."""

from __future__ import annotations

import ast
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import Final, Literal, TypeAlias

from .condition import Condition
from .grammar import NAMES_OF_STEP

Calculated: TypeAlias = "str | float | tuple[str, Calculated, Calculated]"
"""A name (of an attribute, ``version``, or ``previous.total``), the double of a number, or a tuple of ``+``, ``-`` or
``*`` and two of these."""
_CALCULATES: Final = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}
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
class Comparison:
    """A comparison of what is calculated from attributes, the version and numbers."""

    operator: str
    """As of ``NumberTest``."""
    left: Calculated
    right: Calculated


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
    found = _comparison(node)
    if found is None or not isinstance(found.left, str) or not isinstance(found.right, float):
        return None
    if "." in found.left or found.left in NAMES_OF_STEP:
        return None
    return NumberTest(found.left, found.operator, found.right)


def comparison_in(test: Test) -> Comparison | None:
    """Return the comparison of what is calculated that a test is; ``None`` if it is anything else."""
    return _comparison(test.condition.tree)


def _comparison(node: ast.expr) -> Comparison | None:
    match node:
        case ast.Compare(left=first, ops=[operator], comparators=[second]) if type(operator) in _COMPARES:
            left, right = _calculated(first), _calculated(second)
            if left is not None and right is not None:
                return Comparison(_COMPARES[type(operator)], left, right)
    return None


def _calculated(node: ast.expr) -> Calculated | None:
    match node:
        case ast.Name(id=name) if name == "version" or name not in NAMES_OF_STEP:
            return name
        case ast.Attribute(value=ast.Name(id="previous"), attr=name):
            return f"previous.{name}"
        case ast.Constant(value=int() | float() | Decimal() as number) if not isinstance(number, bool):
            with suppress(OverflowError):
                return float(number) if isfinite(float(number)) else None
        case ast.UnaryOp(op=ast.USub(), operand=inner) if (found := _calculated(inner)) is not None:
            return -found if isinstance(found, float) else ("-", 0.0, found)
        case ast.BinOp(left=first, op=operator, right=second) if type(operator) in _CALCULATES:
            left, right = _calculated(first), _calculated(second)
            if left is not None and right is not None:
                return _CALCULATES[type(operator)], left, right
    return None
