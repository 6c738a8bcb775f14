"""What a scan of states finds, and how far it is: values that go from process to process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.index.source import RawId
from es_desktop.replay import Exactness
from es_desktop.system.counts import count_text, format_number


@dataclass(frozen=True, slots=True)
class StateHit:
    """An entity whose state meets the condition."""

    entity: EntityFacts
    """As it is at its end."""
    version: int
    """Of the last event that counted."""
    exactness: Exactness
    values: Mapping[str, Any] = field(default_factory=dict)
    """What the condition names, by its path; ``ABSENT`` where the state has none."""
    base: int | None = None
    """The version of the snapshot that the state was rebuilt from; ``None`` for zero."""
    time: float | None = None
    """Of the last event that counted; seconds since the epoch."""
    now: Mapping[str, Any] = field(default_factory=dict)
    """The same values at the end that is shown; empty if none is."""


class EntityState(NamedTuple):
    """The values of the last state of an entity."""

    raw_id: RawId
    version: int
    """Of the entity's last event."""
    values: Any
    """What was kept of the state."""
    failure: str = ""
    """Why the values are not of the entity's end, but of the state before an event that failed, or missing."""
    exactness: Exactness = Exactness.EXACT
    base: int | None = None
    """The version of the snapshot that the state was rebuilt from; ``None`` for zero."""


@dataclass(frozen=True, slots=True)
class Without:
    """The entities whose state has not what the condition names: they do not meet it, and that is no failure."""

    path: str = ""
    """The first path that was missing."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """How many there are, by entity type."""
    types_with: frozenset[str] = frozenset()
    """The types of the entities that have all of it."""

    def and_of(self, other: Without) -> Without:
        counts = Counter(self.counts)
        counts.update(other.counts)
        return Without(self.path or other.path, counts, self.types_with | other.types_with)

    @property
    def text(self) -> str:
        """How many they are: of other types than those that have it, or of all; empty if there are none."""
        others = sum(count for each, count in self.counts.items() if each not in self.types_with)
        same = sum(self.counts.values()) - others
        of_others = f"{format_number(others)} of other types" if self.types_with else count_text(others, "entity")
        of_same = f"{format_number(same)} of the types that can have it" if others else count_text(same, "entity")
        found = " and ".join([of_others] * bool(others) + [of_same] * bool(same))
        return f"{found} {'has' if others + same == 1 else 'have'} no {self.path}" if found else ""


@dataclass(frozen=True, slots=True)
class ScanResult:
    """The result of a part of a search."""

    hits: tuple[StateHit, ...] = ()
    entities: int = 0
    """How many were examined."""
    events: int = 0
    """How many of their events are done, including those that a snapshot made unnecessary."""
    failures: int = 0
    """How many entities could not be evaluated."""
    first_failure: str = ""
    """Which of them was the first, and why."""
    without: Without = Without()
    states: tuple[EntityState, ...] = ()
    """The values of states, instead of hits."""


@dataclass(frozen=True, slots=True)
class SearchProgress:
    """How far a search is."""

    total: int
    """Events of all entities that are requested, as far as that is known before they are read."""
    entities: int = 0
    events: int = 0
    hits: int = 0
    failures: int = 0
    first_failure: str = ""
    without: Without = Without()
    is_done: bool = False
    """Whether this is the end."""

    def after(self, result: ScanResult) -> SearchProgress:
        """Return how far it is after one more part."""
        return SearchProgress(
            self.total,
            self.entities + result.entities,
            min(self.events + result.events, self.total),
            self.hits + len(result.hits),
            self.failures + result.failures,
            self.first_failure or result.first_failure,
            self.without.and_of(result.without),
        )

    def and_of(self, other: SearchProgress) -> SearchProgress:
        """Return how far two parts of one search are together, of which each counts all events."""
        return SearchProgress(
            max(self.total, other.total),
            self.entities + other.entities,
            max(self.events, other.events),
            self.hits + other.hits,
            self.failures + other.failures,
            self.first_failure or other.first_failure,
            self.without.and_of(other.without),
            other.is_done,
        )

    @property
    def trouble(self) -> str:
        """The message on entities that could not be evaluated; empty if there are none."""
        if not self.failures:
            return ""
        if self.failures == 1:
            return f"an entity could not be evaluated: {self.first_failure}"
        return f"{count_text(self.failures, 'entity')} could not be evaluated; the first of them: {self.first_failure}"
