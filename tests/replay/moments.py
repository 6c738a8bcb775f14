"""Moments for the tests of conditions."""

from __future__ import annotations

from typing import Any

from es_desktop.replay import Step
from es_desktop.replay.chain import Moment
from es_desktop.replay.conditions import Condition


def moment(after: Any, before: Any = None, version: int = 7, event: str = "Paid") -> Moment:
    return Moment(version, Step(version, event, None), before, after)


def value_of(expression: str, after: Any = None, before: Any = None, **attributes: Any) -> Any:
    """Return the value of an expression at a state."""
    return Condition(expression).run()(moment(after, before, **attributes))
