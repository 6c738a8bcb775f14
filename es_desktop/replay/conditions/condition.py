"""Conditions: Python-like expressions on a state, parsed once and evaluated at many versions."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any, Final

from ..walk import Moment
from .errors import ConditionError
from .evaluator import Evaluator
from .grammar import parse_condition
from .naming import named_paths, uses_previous
from .operators import Meter

LIMIT_SECONDS: Final = 20.0


class Condition:
    """An expression such as ``status == "paid" and total > 100``.

    Its names are the state's attributes, and ``previous`` (the state before the step), ``version`` and ``event`` (the
    name of its type). ``changed("lines[2].price")`` is whether the step changed a path, or a value inside it;
    ``value("first name")`` is the value of a path that is not a Python name. A missing value is ``None``.
    """

    def __init__(
        self, expression: str, *, limit_seconds: float = LIMIT_SECONDS, clock: Callable[[], float] = perf_counter
    ) -> None:
        """Parse an expression, and evaluate it once without an entity.

        ``limit_seconds`` is for a whole run, without the time for rebuilding the states. Raises ``ConditionError``.
        """
        self.expression = " ".join(expression.splitlines()).strip()
        self._tree = parse_condition(self.expression)
        self._limit_seconds = limit_seconds
        self._clock = clock
        self.run()(Moment(None, None, None, None))

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths of the state that it reads."""
        return named_paths(self._tree)

    @property
    def uses_previous(self) -> bool:
        """Whether it also reads the state before the step."""
        return uses_previous(self._tree)

    def __repr__(self) -> str:
        return f"Condition({self.expression!r})"

    def run(self) -> Callable[[Moment], Any]:
        """Start a run: return a function from a moment to the condition's value. For one thread at a time.

        The function raises ``ConditionError`` if the condition fails or takes too long.
        """
        meter = Meter(self._limit_seconds, self._clock)
        evaluator = Evaluator(meter)

        def value(moment: Moment) -> Any:
            meter.begin()
            try:
                return evaluator.evaluate(self._tree, moment)
            except ConditionError as error:
                raise ConditionError(error.text, error.hint, self.expression) from error
            except Exception as error:  # values of user classes may raise anything, and a state may be too deep
                reason = f"{type(error).__name__}: {error}"
                raise ConditionError(f"the condition fails at this state: {reason}", "", self.expression) from error
            finally:
                meter.end()

        return value
