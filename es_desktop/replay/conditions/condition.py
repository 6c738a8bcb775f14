"""Conditions: Python-like expressions on a state, parsed once and evaluated at many versions."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from functools import cached_property
from time import perf_counter
from typing import Any, Final

from ..chain import Moment
from ..diff import ABSENT, parse_path, same_tree, value_of
from .grammar import ConditionError, named_paths, parse_condition, uses_previous, uses_step
from .operators import Meter, Operators

_Handler = Callable[[Any], Any]


class Evaluator:
    """Evaluates checked trees at moments. For one thread at a time."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._operators = Operators(meter)
        self._handlers: dict[type[ast.AST], _Handler] = {
            ast.Constant: lambda node: node.value,
            ast.BoolOp: self._bool_op,
            ast.BinOp: lambda node: self._apply(node.op, node.left, node.right),
            ast.UnaryOp: lambda node: self._apply(node.op, node.operand),
            ast.Compare: self._compare,
            ast.IfExp: lambda node: self._value(node.body if self._value(node.test) else node.orelse),
            ast.Slice: lambda node: slice(
                *(part and self._value(part) for part in (node.lower, node.upper, node.step))
            ),
            ast.Name: self._name,
            ast.Attribute: lambda node: _member(self._value(node.value), node.attr),
            ast.Subscript: self._subscript,
            ast.Call: self._call,
            ast.List: self._list,
            ast.Tuple: self._list,
            ast.Set: self._list,
            ast.ListComp: self._comprehension,
            ast.GeneratorExp: self._comprehension,
        }
        self._moment = Moment(None, None, None, None)
        self._loop_names: dict[str, Any] = {}

    def evaluate(self, tree: ast.expr, moment: Moment) -> Any:
        """Return the value of a tree at a moment. Raises ``ConditionError`` if it takes too much."""
        self._moment = moment
        self._loop_names = {}
        return self._value(tree)

    def _value(self, node: ast.expr) -> Any:
        self._meter.count()
        return self._handlers[type(node)](node)

    def _apply(self, operator: ast.AST, *operands: ast.expr) -> Any:
        return self._operators.table[type(operator)](*map(self._value, operands))

    def _bool_op(self, node: ast.BoolOp) -> Any:
        value: Any = None
        is_or = isinstance(node.op, ast.Or)
        for each in node.values:
            value = self._value(each)
            if value if is_or else not value:
                break
        return value

    def _compare(self, node: ast.Compare) -> bool:
        right = self._value(node.left)
        for operator, comparator in zip(node.ops, node.comparators, strict=True):
            left, right = right, self._value(comparator)
            if not self._operators.table[type(operator)](left, right):
                return False
        return True

    def _name(self, node: ast.Name) -> Any:
        name, moment = node.id, self._moment
        if name in self._loop_names:
            return self._loop_names[name]
        match name:
            case "previous":
                return moment.before
            case "version":
                return moment.version
            case "event":
                return None if moment.step is None else moment.step.type
        return _member(moment.after, name)

    def _subscript(self, node: ast.Subscript) -> Any:
        container, key = self._value(node.value), self._value(node.slice)
        if isinstance(container, Mapping):
            return _member(container, str(key))
        return self._operators.part(container, key)

    def _list(self, node: ast.List | ast.Tuple | ast.Set) -> list[Any]:
        return [self._value(member) for member in node.elts]

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp) -> list[Any]:
        (loop,) = node.generators
        assert isinstance(loop.target, ast.Name), "the grammar saw to it"
        outer = self._loop_names
        found: list[Any] = []
        for member in self._operators.members(self._value(loop.iter)):
            self._loop_names = {**outer, loop.target.id: member}
            if all(self._value(test) for test in loop.ifs):
                found.append(self._value(node.elt))
        self._loop_names = outer
        return found

    def _call(self, node: ast.Call) -> Any:
        assert isinstance(node.func, ast.Name), "the grammar saw to it"
        match node.func.id, node.args:
            case "changed", [ast.Constant(value=path)]:
                parts = parse_path(path)
                return not same_tree(value_of(self._moment.before, parts), value_of(self._moment.after, parts))
            case "value", [ast.Constant(value=path)]:
                found = value_of(self._moment.after, parse_path(path))
                return None if found is ABSENT else found
        return self._operators.functions[node.func.id](*map(self._value, node.args))


def _member(container: Any, name: str) -> Any:
    return container.get(name) if isinstance(container, Mapping) else None


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

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """The paths of the state that it reads."""
        return named_paths(self._tree)

    @property
    def tree(self) -> ast.expr:
        """The checked tree of the expression. It must not be modified."""
        return self._tree

    @cached_property
    def attributes(self) -> tuple[str, ...]:
        """The attributes of the state that it reads, each once: the first names of its paths."""
        parts = (parse_path(path) for path in self.paths)
        return tuple(dict.fromkeys(str(part[0]) for part in parts if part))

    @cached_property
    def uses_previous(self) -> bool:
        """Whether it also reads the state before the step."""
        return uses_previous(self._tree)

    @cached_property
    def uses_step(self) -> bool:
        """Whether it reads the version, or the type of the event."""
        return uses_step(self._tree)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Condition) and self.expression == other.expression

    def __hash__(self) -> int:
        return hash(self.expression)

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
