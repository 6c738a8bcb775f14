"""The values of a rebuild: its base, its steps, and the state at its end."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .diff import Change, leaf_paths


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
        return self if _RANK[self] >= _RANK[other] else other


_RANK = {exactness: rank for rank, exactness in enumerate(Exactness)}


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
    """The model's lines that led to the error, if any."""
    exists: bool = True
    """Whether the entity exists after this step."""

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
