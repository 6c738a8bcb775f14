"""What if? A branch of a history, in memory: its events skipped, edited, moved or added to, and folded as they are."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from es_desktop.core import KnownClasses, RecordedEvent, Topic, known_classes

from .chain import Chain
from .edits import BranchEdit
from .fold import Fold
from .retelling import invented, retold
from .slots import Mark, Slot, slots_of


@dataclass(frozen=True, slots=True)
class BranchRow:
    """One event of a branch: its version there, the one that it has in the history, and what was made of it."""

    version: int
    original: int | None
    """``None`` for an inserted event."""
    mark: Mark


class HypotheticalChain(Chain):
    """The steps of a branch: what would have been. Nothing of it is written to the store that it comes from."""


class Branch:
    """The events of an entity with edits carried out. It never changes: ``edited`` returns another one.

    From the first edited place on, the events are numbered without gaps. They are copies made anew each time, so that
    no fold reaches the history; those of a known class are objects of it, made without its constructor.
    """

    def __init__(
        self,
        events: Sequence[RecordedEvent],
        edits: Iterable[BranchEdit] = (),
        classes: KnownClasses = known_classes,
    ) -> None:
        """Carry out edits on the events of an entity, ascending by version. Raises ``ValueError`` for a bad edit."""
        self.edits = tuple(edits)
        self._history = tuple(events)
        self._classes = classes
        self._slots = slots_of(self._history, self.edits)
        self._topics = {slot: self._topic_of(slot.insert.topic) for slot in self._slots if slot.insert is not None}
        self._kept = next((at for at, slot in enumerate(self._slots) if not self._is_kept(at, slot)), len(self._slots))
        self._versions = self._numbers()

    @property
    def branches_at(self) -> int | None:
        """The version from which on it is not the history any more; ``None`` where it is."""
        if self._kept == len(self._slots) == len(self._history):
            return None
        return self._number_at(self._kept)

    @property
    def rows(self) -> tuple[BranchRow, ...]:
        """What each of the events is."""
        return tuple(
            BranchRow(version, None if slot.origin is None else slot.origin.version, slot.mark)
            for version, slot in zip(self._versions, self._slots, strict=True)
        )

    def edited(self, *edits: BranchEdit) -> Branch:
        """Return a branch with more edits. Raises ``ValueError`` for a bad one."""
        return Branch(self._history, (*self.edits, *edits), self._classes)

    def events(self) -> list[RecordedEvent]:
        """Return the hypothetical events; the history's own, as copies, where nothing is edited."""
        return [self._event(at) for at in range(len(self._slots))]

    def chain(self, fold: Fold) -> HypotheticalChain:
        """Return the steps of the branch from zero."""

        def read(after: int | None, limit: int) -> list[RecordedEvent]:
            first = 0 if after is None else bisect_right(self._versions, after)
            return [self._event(at) for at in range(first, min(first + limit, len(self._slots)))]

        return HypotheticalChain(fold, self._versions, read)

    def _event(self, at: int) -> RecordedEvent:
        slot, version = self._slots[at], self._versions[at]
        if slot.origin is None:
            return invented(self._topics[slot], version, slot.data or {}, self._beside(at), self._classes)
        if slot.data is not None and slot.origin.error is not None:
            return invented(slot.origin.topic, version, slot.data, self._beside(at), self._classes)
        return retold(slot.origin, version, slot.data)

    def _beside(self, at: int) -> RecordedEvent | None:
        """Return the event that tells an invented one whose it is, and when: the nearest before it that can.

        That is one after it where there is none, or even one that is skipped.
        """
        around = [*reversed(self._slots[:at]), *self._slots[at + 1 :]]
        events = [*(slot.origin for slot in around if slot.origin is not None), *self._history]
        decoded = [event for event in events if event.error is None]
        return next((event for event in decoded if event.domain_event is not None), decoded[0] if decoded else None)

    def _is_kept(self, at: int, slot: Slot) -> bool:
        return at < len(self._history) and slot.origin is self._history[at] and slot.data is None

    def _numbers(self) -> list[int]:
        first = self._number_at(self._kept)
        kept = [event.version for event in self._history[: self._kept]]
        return [*kept, *range(first, first + len(self._slots) - self._kept)]

    def _number_at(self, place: int) -> int:
        if place < len(self._history):
            return self._history[place].version
        return self._history[-1].version + 1 if self._history else 0

    def _topic_of(self, topic: str) -> str:
        """Return a topic, whole or told by the name of a type only. Raises ``ValueError`` where that is not enough."""
        if "#" in topic or ":" in topic:
            return topic
        topics = [Topic(event.topic) for event in self._history]
        known = next((each.text for each in topics if each.type == topic), None)
        if known is not None:
            return known
        entity = next((each.entity_topic for each in topics if each.entity_topic is not None), None)
        if not topic or entity is None:
            raise ValueError(f"{topic!r} names no type of event here: give the topic of its class")
        return f"{entity}.{topic}"
