"""Conditions: Python-like expressions on a state, parsed once and evaluated at many versions."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from time import perf_counter
from typing import Any, Final

from ..chain import Moment
from ..diff import ABSENT, parse_path, same_tree, value_of
from .grammar import ConditionError, named_paths, parse_condition, uses_previous, uses_step
from .operators import Meter, Operators

_Value = Callable[[], Any]
"""Returns the value of a part of a tree at the moment that is evaluated."""


class Evaluator:
    """Evaluates a checked tree at moments: made once of calls inside of calls. For one thread at a time."""

    def __init__(self, tree: ast.expr, meter: Meter) -> None:
        self._meter = meter
        self._operators = Operators(meter)
        self._makers: dict[type[ast.AST], Callable[[Any], _Value]] = {
            ast.Constant: lambda node: partial(_same, node.value),
            ast.BoolOp: self._bool_op,
            ast.BinOp: lambda node: self._applied(node.op, node.left, node.right),
            ast.UnaryOp: lambda node: self._applied(node.op, node.operand),
            ast.Compare: self._compare,
            ast.IfExp: self._if,
            ast.Slice: self._slice,
            ast.Name: self._name,
            ast.Attribute: self._attribute,
            ast.Subscript: self._subscript,
            ast.Call: self._call,
            ast.List: self._list,
            ast.Tuple: self._list,
            ast.Set: self._list,
            ast.ListComp: self._comprehension,
            ast.GeneratorExp: self._comprehension,
        }
        self._moment = Moment(None, None, None, None)
        self._members: dict[str, Any] = {}
        """The members that loops are at, by the names of the loops."""
        self._loops: frozenset[str] = frozenset()
        """The names of the loops around the part that is made."""
        self._parts = 0
        """How many parts are made, outside of loops or inside of the one that is made: each is an operation."""
        self._value = self._made(tree)
        self._count = self._parts

    def evaluate(self, moment: Moment) -> Any:
        """Return the value at a moment. Raises ``ConditionError`` if it takes too much."""
        self._moment = moment
        self._meter.count(self._count)
        return self._value()

    def _made(self, node: ast.AST) -> _Value:
        self._parts += 1
        return self._makers[type(node)](node)

    def _applied(self, operator: ast.AST, *operands: ast.expr) -> _Value:
        apply, values = self._operators.table[type(operator)], [self._made(each) for each in operands]
        if len(values) == 2:
            left, right = values
            return lambda: apply(left(), right())
        (only,) = values
        return lambda: apply(only())

    def _bool_op(self, node: ast.BoolOp) -> _Value:
        values = [self._made(each) for each in node.values]
        is_or = isinstance(node.op, ast.Or)

        def value() -> Any:
            found: Any = None
            for each in values:
                found = each()
                if found if is_or else not found:
                    break
            return found

        return value

    def _compare(self, node: ast.Compare) -> _Value:
        first = self._made(node.left)
        compares = [self._operators.table[type(each)] for each in node.ops]
        others = [self._made(each) for each in node.comparators]
        if len(others) == 1:
            (compare,), (other,) = compares, others
            return lambda: compare(first(), other())

        def value() -> bool:
            right = first()
            for compare, other in zip(compares, others, strict=True):
                left, right = right, other()
                if not compare(left, right):
                    return False
            return True

        return value

    def _if(self, node: ast.IfExp) -> _Value:
        test, body, orelse = self._made(node.test), self._made(node.body), self._made(node.orelse)
        return lambda: body() if test() else orelse()

    def _slice(self, node: ast.Slice) -> _Value:
        parts = [None if each is None else self._made(each) for each in (node.lower, node.upper, node.step)]
        return lambda: slice(*(each and each() for each in parts))

    def _name(self, node: ast.Name) -> _Value:
        name = node.id
        if name in self._loops:
            return lambda: self._members[name]
        match name:
            case "previous":
                return lambda: self._moment.before
            case "version":
                return lambda: self._moment.version
            case "event":
                return lambda: None if self._moment.step is None else self._moment.step.type
        return lambda: _member(self._moment.after, name)

    def _attribute(self, node: ast.Attribute) -> _Value:
        container, name = self._made(node.value), node.attr
        return lambda: _member(container(), name)

    def _subscript(self, node: ast.Subscript) -> _Value:
        container, key = self._made(node.value), self._made(node.slice)

        def value() -> Any:
            inside, at = container(), key()
            return _member(inside, str(at)) if isinstance(inside, Mapping) else self._operators.part(inside, at)

        return value

    def _list(self, node: ast.List | ast.Tuple | ast.Set) -> _Value:
        members = [self._made(each) for each in node.elts]
        return lambda: [each() for each in members]

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp) -> _Value:
        (loop,) = node.generators
        assert isinstance(loop.target, ast.Name), "the grammar saw to it"
        members, name = self._made(loop.iter), loop.target.id
        outside = self._parts, self._loops
        self._parts, self._loops = 0, self._loops | {name}
        tests, element, count = [self._made(each) for each in loop.ifs], self._made(node.elt), self._parts
        self._parts, self._loops = outside

        def value() -> list[Any]:
            outer = self._members
            found: list[Any] = []
            for member in self._operators.members(members()):
                self._members = {**outer, name: member}
                self._meter.count(count)
                if all(test() for test in tests):
                    found.append(element())
            self._members = outer
            return found

        return value

    def _call(self, node: ast.Call) -> _Value:
        assert isinstance(node.func, ast.Name), "the grammar saw to it"
        match node.func.id, node.args:
            case "changed", [ast.Constant(value=path)]:
                parts = parse_path(path)
                return lambda: not same_tree(value_of(self._moment.before, parts), value_of(self._moment.after, parts))
            case "value", [ast.Constant(value=path)]:
                parts = parse_path(path)

                def value() -> Any:
                    found = value_of(self._moment.after, parts)
                    return None if found is ABSENT else found

                return value
        call, values = self._operators.functions[node.func.id], [self._made(each) for each in node.args]
        return lambda: call(*(each() for each in values))


def _same(value: Any) -> Any:
    return value


def _member(container: Any, name: str) -> Any:
    if type(container) is dict:  # most are, and it takes a fifth of the time
        return container.get(name)
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
        evaluator: Evaluator | None = None

        def value(moment: Moment) -> Any:
            nonlocal evaluator
            meter.begin()
            try:
                if evaluator is None:
                    evaluator = Evaluator(self._tree, meter)
                return evaluator.evaluate(moment)
            except ConditionError as error:
                raise ConditionError(error.text, error.hint, self.expression) from error
            except Exception as error:  # values of user classes may raise anything, and a state may be too deep
                reason = f"{type(error).__name__}: {error}"
                raise ConditionError(f"the condition fails at this state: {reason}", "", self.expression) from error
            finally:
                meter.end()

        return value
