"""The shape of a store's data: the paths of each event type, the types of their values, when and how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .tally import Seen, Use, month_text


@dataclass(frozen=True, slots=True)
class ShapeRow:
    """One path of an event type."""

    entity_type: str
    event_type: str
    path: str
    """As in ``lines[].price``; ``*`` stands for names that differ from event to event, such as ids."""
    types: Mapping[str, int]
    """How many events have a value of each type there, the most frequent type first; ``null`` is one."""
    events: int
    """How many have the path."""
    of_events: int
    """How many there are of the event type."""
    first: Seen | None
    last: Seen | None
    """The first and the last event that has it, by time."""
    months: Mapping[int, int]
    """Events that have it, by month."""
    of_months: Mapping[int, int]
    """All events of the type, by month."""
    uses: Mapping[str, Use]
    """When and where each type was seen."""

    @property
    def share(self) -> float:
        """The part of the events of its type that have it, from 0 to 1."""
        return self.events / self.of_events if self.of_events else 0.0


@dataclass(frozen=True, slots=True)
class SeenVersion:
    """A version of a schema that some events name, or a topic."""

    name: str
    """Where it stands: ``schema_version``, ``revision``, ``topic``."""
    value: str
    events: int
    first: Seen | None
    last: Seen | None


@dataclass(frozen=True, slots=True)
class EventShape:
    """What the events of one type look like."""

    entity_type: str
    event_type: str
    events: int
    first: Seen | None
    last: Seen | None
    months: Mapping[int, int]
    rows: tuple[ShapeRow, ...]
    """Its paths, the most frequent first."""
    versions: tuple[SeenVersion, ...]
    """The versions of its schema that its events name, and its topics if there are several."""


@dataclass(frozen=True, slots=True)
class ShapeChange:
    """What changed at some time."""

    month: int
    entity_type: str
    event_type: str
    path: str
    """Empty for the event type itself."""
    text: str
    """One sentence."""
    seen: Seen | None = None
    """The first event of the change."""

    @property
    def month_text(self) -> str:
        """The month, such as ``2026-04``."""
        return month_text(self.month)


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape of all events of a store."""

    types: tuple[EventShape, ...]
    """By entity type and event type, the most frequent first."""
    changes: tuple[ShapeChange, ...]
    """By month."""

    @property
    def rows(self) -> list[ShapeRow]:
        """All paths of all event types."""
        return [row for each in self.types for row in each.rows]

    def of(self, name: str) -> Shape:
        """Return the shape of one type of entities, or of events."""

        def has_it(each: EventShape | ShapeChange) -> bool:
            return name in (each.entity_type, each.event_type)

        return Shape(tuple(filter(has_it, self.types)), tuple(filter(has_it, self.changes)))
