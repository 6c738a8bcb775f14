"""Blame: an index of the writers of each path of a state."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Any

from .diff import Change, members
from .paths import Part, parse_path
from .steps import Step


class Blame:
    """An index of the events that wrote each path, filled step by step.

    An event wrote a path if it changed the value there, a value inside it, or a container that holds it.
    """

    def __init__(self) -> None:
        self._root = _Node()
        self._last: int | None = None

    def add(self, steps: Iterable[Step]) -> None:
        """Add steps, which must be in ascending order. Raises ``ValueError`` if they are not."""
        for step in steps:
            if self._last is not None and step.version < self._last:
                raise ValueError(f"the step at version {step.version} comes after that at {self._last}")
            self._last = step.version
            for change in step.changes:
                self._add(step.version, change)

    def writers(self, path: str) -> list[int]:
        """Return the versions of the events that wrote a path, in ascending order. Raises ``PathError``."""
        node = self._find(path)
        return [] if node is None else list(node.versions)

    def last_writer(self, path: str, version: int) -> int | None:
        """Return the version of the last event, at or before a version, that wrote a path. Raises ``PathError``."""
        node = self._find(path)
        return None if node is None else node.versions.last_until(version)

    def _find(self, path: str) -> _Node | None:
        node: _Node | None = self._root
        for part in parse_path(path):
            node = None if node is None or node.inner is None else node.inner.get(part)
        return node

    def _add(self, version: int, change: Change) -> None:
        node = self._root
        node.versions.add(version)
        for part in parse_path(change.path):
            node = node.child(part)
            node.versions.add(version)
        for tree in (change.before, change.after):
            node.note_inside(version, tree)


class _Node:
    """One path: the versions that wrote it, and the paths inside it."""

    __slots__ = ("inner", "versions")

    def __init__(self) -> None:
        self.versions = VersionSet()
        self.inner: dict[Part, _Node] | None = None

    def child(self, part: Part) -> _Node:
        if self.inner is None:
            self.inner = {}
        if part not in self.inner:
            self.inner[part] = _Node()
        return self.inner[part]

    def note_inside(self, version: int, tree: Any) -> None:
        for key, value in members(tree):
            inner = self.child(key if isinstance(key, int) else str(key))
            inner.versions.add(version)
            inner.note_inside(version, value)


class VersionSet:
    """Versions in ascending order, stored as ranges."""

    __slots__ = ("_firsts", "_lasts")

    def __init__(self) -> None:
        self._firsts = array("q")
        self._lasts = array("q")

    @property
    def last(self) -> int | None:
        """The highest version."""
        return self._lasts[-1] if self._lasts else None

    def add(self, version: int) -> None:
        """Add a version that is not lower than the highest one. Adding it again has no effect."""
        last = self.last
        if last is not None and last <= version <= last + 1:
            self._lasts[-1] = version
        else:
            self._firsts.append(version)
            self._lasts.append(version)

    def last_until(self, version: int) -> int | None:
        """Return the highest version that is at most ``version``; ``None`` if there is none."""
        index = bisect_right(self._firsts, version) - 1
        return None if index < 0 else min(version, self._lasts[index])

    def __iter__(self) -> Iterator[int]:
        for first, last in zip(self._firsts, self._lasts, strict=True):
            yield from range(first, last + 1)
