"""The filter of one column of a list of entities, as a person types it."""

from __future__ import annotations

import re
from typing import Final, cast

from es_desktop.app.text.time_spans import parse_period
from es_desktop.index.column_tests import ColumnTest as ColumnTest
from es_desktop.index.column_tests import Operator

TIMES: Final = ("created", "modified")
_OPERATOR: Final = re.compile(r"(<>|!=|>=|<=|>|<|=)\s*")
_NUMBER: Final = re.compile(r"-?\d*\.?\d+", re.ASCII)
_GROUPED: Final = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII)
HELP: Final = (
    "A part of the value; or = <> > >= < <= before it, as in > 100; or two with ~ between, as in 100~200. "
    "= alone finds what has no value, <> alone what has one. Case and accents do not matter."
)


def parse_column_filter(by: str, typed: str, paths: tuple[tuple[str | None, str], ...] = ()) -> ColumnTest | None:
    """Return the test that a person typed for a column; ``None`` for no test. Raises ``UserError`` for a bad time.

    ``by`` is the name of the column in a ``ColumnTest``, ``paths`` those of its values in the states.
    """
    typed = typed.strip()
    if not typed:
        return None
    sign = _OPERATOR.match(typed)
    if sign is not None:
        return _compared(by, sign[1], typed[sign.end() :], paths)
    low, mark, high = (part.strip() for part in typed.partition("~"))
    if mark and low and high:
        if by in TIMES:
            return ColumnTest(by, "between", low, parse_period(low)[0], high, parse_period(high)[1])
        return ColumnTest(by, "between", low, _number(low), high, _number(high), paths)
    if by in TIMES:
        return ColumnTest(by, "between", typed, parse_period(typed)[0], typed, parse_period(typed)[1])
    return ColumnTest(by, "contains", typed, paths=paths)


def _compared(by: str, sign: str, text: str, paths: tuple[tuple[str | None, str], ...]) -> ColumnTest | None:
    is_equality, negates = sign in ("=", "<>", "!="), sign in ("<>", "!=")
    if not text and not is_equality:
        return None  # there is more to be typed
    operator = cast(Operator, "=" if is_equality else sign)
    if by not in TIMES or not text:
        return ColumnTest(by, operator, text, _number(text), paths=paths, negates=negates)
    first, last = parse_period(text)
    if is_equality:
        return ColumnTest(by, "between", text, first, text, last, negates=negates)
    return ColumnTest(by, operator, text, last if sign in (">", "<=") else first)


def _number(text: str) -> float | None:
    return float(text.replace(",", "")) if _NUMBER.fullmatch(text) or _GROUPED.fullmatch(text) else None
