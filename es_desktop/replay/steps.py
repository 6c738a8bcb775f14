"""The values of a rebuild: its base, its steps with their changes and the writers of each path, and its last state."""

from __future__ import annotations

import enum
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from .diff import ABSENT, Change, Part, PlainTree, leaf_paths, members, parse_path


class Exactness(enum.StrEnum):
    """How far a state can be trusted, from best to worst."""

    EXACT = "exact"
    """Equal to the state that the writing system had: the model's own code made it."""
    INFERRED = "inferred"
    """Made without the model's code, from the last value of each payload field."""
    BROKEN = "broken"
    """A step failed or a version is missing: this state and later ones are doubtful."""

    def worse_of(self, other: Exactness) -> Exactness:
        """Return the worse of the two."""
        return max(self, other, key=[*Exactness].index)


@dataclass(frozen=True, slots=True)
class Base:
    """The start of a rebuild: the snapshot at ``version``, or zero (``None``)."""

    version: int | None = None

    @property
    def name(self) -> str:
        return "zero" if self.version is None else "snapshot"


@dataclass(frozen=True, slots=True)
class Step:
    """One event applied to a state: its changes, its error if it failed, and its time."""

    version: int
    type: str
    timestamp: float | None
    """Seconds since the epoch, UTC; ``None`` where the store does not say."""
    changes: tuple[Change, ...] = ()
    """All differences, path by path."""
    error: str | None = None
    """Why it could not be applied, or why its version is not the next one."""
    seconds: float = 0.0
    exactness: Exactness = Exactness.EXACT
    """Of the state after this step."""
    discards: bool = False
    """Whether this step ended the entity."""
    shortened: tuple[Change, ...] | None = None
    """The changes for people, if they differ from ``changes``: see ``diff``."""
    traceback: str = ""
    odd: str = ""
    """What is odd about the record of the event; ``""`` if nothing is."""
    """The model's lines that led to the error, if any."""
    exists: bool = True
    """Whether the entity exists after this step."""
    note: str = ""
    """Why there are no changes, if it is not known that nothing changed."""

    @property
    def readable_changes(self) -> tuple[Change, ...]:
        """The changes for people."""
        return self.changes if self.shortened is None else self.shortened


@dataclass(frozen=True, slots=True)
class Rebuild:
    """The state of one entity at one version, with the steps that lead to it."""

    base: Base
    base_state: Any
    skipped: int
    """How many events before the base were not read."""
    steps: tuple[Step, ...]
    state: Any
    """A plain tree; ``None`` if the entity is discarded or has no event yet."""
    exactness: Exactness
    writers: dict[str, list[int]] = field(default_factory=dict)
    """For each path, the versions of the events among the steps that set or removed it."""

    @property
    def seconds(self) -> float:
        """Seconds for reading, decoding and applying the steps."""
        return sum(step.seconds for step in self.steps)


def writers(steps: Iterable[Step]) -> dict[str, list[int]]:
    """Return for each path, also inside changed values, the versions of the events that set or removed it."""
    found: dict[str, list[int]] = {}
    for step in steps:
        for change in step.changes:
            inner: set[Any] = {change.path}
            for tree in (change.before, change.after):
                inner.update(leaf_paths(tree, change.path))
            for path in inner:
                found.setdefault(path, []).append(step.version)
    return dict(sorted(found.items()))


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
