"""What a condition reads of the states before and after a step, and of the step."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from ..diff import parse_path
from .condition import Condition
from .grammar import NAMES_OF_STEP


@dataclass(frozen=True, slots=True)
class Reads:
    """What a condition reads at a version: its value is the same wherever these are the same."""

    after: tuple[str, ...]
    """Attributes of the state after the step."""
    before: tuple[str, ...] = ()
    """Attributes of the state before the step; it does not matter whether that has none, or is missing."""
    has_before: bool = False
    """Whether it also asks if there is a state before the step."""
    event: bool = False
    version: bool = False


def reads_of(condition: Condition) -> Reads | None:
    """Return what a condition reads; ``None`` if it may read a whole state, or that is not known."""
    after = dict.fromkeys(condition.attributes)
    before: dict[str, None] = {}
    names: set[str] = set()
    bases: set[ast.AST] = set()
    """The names of the state before that were met inside of what reads a part of it."""
    has_before = False
    paths = [parse_path(path) for path in condition.paths]
    for node in ast.walk(condition.tree):
        match node:
            case ast.comprehension(target=ast.Name(id=name)) if name in NAMES_OF_STEP:
                return None
            case ast.Call(func=ast.Name(id="changed"), args=[ast.Constant(value=str(path))]):
                paths.append(parts := parse_path(path))
                for each in parts[:1]:
                    after[str(each)] = before[str(each)] = None
            case (
                ast.Attribute(value=ast.Name(id="previous") as base, attr=str(part))
                | ast.Subscript(value=ast.Name(id="previous") as base, slice=ast.Constant(value=str(part)))
            ):
                before[part] = None
                bases.add(base)
            case ast.Compare(left=ast.Name(id="previous") as base, comparators=[ast.Constant(value=None)]):
                has_before = True
                bases.add(base)
            case ast.Name(id="previous") if node not in bases:  # what it stands in was met before it
                return None
            case ast.Name(id=name):
                names.add(name)
    if not all(paths):
        return None
    return Reads(tuple(after), tuple(before), has_before, "event" in names, "version" in names)
