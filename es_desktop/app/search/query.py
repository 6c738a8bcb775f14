"""What is asked when entities are looked for by their states, and what is found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.watch.watchpoints import refusal
from es_desktop.replay import Exactness
from es_desktop.replay.conditions import Condition, ConditionError


@dataclass(frozen=True, slots=True)
class StateSearch:
    """Which entities are searched for: those whose state meets a condition, such as ``status == "open"``.

    Raises ``UserError`` for a condition that cannot be parsed, or that examines more than one state.
    """

    condition: str
    as_of: float | None = None
    """Seconds since the epoch: the state is that after the events until then; at the entity's end where without one.

    An event without a time counts as one that was before. The times of an entity are taken to ascend.
    """
    types: frozenset[str] | None = None
    """Types of the entities that are requested."""

    parsed: Condition = field(init=False, compare=False, repr=False)
    """The condition, parsed once for all who ask it."""

    def __post_init__(self) -> None:
        try:
            parsed = _one_state_condition(self.condition)
        except ConditionError as error:
            raise refusal(error) from error
        object.__setattr__(self, "parsed", parsed)


def parse_condition(text: str) -> str:
    """Return a condition as it is searched for, in one line. Raises ``ConditionError`` if it cannot be."""
    return _one_state_condition(text).expression


def _one_state_condition(text: str) -> Condition:
    condition = Condition(text)
    if condition.uses_previous:
        reason = "it looks back at the state before, and a search looks at one state of each entity"
        raise ConditionError(reason, "Leave previous and changed out", text)
    return condition


@dataclass(frozen=True, slots=True)
class StateHit:
    """An entity whose state meets the condition."""

    entity: EntityFacts
    """As it is at its end."""
    version: int
    """Of the last event that counted."""
    exactness: Exactness
    """How far the state can be trusted."""
    values: Mapping[str, Any] = field(default_factory=dict)
    """What the condition names, by its path; ``ABSENT`` where the state has none."""
    base: int | None = None
    """The version of the snapshot that the state was rebuilt from; ``None`` for zero."""


@dataclass(frozen=True, slots=True)
class ScanResult:
    """The result of a part of a search."""

    hits: tuple[StateHit, ...] = ()
    entities: int = 0
    """So many were examined."""
    events: int = 0
    """So many of theirs are done; those that a snapshot made unnecessary too."""
    failures: int = 0
    """So many entities could not be evaluated."""
    first_failure: str = ""
    """Which of them was the first, and why."""


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
        )

    @property
    def trouble(self) -> str:
        """The message on entities that could not be evaluated; empty if there are none."""
        if not self.failures:
            return ""
        which = "an entity" if self.failures == 1 else f"{self.failures:,} entities"
        first = ": " if self.failures == 1 else "; the first of them: "
        return f"{which} could not be evaluated{first}{self.first_failure}"
