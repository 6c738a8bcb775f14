"""Facts: what is shown of a store and of its entities, and the types of their events."""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from operator import eq
from typing import TYPE_CHECKING, NamedTuple

from es_desktop.app.runtime.errors import UserError
from es_desktop.core import EntityId, RecordedEvent, Topic
from es_desktop.system.counts import count_text, format_number

from .hues import TypeHues

if TYPE_CHECKING:
    from es_desktop.replay.verify import SnapshotCheck
    from es_desktop.stores import SequenceSummary


_MAX_TYPES = 0x10000
"""As many event types as two bytes can number."""
_LOW = 1 if sys.byteorder == "big" else 0
"""Which of the two bytes of a number is the low one."""


@dataclass(frozen=True, slots=True)
class EntityFacts:
    """One entity, as a list of entities shows it. Times are seconds since the epoch, ``None`` if unknown."""

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
    is_encrypted: bool = False
    """Whether its first or its last event is encrypted."""
    note: str = ""
    """What the notes of its first and its last event share, such as that its stream is deleted."""

    @property
    def mark(self) -> str:
        """What a list says beside its type: ``discarded``, or its note; empty for most."""
        return "discarded" if self.discarded else self.note

    @classmethod
    def of(cls, summary: SequenceSummary) -> EntityFacts:
        counts = {"events": summary.events, "snapshots": summary.snapshots}
        return cls.of_events(summary.sequence_id, summary.first, summary.last, **counts)

    @classmethod
    def of_events(
        cls, entity_id: EntityId, first: RecordedEvent, last: RecordedEvent, *, events: int, snapshots: int
    ) -> EntityFacts:
        """Return the facts of an entity from its first and last event.

        In a damaged store a version may be no whole number; the last one is then counted, and a note says so.
        """
        notes = [each for each in last.note.split("; ") if each in first.note.split("; ")]
        is_counted = not isinstance(last.version, int)
        if is_counted or not isinstance(first.version, int):
            notes.append("a version is no whole number")
        return cls(
            id=entity_id,
            type=first.entity_type,
            topic=Topic(first.topic).entity_topic,
            version=events - 1 if is_counted else last.version,
            events=events,
            snapshots=snapshots,
            created=first.timestamp,
            modified=last.timestamp,
            discarded=last.type == "Discarded",
            is_encrypted=first.is_encrypted or last.is_encrypted,
            note="; ".join(filter(None, notes)),
        )


@dataclass(frozen=True, slots=True)
class EntityCheck:
    """The check of one snapshot of an entity."""

    entity: EntityFacts
    check: SnapshotCheck


class StoreInDatabase(NamedTuple):
    """One of several stores of a database."""

    scope: str
    """What opens it."""
    format: str
    entities: int | None
    """How many there are; ``None`` if they were not counted."""
    events: int | None
    is_shown: bool
    described: str
    """All of it in one line."""


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
    encrypted: int = 0
    """How many entities have encrypted records without a key."""
    encrypted_entity: EntityId | None = None
    """One of them."""
    is_whole: bool = True
    """Whether all entities are counted; while a large store is indexed, more are added."""
    stores: tuple[StoreInDatabase, ...] = ()
    """All stores of the database, if it holds several."""

    @property
    def counts(self) -> tuple[str, str, str]:
        """Such as ``1 entity``, ``3 events``, ``0 snapshots``."""
        found = ((self.entities, "entity"), (self.events, "event"), (self.snapshots, "snapshot"))
        entities, events, snapshots = (count_text(*each) for each in found)
        return entities, events, snapshots


class _Numbers(dict[str, int]):
    """Numbers names in the order of their first use; all names after the limit share the last number."""

    def __missing__(self, name: str) -> int:
        number = self[name] = min(len(self), _MAX_TYPES - 1)
        return number


@dataclass(frozen=True, slots=True)
class Outline:
    """The versions of an entity's events, and their types as indexes into ``types``."""

    versions: Sequence[int] = range(0)
    """Ascending; a range if none is missing, which takes no memory however many there are."""
    type_numbers: array[int] = field(default_factory=lambda: array("H"))
    types: tuple[str, ...] = ()
    type_hues: TypeHues = field(default_factory=TypeHues, compare=False, repr=False)

    @classmethod
    def of(cls, parts: Iterable[tuple[Sequence[int], Sequence[str]]]) -> Outline:
        """Return the outline of events in parts, each with the versions and the types of many events.

        Raises ``UserError`` if a version is no whole number, as in a damaged store.
        """
        versions, type_numbers = array("q"), array("H")
        numbers = _Numbers()
        for some_versions, names in parts:
            try:
                versions.extend(some_versions)
            except TypeError:
                odd = next(each for each in some_versions if not isinstance(each, int))
                text = f"a version of this entity is {odd!r:.40}, and no whole number"
                raise UserError(text, "Other entities can be read.") from None
            type_numbers.extend(map(numbers.__getitem__, names))
        found: Sequence[int] = versions or range(0)
        if versions and versions[-1] - versions[0] + 1 == len(versions):
            whole = range(versions[0], versions[-1] + 1)
            found = whole if all(map(eq, versions, whole)) else versions
        return cls(found, type_numbers, tuple(islice(numbers, _MAX_TYPES)))

    @property
    def hues(self) -> tuple[int, ...]:
        """The hue index of each type."""
        return tuple(map(self.type_hues.__getitem__, self.types))

    def count_to(self, version: int) -> int:
        """Return how many events there are up to a version."""
        return bisect_right(self.versions, version)

    def type_at(self, index: int) -> str:
        """Return the type of the event at an index."""
        return self.types[self.type_numbers[index]]


def no_such_version(entity_id: EntityId, version: int, versions: Sequence[int]) -> UserError:
    """Return the error for a version that an entity does not have."""
    hint = f"Its versions go from {format_number(versions[0])} to {format_number(versions[-1])}."
    return UserError(f"the entity {entity_id} has no event at version {format_number(version)}", hint)


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event in the log of a store, with the id of its entity."""

    entity_id: EntityId
    event: RecordedEvent


def types_of(entities: Iterable[EntityFacts]) -> dict[str, int]:
    """Return the number of entities of each type, the largest first."""
    return dict(Counter(each.type for each in entities).most_common())


def one_byte_each(type_numbers: array[int]) -> bytes | None:
    """Return the type numbers as one byte each; ``None`` if there are more than 256 types."""
    raw = type_numbers.tobytes()
    return None if raw[1 - _LOW :: 2].strip(b"\0") else raw[_LOW::2]


def values_by_type(type_numbers: array[int], values: Sequence[int]) -> bytes:
    """Return for each event the value (0 to 255) of its type; ``values`` has one for each type."""
    low = one_byte_each(type_numbers)
    if low is None:
        return bytes(map(values.__getitem__, type_numbers))
    return low.translate(bytes(values[:256]).ljust(256, b"\0"))


def count_by_type(type_numbers: array[int], types: int) -> list[int]:
    """Return the number of events of each type; ``types`` is the number of types."""
    low = one_byte_each(type_numbers)
    if low is not None:
        return [low.count(type_number) if type_number < 256 else 0 for type_number in range(types)]
    counts = Counter(type_numbers)
    return [counts[type_number] for type_number in range(types)]
