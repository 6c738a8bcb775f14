"""Conditions in plain words: ``total > 100`` is ``total is over 100``, or was."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import Final

from es_desktop.replay.conditions import Condition

_DATE: Final = re.compile(r"\d{4}-\d\d(-\d\d)?([T ].*)?")
_SIMPLE: Final = re.compile(rf"[^\W\d][\w-]*|{_DATE.pattern}")
_ORDERS: Final[dict[type[ast.cmpop], tuple[str, str]]] = {
    ast.Gt: ("over", "after"),
    ast.GtE: ("at least", "not before"),
    ast.Lt: ("under", "before"),
    ast.LtE: ("at most", "not after"),
}
"""What a value is, compared with a number, and with a date."""
_MIRRORED: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Gt: ast.Lt,
    ast.GtE: ast.LtE,
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
    ast.Eq: ast.Eq,
    ast.NotEq: ast.NotEq,
}
_OF: Final = {
    "len": "number of",
    "sum": "sum of",
    "min": "least of",
    "max": "greatest of",
    "abs": "size of",
}


@dataclass(frozen=True, slots=True)
class Phrase:
    """What a condition says, for the present and the past."""

    subject: str
    """What it is about; empty where it is about several things."""
    present: str
    past: str
    became: str = ""
    """What the subject did when it became so; empty where there is no such word."""
    is_value: bool = False
    """Whether the subject is a value of the entity, so that ``whose total`` can be said."""

    @property
    def now(self) -> str:
        """The whole of it in the present: ``total is over 100``."""
        return f"{self.subject} {self.present}".strip()

    @property
    def then(self) -> str:
        """The whole of it in the past: ``total was over 100``."""
        return f"{self.subject} {self.past}".strip()


def phrase_of(condition: Condition) -> Phrase:
    """Return a condition in plain words. What has no such words is shown as it was typed."""
    return _Words(condition.expression).phrase(condition.tree)


def literal_text(value: object, typed: str = "") -> str:
    """Return a value of a question as a person reads it: a simple text without its quotes."""
    if isinstance(value, str):
        return value if _SIMPLE.fullmatch(value) else f'"{value}"'
    plain = {True: "true", False: "false"}.get(value) if isinstance(value, bool) else None
    return plain or ("nothing" if value is None else typed or str(value))


def listed(parts: list[str], word: str = "and") -> str:
    """Return parts as a list: ``a, b and c``."""
    return f" {word} ".join([*filter(None, [", ".join(parts[:-1])]), *parts[-1:]])


class _Words:
    def __init__(self, expression: str) -> None:
        self._expression = expression

    def phrase(self, node: ast.expr) -> Phrase:
        match node:
            case ast.BoolOp():
                return self._joined(node)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self._negated(operand)
            case ast.Compare(ops=[operator], comparators=[right]):
                return self._compared(node.left, operator, right)
            case ast.Compare():
                return self._chain(node)
            case ast.Call(func=ast.Name(id="changed"), args=[ast.Constant(value=str(path))]):
                return Phrase(path, "changes", "changed", "changed", is_value=True)
            case ast.Call(func=ast.Name(id="any" | "all" as name), args=[ast.GeneratorExp() | ast.ListComp() as loop]):
                return self._looped(name, loop)
            case ast.Name() | ast.Attribute() | ast.Subscript() | ast.Call(func=ast.Name(id="value" | "len" | "sum")):
                return self._is(node, "set")
        return self._typed(node)

    def _joined(self, node: ast.BoolOp) -> Phrase:
        word = " and " if isinstance(node.op, ast.And) else " or "
        parts = [(self.phrase(each), isinstance(each, ast.BoolOp)) for each in node.values]
        present = word.join(f"({each.now})" if inner else each.now for each, inner in parts)
        return Phrase("", present, word.join(f"({each.then})" if inner else each.then for each, inner in parts))

    def _negated(self, node: ast.expr) -> Phrase:
        inner = self.phrase(node)
        if inner.present.startswith("is ") and inner.subject and not isinstance(node, ast.UnaryOp):
            return self._verb(inner.subject, f"not {inner.present[3:]}", is_value=inner.is_value)
        is_joined = isinstance(node, ast.BoolOp)
        text, past = (f"({each})" if is_joined else each for each in (inner.now, inner.then))
        return Phrase("", f"it is not so that {text}", f"it was not so that {past}")

    def _chain(self, node: ast.Compare) -> Phrase:
        """``0 < total < 100`` is one phrase; any other chain is its comparisons, one after another."""
        sides = [node.left, *node.comparators]
        pairs = list(zip(sides, node.ops, sides[1:], strict=False))
        found = [self._compared(*each) for each in pairs]
        subjects = {each.subject for each in found}
        if len(subjects) == 1 and all(each.present.startswith("is ") for each in found):
            what = " and ".join(each.present[3:] for each in found)
            return self._verb(found[0].subject, what, is_value=found[0].is_value)
        return Phrase("", " and ".join(each.now for each in found), " and ".join(each.then for each in found))

    def _compared(self, left: ast.expr, operator: ast.cmpop, right: ast.expr) -> Phrase:
        sort = type(operator)
        if sort in (ast.In, ast.NotIn):
            return self._within(left, right, is_in=sort is ast.In)
        if isinstance(left, ast.Constant) and not isinstance(right, ast.Constant) and sort in _MIRRORED:
            left, right, sort = right, left, _MIRRORED[sort]
        missing = isinstance(right, ast.Constant) and right.value is None
        if sort in (ast.Eq, ast.Is):
            return self._is(left, "missing" if missing else self._noun(right))
        if sort in (ast.NotEq, ast.IsNot):
            return self._is(left, "there" if missing else f"not {self._noun(right)}")
        of_number, of_date = _ORDERS[sort]
        value = right.value if isinstance(right, ast.Constant) else None
        is_date = isinstance(value, str) and _DATE.fullmatch(value) is not None
        return self._is(left, f"{of_date if is_date else of_number} {self._noun(right)}")

    def _within(self, left: ast.expr, right: ast.expr, *, is_in: bool) -> Phrase:
        match right:
            case ast.List(elts=members) | ast.Tuple(elts=members) | ast.Set(elts=members):
                known = listed([self._noun(each) for each in members], "or" if is_in else "and")
                return self._is(left, f"{'one' if is_in else 'none'} of {known}" if members else "one of nothing")
        subject, item = self._noun(right), self._noun(left)
        is_value = self._is_value(right)
        if is_in:
            return Phrase(subject, f"contains {item}", f"contained {item}", is_value=is_value)
        return Phrase(subject, f"does not contain {item}", f"did not contain {item}", is_value=is_value)

    def _looped(self, name: str, loop: ast.GeneratorExp | ast.ListComp) -> Phrase:
        (of,) = loop.generators
        each = f"{'any' if name == 'any' else 'every'} {self._source(of.target)} of {self._noun(of.iter)}"
        tests = listed([self.phrase(test).now for test in of.ifs])
        when = f"for {each} where {tests}," if tests else f"for {each},"
        inner = self.phrase(loop.elt)
        return Phrase("", f"{when} {inner.now}", f"{when} {inner.then}")

    def _is(self, node: ast.expr, what: str) -> Phrase:
        return self._verb(self._noun(node), what, is_value=self._is_value(node))

    def _verb(self, subject: str, what: str, *, is_value: bool) -> Phrase:
        became = "" if what.startswith("not ") else f"became {what}"
        return Phrase(subject, f"is {what}", f"was {what}", became, is_value)

    def _typed(self, node: ast.expr) -> Phrase:
        return self._verb(f"“{self._source(node)}”", "true", is_value=False)

    def _is_value(self, node: ast.expr) -> bool:
        match node:
            case ast.Name(id=name):
                return name not in ("event", "version", "previous")
            case ast.Attribute(value=inner) | ast.Subscript(value=inner):
                return self._is_value(inner)
            case ast.Call(func=ast.Name(id="value")):
                return True
            case ast.Call(func=ast.Name(id="len"), args=[inner]):
                return self._is_value(inner)
        return False

    def _noun(self, node: ast.expr) -> str:
        match node:
            case ast.Constant(value=value):
                return literal_text(value, self._source(node))
            case ast.Name(id="event" | "version" as name):
                return f"the {name}"
            case ast.Call(func=ast.Name(id="value"), args=[ast.Constant(value=str(path))]):
                return path
            case ast.Call(func=ast.Name(id=name), args=[ast.GeneratorExp() | ast.ListComp() as loop]) if name in _OF:
                (of,) = loop.generators
                tests = listed([self.phrase(test).now for test in of.ifs])
                each = f"every {self._source(of.target)} of {self._noun(of.iter)}{f' where {tests}' if tests else ''}"
                return f"{_OF[name]} {self._noun(loop.elt)} of {each}"
            case ast.Call(func=ast.Name(id=name), args=arguments) if name in _OF:
                return f"{_OF[name]} {listed([self._noun(each) for each in arguments])}"
        source = self._source(node)
        return f"the previous {source.removeprefix('previous.')}" if source.startswith("previous.") else source

    def _source(self, node: ast.expr) -> str:
        return ast.get_source_segment(self._expression, node) or ast.unparse(node)
