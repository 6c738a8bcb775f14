"""What is told of a store and of its entities."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from es_desktop.core import EntityId, Topic
from es_desktop.replay.verify import SnapshotCheck

if TYPE_CHECKING:
    from es_desktop.stores import SequenceSummary


@dataclass(frozen=True, slots=True)
class EntityFacts:
    """One entity, as a list of entities shows it. Times are seconds since the epoch, ``None`` where unknown."""

    id: EntityId
    type: str
    topic: str | None
    """Of the entity's class."""
    version: int
    """Of its last event."""
    events: int
    snapshots: int
    created: float | None
    modified: float | None
    discarded: bool

    @classmethod
    def of(cls, summary: SequenceSummary) -> EntityFacts:
        topic = Topic(summary.first.topic)
        return cls(
            id=summary.sequence_id,
            type=topic.entity,
            topic=topic.entity_topic,
            version=summary.last.version,
            events=summary.events,
            snapshots=summary.snapshots,
            created=summary.first.timestamp,
            modified=summary.last.timestamp,
            discarded=summary.last.type == "Discarded",
        )


@dataclass(frozen=True, slots=True)
class EntityCheck:
    """What came of checking one snapshot of an entity."""

    entity: EntityFacts
    check: SnapshotCheck


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """A store as a whole."""

    store: str
    format: str
    writable: bool
    entities: int
    events: int
    snapshots: int
    first: float | None
    last: float | None
    types: dict[str, int]
    """How many entities there are of each type."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outline:
    """The bare sequence of an entity's events: each one's version, and its type as an index into ``types``."""

    versions: array[int] = field(default_factory=lambda: array("q"))
    kinds: array[int] = field(default_factory=lambda: array("H"))
    types: tuple[str, ...] = ()

    @classmethod
    def of(cls, events: Iterable[tuple[int, str]]) -> Outline:
        versions, kinds = array("q"), array("H")
        numbers: dict[str, int] = {}
        for version, topic in events:
            versions.append(version)
            # A store with more kinds of event than this has its last ones share a colour.
            kinds.append(min(numbers.setdefault(topic, len(numbers)), 0xFFFF))
        return cls(versions, kinds, tuple(Topic(topic).type for topic in numbers))

    def type_at(self, index: int) -> str:
        """Return the type of the event at an index."""
        return self.types[self.kinds[index]]


def types_of(entities: Iterable[EntityFacts]) -> dict[str, int]:
    """Return how many entities there are of each type, the most first."""
    return dict(Counter(each.type for each in entities).most_common())
