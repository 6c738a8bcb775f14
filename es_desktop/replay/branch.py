"""Branches: hypothetical histories in memory, with events skipped, edited, moved or inserted."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import takewhile
from typing import Any, Final

from es_desktop.core import EntityId, KnownClasses, RecordedEvent, Topic, known_classes

from .chain import Chain
from .edits import BranchEdit, EventRef, Mark, Slot, slots_of, synthetic_event, with_version
from .fold import Fold


@dataclass(frozen=True, slots=True)
class BranchEntry:
    """One event of a branch, or an event that it skips, in the order of the branch."""

    name: EventRef
    version: int | None
    """In the branch; ``None`` for a skipped event."""
    mark: Mark
    topic: str
    type: str
    count_in_branch: int
    """How many events of the branch there are up to this one."""
    count_in_history: int
    """How many events of the history there are up to this one, with skipped ones. The state of the history after that
    many is the one to compare with."""

    @property
    def original(self) -> int | None:
        """The version in the history; ``None`` for an inserted event."""
        return self.name if isinstance(self.name, int) else None


class Branch:
    """The events of an entity with edits applied. Immutable: ``edited`` returns another branch.

    From the first edit on, the events are numbered without gaps. Each call returns new copies, so that no fold can
    change the history. Events of a known class are objects of it, made without its constructor.
    """

    def __init__(
        self,
        events: Sequence[RecordedEvent],
        edits: Iterable[BranchEdit] = (),
        classes: KnownClasses = known_classes,
    ) -> None:
        """Apply edits to the events of an entity, ascending by version. Raises ``ValueError`` for an invalid edit."""
        self.edits = tuple(edits)
        self._history = tuple(events)
        self._classes = classes
        self._all = slots_of(self._history, self.edits)
        self._slots = [slot for slot in self._all if not slot.is_skipped]
        self._type_overrides = {event.topic: event.type_override for event in self._history}
        self._topics = {slot: self._topic_of(slot.insert.topic) for slot in self._slots if slot.insert is not None}
        pairs = zip(self._slots, self._history, strict=False)
        kept = takewhile(lambda pair: pair[0].origin is pair[1] and pair[0].data is None, pairs)
        self.kept: Final = len(list(kept))
        """How many events at the start are those of the history."""
        first = self._number_at(self.kept)
        versions = [event.version for event in self._history[: self.kept]]
        self._versions = [*versions, *range(first, first + len(self._slots) - self.kept)]

    @property
    def branches_at(self) -> int | None:
        """The first version that differs from the history; ``None`` if none does."""
        changed = (len(self._slots) - self.kept, len(self._history) - self.kept)
        return self._number_at(self.kept) if any(changed) else None

    @cached_property
    def entries(self) -> tuple[BranchEntry, ...]:
        """All events, with those that are skipped; without inserted events that are skipped again."""
        found: list[BranchEntry] = []
        types: dict[str, str] = {}
        count_in_branch = count_in_history = 0
        for slot in self._all:
            count_in_history += slot.origin is not None
            count_in_branch += not slot.is_skipped
            if slot.is_skipped and slot.origin is None:
                continue
            version = None if slot.is_skipped else self._versions[count_in_branch - 1]
            mark = Mark.SKIPPED if slot.is_skipped else slot.mark
            topic = self._topic(slot)
            if topic not in types:
                types[topic] = self._type_overrides.get(topic, "") or Topic(topic).type
            found.append(BranchEntry(slot.name, version, mark, topic, types[topic], count_in_branch, count_in_history))
        return tuple(found)

    def common_start(self, other: Branch) -> int:
        """Return how many events at the start are the same in another branch of the same history."""
        most = min(len(self._slots), len(other._slots))
        return next((at for at in range(most) if not self._is_like(other, at)), most)

    def edited(self, *edits: BranchEdit) -> Branch:
        """Return a branch with more edits. Raises ``ValueError`` for an invalid one."""
        return Branch(self._history, (*self.edits, *edits), self._classes)

    def events(self) -> list[RecordedEvent]:
        """Return the events of the branch, as copies."""
        return [self.event_at(at) for at in range(len(self._slots))]

    def event_at(self, at: int) -> RecordedEvent:
        """Return the event of the branch at an index, as a copy."""
        slot, version = self._slots[at], self._versions[at]
        if slot.origin is not None and not slot.is_synthetic:
            return with_version(slot.origin, version, slot.data)
        topic = self._topic(slot)
        event = synthetic_event(topic, version, slot.data or {}, self._neighbour(at), self._classes)
        return replace(event, type_override=self._type_overrides.get(topic, ""))

    def chain(self, fold: Fold) -> Chain:
        """Return the steps of the branch from zero. They are never written to the store."""
        return Chain(fold, self, "", self._versions)

    def get_snapshot(self, entity_id: EntityId, lt: Any = None, lte: Any = None) -> None:
        """Return ``None``: a branch is folded from zero. See ``Player``."""

    def get_domain_events(self, entity_id: EntityId, gt: Any = None, limit: int | None = None) -> list[RecordedEvent]:
        """Return the hypothetical events after a version, the first ``limit`` of them. See ``Player``."""
        first = 0 if gt is None else bisect_right(self._versions, gt)
        stop = len(self._slots) if limit is None else min(first + limit, len(self._slots))
        return [self.event_at(at) for at in range(first, stop)]

    def _topic(self, slot: Slot) -> str:
        return self._topics[slot] if slot.origin is None else slot.origin.topic

    def _is_like(self, other: Branch, at: int) -> bool:
        ours, theirs = self._slots[at], other._slots[at]
        if not ours.is_like(theirs) or self._versions[at] != other._versions[at]:
            return False
        # A synthetic event takes its time from a neighbour, which may be a later event.
        return not ours.is_synthetic or self._neighbour(at) is other._neighbour(at)

    def _neighbour(self, at: int) -> RecordedEvent | None:
        """Return the event from which a synthetic one takes its entity and its time, ``None`` if there is none.

        That is the nearest decoded event before it; else one after it, even a skipped one.
        """
        around = [*reversed(self._slots[:at]), *self._slots[at:]]
        events = [*(slot.origin for slot in around if slot.origin is not None), *self._history]
        decoded = [event for event in events if event.error is None]
        return next((event for event in decoded if event.domain_event is not None), decoded[0] if decoded else None)

    def _number_at(self, index: int) -> int:
        if index < len(self._history):
            return self._history[index].version
        return self._history[-1].version + 1 if self._history else 0

    def _topic_of(self, topic: str) -> str:
        """Return the topic for a topic or an event type. Raises ``ValueError`` for an event type that is not known."""
        if topic in self._type_overrides or "#" in topic or ":" in topic:
            return topic
        topics = [Topic(event.topic) for event in self._history]
        known = next((each.text for each in topics if each.type == topic), None)
        if known is not None:
            return known
        entity = next((each.entity_topic for each in topics if each.entity_topic is not None), None)
        if not topic or entity is None:
            raise ValueError(f"{topic!r} names no type of event here: give the topic of its class")
        return f"{entity}.{topic}"
