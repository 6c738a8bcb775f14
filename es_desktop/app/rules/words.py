"""The expressions of conditions, and the words, that rules are made of."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from es_desktop.app.text.times import DAY, HOUR, MINUTE
from es_desktop.app.watch.watchpoints import expression_for_path
from es_desktop.replay.conditions import ConditionError
from es_desktop.replay.diff import PathError
from es_desktop.system.counts import format_number

_UNITS: Final = ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute"), (1.0, "second"))


def expression_of(path: str) -> str:
    """Return the expression for a path, or for the length of one, ``len(lines)``; empty if there is none."""
    if path.startswith("len(") and path.endswith(")"):
        inner = expression_of(path[4:-1])
        return f"len({inner})" if inner else ""
    try:
        return expression_for_path(path)
    except (PathError, ConditionError):
        return ""


def previous_of(path: str) -> str:
    """Return the expression for the value before the step; empty for a path whose names are no names in Python."""
    expression = expression_of(path)
    if expression.startswith("len("):
        inner = previous_of(path[4:-1])
        return f"len({inner})" if inner else ""
    return f"previous.{expression}" if expression == path else ""


def words_of(path: str) -> str:
    """Return a path as a rule names it: ``number of lines`` for the length of one."""
    return f"number of {path[4:-1]}" if path.startswith("len(") and path.endswith(")") else path


def literal(value: Any) -> str:
    """Return a text or a number as an expression."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return str(value) if isinstance(value, Decimal) else repr(value)


def listed(names: Sequence[str], last: str = "or") -> str:
    """Return names as ``a, b or c``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}"


def rounded_up(seconds: float) -> float:
    """Return a duration as a whole number of its largest unit that it has at least two of."""
    unit = next((each for each, _ in _UNITS if seconds >= 2 * each), 1.0)
    return -(-seconds // unit) * unit


def duration_words(seconds: float) -> str:
    """Return a duration that ``rounded_up`` returned: ``8 days``."""
    unit, name = next(
        ((each, name) for each, name in _UNITS if seconds >= each and not seconds % each), (1.0, "second")
    )
    count = round(seconds / unit)
    return f"{format_number(count)} {name}{'' if count == 1 else 's'}"
