"""The values that a rebuild is told in: what it starts from, its steps, and where it ends."""

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
    """The last value seen per payload field: the model's code is not here."""
    BROKEN = "broken"
    """A step failed: this state and later ones lack what it did."""

    def worse_of(self, other: Exactness) -> Exactness:
        """Return the lesser trust of the two."""
        return self if _RANK[self] >= _RANK[other] else other


_RANK = {exactness: rank for rank, exactness in enumerate(Exactness)}


@dataclass(frozen=True, slots=True)
class Base:
    """What a rebuild starts from: a snapshot (``version`` is its position) or zero (``version`` is ``None``)."""

    version: int | None = None

    @property
    def name(self) -> str:
        return "zero" if self.version is None else "snapshot"


@dataclass(frozen=True, slots=True)
class Step:
    """One event applied: the paths it changed, why it failed if it did, and how long it took."""

    version: int
    type: str
    timestamp: float | None
    """Seconds since the epoch, UTC; ``None`` where the store does not say."""
    changes: tuple[Change, ...] = ()
    """Exactly what differs, place by place."""
    error: str | None = None
    """Why it could not be applied, or why its version should not come next."""
    seconds: float = 0.0
    exactness: Exactness = Exactness.EXACT
    """Of the state after this step."""
    discards: bool = False
    """Whether the entity is no more after this step, and was there before it."""
    shortened: tuple[Change, ...] | None = None
    """The changes as a person would tell them, where that is something else: see ``diff``."""
    traceback: str = ""
    """The model's lines that led to the error, where they did."""
    exists: bool = True
    """Whether the entity is there after this step."""

    @property
    def readable_changes(self) -> tuple[Change, ...]:
        """The changes as a person would tell them."""
        return self.changes if self.shortened is None else self.shortened


@dataclass(frozen=True, slots=True)
class Rebuild:
    """How the state of one entity at one version came to be."""

    base: Base
    base_state: Any
    skipped: int
    """How many events the base made it unnecessary to read."""
    steps: tuple[Step, ...]
    state: Any
    """A plain tree; ``None`` where the entity is discarded, or has no event yet."""
    exactness: Exactness
    writers: dict[str, list[int]] = field(default_factory=dict)
    """For each path, the versions of the events among the steps that set or removed it."""

    @property
    def seconds(self) -> float:
        """Time spent on decoding and applying the steps."""
        return sum(step.seconds for step in self.steps)


def writers(steps: Iterable[Step]) -> dict[str, list[int]]:
    """Return, for each path, the versions of the events that set or removed it; of those inside a value as well."""
    found: dict[str, list[int]] = {}
    for step in steps:
        for change in step.changes:
            inner: set[Any] = {change.path}
            for tree in (change.before, change.after):
                inner.update(leaf_paths(tree, change.path))
            for path in inner:
                found.setdefault(path, []).append(step.version)
    return dict(sorted(found.items()))
