"""A condition: a Python-like expression on a state, understood once and evaluated at any number of versions."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any, Final

from ..walk import Moment
from .errors import ConditionError
from .evaluator import Evaluator
from .grammar import parsed
from .naming import named_paths, uses_previous
from .operators import Meter

LIMIT_SECONDS: Final = 20.0


class Condition:
    """An expression such as ``status == "paid" and total > 100``.

    Its names are the state's attributes, and ``previous`` (the state before the step), ``version`` and ``event`` (the
    name of its type). ``changed("lines[2].price")`` tells whether the step changed a path, or something inside it;
    ``value("first name")`` is the value of a path that is no Python name. What a state has not is ``None``.
    """

    def __init__(
        self, expression: str, *, limit_seconds: float = LIMIT_SECONDS, clock: Callable[[], float] = perf_counter
    ) -> None:
        """Understand an expression, and try it on an entity that is not there.

        ``limit_seconds`` is for a run as a whole, without the time that it takes to rebuild the states. Raises
        ``ConditionError``, with the place where it is known.
        """
        self.expression = " ".join(expression.splitlines()).strip()
        self._tree = parsed(self.expression)
        self._limit_seconds = limit_seconds
        self._clock = clock
        self.run()(Moment(None, None, None, None))

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths of the state that it names."""
        return named_paths(self._tree)

    @property
    def uses_previous(self) -> bool:
        """Whether it looks at the state before the last step too."""
        return uses_previous(self._tree)

    def __repr__(self) -> str:
        return f"Condition({self.expression!r})"

    def run(self) -> Callable[[Moment], Any]:
        """Begin a run: return what gives the condition's value at a moment. For one thread at a time.

        It raises ``ConditionError`` where the condition takes too much.
        """
        meter = Meter(self._limit_seconds, self._clock)
        evaluator = Evaluator(meter)

        def value(moment: Moment) -> Any:
            meter.begin()
            try:
                return evaluator.evaluate(self._tree, moment)
            except ConditionError as error:
                raise ConditionError(error.text, error.hint, self.expression) from error
            except Exception as error:  # whatever a value of the model's own raises, or a state that is too deep
                reason = f"{type(error).__name__}: {error}"
                raise ConditionError(f"the condition fails at this state: {reason}", "", self.expression) from error
            finally:
                meter.end()

        return value
