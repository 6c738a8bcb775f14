"""The grammar of conditions: an expression is parsed once, and refused unless all its parts are known to be safe."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Final

from ..diff import Part, PathError, join_path, parse_path


class ConditionError(Exception):
    """A condition is not valid, fails, or takes too long: ``text`` says why, ``hint`` what to do. One line each."""

    def __init__(self, text: str, hint: str = "", expression: str = "", column: int | None = None) -> None:
        super().__init__(f"{text}. {hint}" if hint else text)
        self.text = text
        self.hint = hint
        self.expression = expression
        self.column = column
        """The column in the expression, from 0; ``None`` for the whole expression."""

    @property
    def marked(self) -> str:
        """The expression, with a caret below the column if that is known."""
        return self.expression if self.column is None else f"{self.expression}\n{' ' * self.column}^"


FUNCTIONS: Final = ("len", "min", "max", "sum", "abs", "any", "all")
"""Functions of values. ``changed`` and ``value`` are functions of a path."""
PATH_FUNCTIONS: Final = ("changed", "value")
MOST_CHARACTERS: Final = 2_000
MOST_LEVELS: Final = 60

_FILE: Final = "<condition>"
# A warning is printed where nobody reads it, such as of ``1if x else 2``.
warnings.filterwarnings("ignore", category=SyntaxWarning, module=_FILE)
_HINT: Final = 'Write it as in Python: status == "paid" and total > 100.'
_ALLOWED: Final = (
    *(ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.UAdd, ast.IfExp),
    *(ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow),
    *(ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn, ast.Is, ast.IsNot),
    *(ast.Constant, ast.Name, ast.Attribute, ast.Subscript, ast.Slice, ast.Call, ast.Load, ast.Store),
    *(ast.List, ast.Tuple, ast.Set, ast.GeneratorExp, ast.ListComp, ast.comprehension),
)
_REFUSED: Final = {
    **{"Lambda": "lambda", "JoinedStr": "f-string", "NamedExpr": ":=", "Starred": "star", "Dict": "dict"},
    **{"BitAnd": "&", "BitOr": "|", "BitXor": "^", "Invert": "~", "LShift": "<<", "RShift": ">>", "MatMult": "@"},
}
"""The names of parts of Python that are refused, for messages."""
_INSTEAD: Final = {"=": "Compare with ==.", "&": "Write and.", "|": "Write or.", "!": "Write not."}
_LITERALS: Final = (bool, int, float, str, bytes, type(None))
_OTHER_LANGUAGES: Final = {"true": "True", "false": "False", "null": "None", "none": "None", "nil": "None"}


def parse_condition(expression: str) -> ast.expr:
    """Return the tree of an expression of one line.

    Raises ``ConditionError`` for a text that is not an expression, or that uses more than a condition may.
    """
    if not expression:
        raise ConditionError("the condition is empty", _HINT, expression)
    if len(expression) > MOST_CHARACTERS:
        raise ConditionError(f"the condition is longer than {MOST_CHARACTERS:,} characters", "Make it shorter.")
    try:
        tree = ast.parse(expression, _FILE, mode="eval").body
    except SyntaxError as error:
        raise _not_python(expression, error) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise ConditionError(f"the condition cannot be read: {error or 'it is nested too deeply'}", _HINT) from None
    _Checker(expression).check(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            node.value = _number(ast.get_source_segment(expression, node) or "", node.value)
    return tree


def _number(text: str, value: float) -> Any:
    """Return the number that a text means: a ``Decimal`` if a float has not all its digits."""
    try:
        exact = Decimal(text)
    except ArithmeticError:  # an exponent that no Decimal can have
        return value
    return value if Decimal(repr(value)) == exact else exact


def _not_python(expression: str, error: SyntaxError) -> ConditionError:
    # For an expression that ends too early, Python reports a column in the next line, or none.
    column = error.offset - 1 if error.lineno == 1 and error.offset else len(expression)
    hint = _INSTEAD.get(expression[column : column + 1], _HINT)
    return ConditionError(error.msg, hint, expression, column)


class _Checker:
    def __init__(self, expression: str) -> None:
        self._expression = expression

    def check(self, tree: ast.expr) -> None:
        level: list[ast.AST] = [tree]
        for _ in range(MOST_LEVELS):
            for node in level:
                self._check_node(node)
            level = [child for node in level for child in _children(node)]
            if not level:
                return
        raise self._error(tree, f"the condition is nested more than {MOST_LEVELS} levels deep", "Make it simpler.")

    def _check_node(self, node: ast.AST) -> None:
        if not isinstance(node, _ALLOWED):
            name = type(node).__name__
            raise self._error(node, f"a condition has no {_REFUSED.get(name, name)}", _HINT)
        check = _CHECKS.get(type(node))
        if check is not None:
            check(self, node)

    def _check_name(self, node: ast.Name) -> None:
        self._check_word(node, node.id)
        if node.id in _OTHER_LANGUAGES:
            right = _OTHER_LANGUAGES[node.id]
            raise self._error(node, f"there is no {node.id}", f"Python writes {right}.")

    def _check_word(self, node: ast.AST, word: str) -> None:
        if word.startswith("_"):
            raise self._error(node, f"{word!r} begins with an underscore", "States show their values as foo, not _foo.")

    def _check_constant(self, node: ast.Constant) -> None:
        if not isinstance(node.value, _LITERALS):
            raise self._error(node, f"{node.value!r} is no value of a state", _HINT)

    def _check_call(self, node: ast.Call) -> None:
        known = ", ".join((*FUNCTIONS, *PATH_FUNCTIONS))
        if not isinstance(node.func, ast.Name):
            raise self._error(node, "only functions can be called", f"There are {known}.")
        name = node.func.id
        if name not in FUNCTIONS and name not in PATH_FUNCTIONS:
            raise self._error(node, f"there is no function {name}", f"There are {known}.")
        if node.keywords or not node.args:
            raise self._error(node, f"{name} takes values, and at least one", f"Such as {_example(name)}.")
        if name in PATH_FUNCTIONS:
            self._check_path(node, name)
        elif name not in ("min", "max") and len(node.args) != 1:
            raise self._error(node, f"{name} takes one value", f"Such as {_example(name)}.")

    def _check_path(self, node: ast.Call, name: str) -> None:
        match node.args:
            case [ast.Constant(value=str(path))]:
                try:
                    parse_path(path)
                except PathError as error:
                    raise self._error(node, str(error), f"Such as {_example(name)}.") from None
            case _:
                raise self._error(node, f"{name} takes one path, in quotes", f"Such as {_example(name)}.")

    def _check_comprehension(self, node: ast.comprehension) -> None:
        if not isinstance(node.target, ast.Name) or node.is_async:
            raise self._error(node.target, "a for takes one name", "Such as any(line.price > 9 for line in lines).")

    def _check_generator(self, node: ast.GeneratorExp | ast.ListComp) -> None:
        if len(node.generators) != 1:
            raise self._error(node, "there is more than one for", "Put one inside the other.")

    def _error(self, node: ast.AST, text: str, hint: str) -> ConditionError:
        return ConditionError(text, hint, self._expression, self._column_of(node))

    def _column_of(self, node: ast.AST) -> int | None:
        at = getattr(node, "col_offset", None)  # in bytes; operators have none
        return None if at is None else len(self._expression.encode()[:at].decode())


def _children(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Call):
        return iter(node.args)  # the name of the function is not a value
    return ast.iter_child_nodes(node)


def _example(name: str) -> str:
    return {"changed": 'changed("total")', "value": 'value("lines[0].price")'}.get(name, f"{name}(lines)")


_CHECKS: Final[dict[type[ast.AST], Callable[..., None]]] = {
    ast.Name: _Checker._check_name,
    ast.Attribute: lambda checker, node: checker._check_word(node, node.attr),
    ast.Constant: _Checker._check_constant,
    ast.Call: _Checker._check_call,
    ast.comprehension: _Checker._check_comprehension,
    ast.GeneratorExp: _Checker._check_generator,
    ast.ListComp: _Checker._check_generator,
}


NAMES_OF_STEP: Final = frozenset({"previous", "version", "event"})
"""Names that are not attributes of the state."""


def named_paths(tree: ast.expr) -> tuple[str, ...]:
    """Return the paths of the state that a condition reads, each once, in order.

    A path consists of names and whole numbers: ``lines[0].price``; but ``lines`` for ``lines[-1].price`` and for
    ``any(line.price > 9 for line in lines)``.
    """
    return tuple(dict.fromkeys(_paths(tree, frozenset())))


def uses_previous(tree: ast.expr) -> bool:
    """Return whether a condition reads the state before the step: by ``previous`` or ``changed``."""
    return any(
        (isinstance(node, ast.Name) and node.id == "previous")
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "changed")
        for node in ast.walk(tree)
    )


def uses_step(tree: ast.expr) -> bool:
    """Return whether a condition reads the version, or the type of the event."""
    return any(isinstance(node, ast.Name) and node.id in ("version", "event") for node in ast.walk(tree))


def _paths(node: ast.AST, loop_names: frozenset[str]) -> Iterator[str]:
    match node:
        case ast.Name() | ast.Attribute() | ast.Subscript():
            yield from _chain(node, loop_names)
        case ast.Call(func=ast.Name(id="value"), args=[ast.Constant(value=str(path))]):
            yield path
        case ast.Call(func=ast.Name(id="changed")):
            return
        case ast.Call(args=arguments):
            for each in arguments:
                yield from _paths(each, loop_names)
        case ast.ListComp(elt=element, generators=[loop]) | ast.GeneratorExp(elt=element, generators=[loop]):
            yield from _paths(loop.iter, loop_names)
            inside = loop_names | {loop.target.id} if isinstance(loop.target, ast.Name) else loop_names
            for each in (*loop.ifs, element):
                yield from _paths(each, inside)
        case _:
            for child in ast.iter_child_nodes(node):
                yield from _paths(child, loop_names)


def _chain(node: ast.expr, loop_names: frozenset[str]) -> Iterator[str]:
    """Yield the path of leading names and constant indexes, and the paths in other indexes."""
    parts: list[Part] = []
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        key = node.attr if isinstance(node, ast.Attribute) else _constant(node.slice)
        if key is not None:
            parts.append(key)
        elif isinstance(node, ast.Subscript):
            parts.clear()
            yield from _paths(node.slice, loop_names)
        node = node.value
    if not isinstance(node, ast.Name):  # a part of a computed value
        yield from _paths(node, loop_names)
        return
    if node.id not in NAMES_OF_STEP and node.id not in loop_names:
        path = node.id
        for part in reversed(parts):
            path = join_path(path, part)
        yield path


def _constant(index: ast.expr) -> Part | None:
    """Return a constant index, a name or a whole number; ``None`` for any other index."""
    match index:
        case ast.Constant(value=bool()):
            return None
        case ast.Constant(value=str() | int() as key):
            return key
    return None
