"""What a condition names: the paths of the state that it looks at, and whether it looks at the step before as well."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from ..diff import join_path
from ..paths import Part

_OF_THE_STEP: Final = frozenset({"previous", "version", "event"})
"""Names that mean something else than an attribute of the state."""


def named_paths(tree: ast.expr) -> tuple[str, ...]:
    """Return the paths of the state that a condition names, each once, in its own order.

    A path goes as far as the condition tells it by names and whole numbers: ``lines[0].price``, but ``lines`` of
    ``lines[-1].price`` and of ``any(line.price > 9 for line in lines)``.
    """
    return tuple(dict.fromkeys(_paths(tree, frozenset())))


def uses_previous(tree: ast.expr) -> bool:
    """Return whether a condition looks at the state before the last step: by ``previous``, or by ``changed``."""
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
    """Yield the path that names and indexes make, as far as they go, and the paths that other indexes name."""
    parts: list[Part] = []
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        key = node.attr if isinstance(node, ast.Attribute) else _constant(node.slice)
        if key is not None:
            parts.append(key)
        elif isinstance(node, ast.Subscript):
            parts.clear()
            yield from _paths(node.slice, loop_names)
        node = node.value
    if not isinstance(node, ast.Name):  # a part of something that is worked out
        yield from _paths(node, loop_names)
        return
    if node.id not in _OF_THE_STEP and node.id not in loop_names:
        path = node.id
        for part in reversed(parts):
            path = join_path(path, part)
        yield path


def _constant(index: ast.expr) -> Part | None:
    """Return the name or the whole number that an index is; ``None`` where it is anything else."""
    match index:
        case ast.Constant(value=bool()):
            return None
        case ast.Constant(value=str() | int() as key):
            return key
    return None
