"""Applies and reverts changes, without modifying the original tree."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .diff import ABSENT, Change, PlainTree
from .paths import Part, parse_path
from .steps import Step


def apply_changes(tree: PlainTree | None, changes: Iterable[Change]) -> PlainTree:
    """Return a tree after changes of ``diff``; ``None`` counts as an empty dict.

    Unchanged parts are shared with ``tree``, new values with ``changes``, so none of them may be modified.
    """
    listed = list(changes)
    copies = _Copies(tree)
    # Removed from the end of a list, so that the other indexes stay valid.
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
    """Return the tree after a step; ``None`` if the entity does not exist. Shares parts as ``apply_changes`` does."""
    if not step.exists:
        return None
    return apply_changes(tree, step.changes) if step.changes or tree is None else tree


def revert_changes(tree: PlainTree | None, changes: Iterable[Change]) -> PlainTree:
    """Return the tree before the changes that led to it. Shares parts as ``apply_changes`` does."""
    return apply_changes(tree, [Change(each.path, each.after, each.before) for each in changes])


class _Copies:
    """A tree whose containers are copied when they are written to, each once."""

    def __init__(self, tree: PlainTree | None) -> None:
        self.root: Any = {} if tree is None else tree.copy()
        self._by_parts: dict[tuple[Part, ...], Any] = {(): self.root}

    def container_of(self, path: str) -> tuple[Any, Part]:
        """Return a copy of the container of a path's value, for writing, and the key in it."""
        *outer, key = parse_path(path)
        return self._copy_at(tuple(outer)), key

    def _copy_at(self, parts: tuple[Part, ...]) -> Any:
        if parts not in self._by_parts:
            parent = self._copy_at(parts[:-1])
            parent[parts[-1]] = self._by_parts[parts] = parent[parts[-1]].copy()
        return self._by_parts[parts]
