"""The paths of the state that a condition reads, and whether it reads the state before the step."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from ..diff import join_path
from ..paths import Part

_OF_THE_STEP: Final = frozenset({"previous", "version", "event"})
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
    if node.id not in _OF_THE_STEP and node.id not in loop_names:
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
