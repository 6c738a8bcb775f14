"""The amounts that clauses compare with: durations such as ``7 days``, and numbers of times."""

from __future__ import annotations

import ast
import re
from typing import Final, NamedTuple

from es_desktop.app.text.times import DAY, HOUR, MINUTE
from es_desktop.replay.conditions import ConditionError
from es_desktop.replay.conditions.grammar import parse_condition

from .question import Comparison

_SECONDS: Final = {"s": 1, "m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}
_UNITS: Final = {
    **_SECONDS,
    **dict.fromkeys(("sec", "second", "seconds"), 1),
    **dict.fromkeys(("min", "minute", "minutes"), MINUTE),
    **dict.fromkeys(("hour", "hours"), HOUR),
    **dict.fromkeys(("day", "days"), DAY),
    **dict.fromkeys(("week", "weeks"), 7 * DAY),
}
UNIT_HINT: Final = "Units are s, m, h, days and weeks, such as > 7 days."
_DURATION: Final = re.compile(
    r"(?P<operator><=|>=|==|!=|<|>)\s*(?P<amount>(?:\d+(?:\.\d+)?\s*(?!(?:and|or|if|in|is)\b)[^\W\d_]+\s*)+)$"
)
_PART: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([^\W\d_]+)")
_COUNT: Final = re.compile(r"(?P<operator><=|>=|==|!=|<|>)\s*(?P<amount>\d+)\s*(?P<times>times?)?$")


class Compared(NamedTuple):
    """A condition, and what the amount of it is compared with, as both stand in a text."""

    condition: str
    comparison: Comparison | None


def duration_compared(text: str) -> Compared:
    """Return what ``how long`` is followed by, in its two parts.

    Raises ``ConditionError`` with a column of the text.
    """
    match = _DURATION.search(text)
    if match is None:
        count = count_compared(text).comparison
        if count is None:
            return Compared(text, None)
        column = text.rindex(count.text)
        raise ConditionError(f"{count.text} has no unit of time", UNIT_HINT, text, column)
    name, amount = match["operator"], match["amount"].strip()
    if name in ("==", "!="):
        raise ConditionError("a duration is never exactly so long", "Compare with >, >=, < or <=.", text, match.start())
    seconds = 0.0
    for part in _PART.finditer(amount):
        unit = _UNITS.get(part[2].lower())
        if unit is None:
            column = match.start("amount") + part.start(2)
            raise ConditionError(f"{part[2]} is no unit of time", UNIT_HINT, text, column)
        seconds += float(part[1]) * unit
    return Compared(text[: match.start()], Comparison(name, seconds, amount))


def count_compared(text: str) -> Compared:
    """Return what ``how often`` is followed by, in its two parts.

    ``total > 100 >= 2`` has both; ``total > 100`` is a condition alone, as is ``0 < total < 100``.
    """
    match = _COUNT.search(text)
    if match is None or not (match["times"] or _is_of_the_count(text, match.start())):
        return Compared(text, None)
    return Compared(text[: match.start()], Comparison(match["operator"], int(match["amount"]), match["amount"]))


def _is_of_the_count(text: str, at: int) -> bool:
    """Return whether the comparison at the end is of the number of times, and not of a value."""
    try:
        node = parse_condition(text.strip())
    except ConditionError:
        return False
    while isinstance(node, ast.BoolOp):
        node = node.values[-1]
    if not isinstance(node, ast.Compare):
        return False
    if len(node.ops) > 1:
        is_order = isinstance(node.ops[0], ast.Lt | ast.LtE | ast.Gt | ast.GtE)
        is_range = is_order and isinstance(node.left, ast.Constant)  # 0 < total < 100
        return len(node.ops) > 2 or not is_range
    match node.left:
        case ast.Call(func=ast.Name(id="changed" | "any" | "all")):
            return True
        case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()) | ast.IfExp():
            return True  # it is in brackets
        case ast.Name() | ast.Attribute() | ast.Subscript():
            return text[:at].rstrip().endswith(")")
    return False
