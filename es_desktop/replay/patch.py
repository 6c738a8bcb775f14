"""Changes carried out: the tree that they lead to, or back to, without touching the tree that they start from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .diff import ABSENT, Change
from .paths import Part, parse_path
from .steps import Step
from .tree import PlainTree


def apply_changes(tree: PlainTree | None, changes: Iterable[Change]) -> PlainTree:
    """Return a tree as changes that ``diff`` told leave it; a tree that is not there begins as an empty dict.

    What did not change is shared with ``tree``, and new values with ``changes``: all of them are for reading only.
    """
    listed = list(changes)
    copies = _Copies(tree)
    # Taken away from the end of a list on, so that the indexes before stay what they are.
    for change in reversed(listed):
        if change.after is ABSENT:
            container, key = copies.container_of(change.path)
            del container[key]
    for change in listed:
        if change.after is not ABSENT:
            container, key = copies.container_of(change.path)
            if isinstance(container, list) and key == len(container):
                container.append(change.after)
            else:
                container[key] = change.after
    return copies.root


def after_step(tree: PlainTree | None, step: Step) -> PlainTree | None:
    """Return the tree as a step leaves it: ``None`` without an entity. Shares what ``apply_changes`` does."""
    if not step.exists:
        return None
    return apply_changes(tree, step.changes) if step.changes or tree is None else tree


def revert_changes(tree: PlainTree | None, changes: Iterable[Change]) -> PlainTree:
    """Return the tree as it was before changes that led to it. Shares what ``apply_changes`` shares."""
    return apply_changes(tree, [Change(each.path, each.after, each.before) for each in changes])


class _Copies:
    """A tree of which only the containers that are written to are copied, each once."""

    def __init__(self, tree: PlainTree | None) -> None:
        self.root: Any = {} if tree is None else tree.copy()
        self._by_parts: dict[tuple[Part, ...], Any] = {(): self.root}

    def container_of(self, path: str) -> tuple[Any, Part]:
        """Return the container that holds a path's value, to be written to, and the value's key in it."""
        *outer, key = parse_path(path)
        return self._copy_at(tuple(outer)), key

    def _copy_at(self, parts: tuple[Part, ...]) -> Any:
        if parts not in self._by_parts:
            parent = self._copy_at(parts[:-1])
            parent[parts[-1]] = self._by_parts[parts] = parent[parts[-1]].copy()
        return self._by_parts[parts]
