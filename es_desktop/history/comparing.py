"""The SQL of comparisons of what is calculated from numbers, where doubles are exact enough to decide them.

SQL calculates with doubles, and with the most that their rounding can have changed, here and where exact numbers are
calculated. What differs by less is not decided: the caller has to look at the exact values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

Calculated: TypeAlias = "str | float | tuple[str, Calculated, Calculated]"
"""The name of what a test reads, a number, or ``+``, ``-`` or ``*`` with two of these."""
_ROUNDED: Final = 2.0**-50
"""The most that one step of rounding changes a value by, as a part of it, with room to spare."""
_SMALLEST: Final = 1e-300
_MOST: Final = 1e40
"""Larger numbers are not calculated with, so no result is infinite."""
_MOST_LEAVES: Final = 6


@dataclass(frozen=True, slots=True)
class NumberComparison:
    """A comparison of what is calculated from numbers. A missing value makes its side ``None``."""

    operator: str
    """``>``, ``>=``, ``<``, ``<=``, ``=`` or ``<>``."""
    left: Calculated
    right: Calculated

    @property
    def is_simple(self) -> bool:
        """Whether it compares two things as they are."""
        return isinstance(self.left, str) and isinstance(self.right, str)


@dataclass(frozen=True, slots=True)
class _Value:
    value: str
    error: str
    """The most by which it is wrong."""


def decided(comparison: NumberComparison, columns: dict[str, str]) -> str:
    """Return SQL whose value is true, false, or NULL where that is not decided.

    ``columns`` has the prefix of the columns of each name: ``amount``, a double or NULL, and ``nothing``, whether
    there is no value.
    """
    sides = comparison.left, comparison.right
    if sum(len(_leaves(each)) for each in sides) > _MOST_LEAVES or any(map(_is_large, sides)):
        return "NULL::BOOLEAN"
    left, right = (_value(each, columns) for each in sides)
    no_left, no_right = (_nothing(each, columns) for each in sides)
    # Nothing is in no order with any value, and equal to nothing only.
    if comparison.operator in ("=", "<>"):
        is_equal, is_not = ("true", "false") if comparison.operator == "=" else ("false", "true")
        without = (
            f"WHEN {no_left} AND {no_right} THEN {is_equal} WHEN {no_left} THEN CASE WHEN isfinite({right.value}) THEN"
            f" {is_not} END WHEN {no_right} THEN CASE WHEN isfinite({left.value}) THEN {is_not} END"
        )
    else:
        without = f"WHEN {no_left} OR {no_right} THEN false"
    difference = f"abs({left.value} - {right.value}) > {left.error} + {right.error}"
    return f"CASE {without} WHEN {difference} THEN {left.value} {comparison.operator} {right.value} END"


def _leaves(calculated: Calculated) -> list[str | float]:
    if not isinstance(calculated, tuple):
        return [calculated]
    return [leaf for each in calculated[1:] for leaf in _leaves(each)]


def _is_large(calculated: Calculated) -> bool:
    return any(not isinstance(leaf, str) and abs(leaf) >= _MOST for leaf in _leaves(calculated))


def _nothing(calculated: Calculated, columns: dict[str, str]) -> str:
    names = dict.fromkeys(leaf for leaf in _leaves(calculated) if isinstance(leaf, str))
    return f"({' OR '.join(f'{columns[name]}nothing' for name in names) or 'false'})"


def _value(calculated: Calculated, columns: dict[str, str]) -> _Value:
    if isinstance(calculated, str):
        amount = f"{columns[calculated]}amount"
        known = f"CASE WHEN abs({amount}) < {_MOST!r} THEN {amount} END"
        return _Value(f"({known})", f"(abs({amount}) * {_ROUNDED!r} + {_SMALLEST!r})")
    if isinstance(calculated, float):
        return _Value(f"{calculated!r}::DOUBLE", f"{abs(calculated) * _ROUNDED + _SMALLEST!r}::DOUBLE")
    operator, *sides = calculated
    left, right = (_value(each, columns) for each in sides)
    value = f"({left.value} {operator} {right.value})"
    inner = f"{left.error} + {right.error}"
    if operator == "*":
        inner = f"abs({left.value}) * {right.error} + abs({right.value}) * {left.error} + {left.error} * {right.error}"
    return _Value(value, f"({inner} + abs({value}) * {_ROUNDED!r} + {_SMALLEST!r})")
