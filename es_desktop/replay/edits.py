"""The edits of a branch. They refer to events by their version in the history, or by an ``InsertedRef``."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from itertools import islice, takewhile
from typing import Any, Final

from es_desktop.core import KnownClasses, RecordedEvent, TopicResolutionError
from es_desktop.core.recorded import ENVELOPE
from es_desktop.core.topics import new_object


@dataclass(frozen=True, slots=True)
class InsertedRef:
    """An inserted event: that of the first ``Insert`` is ``InsertedRef(0)``."""

    number: int

    def __str__(self) -> str:
        return f"insertion {self.number}"


EventRef = int | InsertedRef
"""Refers to an event: its version in the history, or its insertion."""


@dataclass(frozen=True, slots=True)
class Skip:
    """Leave out an event."""

    version: EventRef


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the payload of an event; ``data`` is the complete payload without the envelope."""

    version: EventRef
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Move:
    """Move an event before another one; ``None`` moves it after all others."""

    version: EventRef
    before: EventRef | None


@dataclass(frozen=True, slots=True)
class Insert:
    """Insert an event after another one; ``None`` inserts it before all others.

    ``topic`` is the topic of its class, or an event type such as ``Paid``. Its time is that of the event before it.
    Several inserts after the same event keep their order.
    """

    after: EventRef | None
    topic: str
    data: Mapping[str, Any]


BranchEdit = Skip | Edit | Move | Insert


_VERSION: Final = "originator_version"
FRAME: Final = ENVELOPE | {"originator_id", _VERSION}
"""Attributes for the entity, the version and the time of an event."""


def with_version(event: RecordedEvent, version: int, data: Mapping[str, Any] | None = None) -> RecordedEvent:
    """Return a copy of an event with a version, and with another payload if one is given."""
    payload = deepcopy(dict(event.data if data is None else data))
    domain_event = event.domain_event
    if domain_event is not None:
        frame = {name: value for name, value in vars(domain_event).items() if name not in event.data}
        domain_event = new_object(type(domain_event), {**deepcopy(frame), **payload, _VERSION: version})
    is_edited = event.is_edited or data is not None
    return replace(event, version=version, data=payload, domain_event=domain_event, is_edited=is_edited)


def synthetic_event(
    topic: str, version: int, data: Mapping[str, Any], neighbour: RecordedEvent | None, classes: KnownClasses
) -> RecordedEvent:
    """Return an event that no record holds, with the entity and the time of its ``neighbour``.

    It has an object of its class if the class and the entity are known.
    """
    payload = deepcopy(dict(data))
    bare = RecordedEvent(version, topic, None, payload, is_edited=True)
    if neighbour is not None:
        bare = replace(
            bare,
            timestamp=neighbour.timestamp,
            entity_type_override=neighbour.entity_type_override,
            raw=neighbour.raw,
            origin=neighbour.origin,
        )
    event_class = classes.find(topic)
    if event_class is None or neighbour is None or neighbour.domain_event is None:
        return bare
    known = vars(neighbour.domain_event)
    frame = {name: deepcopy(known[name]) for name in FRAME if name in known}
    try:
        domain_event = new_object(event_class, {**frame, **payload, _VERSION: version})
    except TopicResolutionError as error:
        return replace(bare, error=str(error))
    return replace(bare, domain_event=domain_event)


class Mark(enum.StrEnum):
    """How a branch edited an event."""

    KEPT = "kept"
    EDITED = "edited"
    MOVED = "moved"
    INSERTED = "inserted"
    SKIPPED = "skipped"


@dataclass(slots=True, eq=False)
class Slot:
    """One event of a branch."""

    name: EventRef
    origin: RecordedEvent | None
    """The event in the history; ``None`` for an inserted one."""
    insert: Insert | None = None
    data: Mapping[str, Any] | None = None
    """The payload from an edit."""
    mark: Mark = Mark.KEPT
    is_skipped: bool = False

    @property
    def is_synthetic(self) -> bool:
        """Whether no decoded record of the history has its entity and its time."""
        return self.origin is None or (self.data is not None and self.origin.error is not None)

    def is_like(self, other: Slot) -> bool:
        """Return whether it is the same event with the same payload."""
        return self.origin is other.origin and self.insert is other.insert and self.data is other.data


def slots_of(events: Sequence[RecordedEvent], edits: Iterable[BranchEdit]) -> list[Slot]:
    """Return the slots of a branch in order, with skipped events. Raises ``ValueError`` for an invalid edit."""
    slots = _Slots(events)
    for edit in edits:
        slots.apply(edit)
    return slots.all


class _Slots:
    def __init__(self, events: Sequence[RecordedEvent]) -> None:
        self.all = [Slot(event.version, event) for event in events]
        self._events = events
        self._named: dict[EventRef, Slot] = {slot.name: slot for slot in self.all}
        self._counts: Counter[EventRef] = Counter(event.version for event in events)
        self._inserted = 0

    def apply(self, edit: BranchEdit) -> None:
        match edit:
            case Skip(version):
                self._slot_at(version).is_skipped = True
            case Edit(version, data):
                slot = self._slot_at(version)
                slot.data = self._payload(data)
                slot.mark = Mark.EDITED if slot.insert is None else Mark.INSERTED
            case Move(version, before):
                self._move(version, before)
            case Insert(after):
                self._insert(edit, after)

    def _insert(self, edit: Insert, after: EventRef | None) -> None:
        slot = Slot(InsertedRef(self._inserted), None, edit, self._payload(edit.data), Mark.INSERTED)
        self.all.insert(self._index_after(after), slot)
        self._named[slot.name] = slot
        self._inserted += 1

    def _move(self, version: EventRef, before: EventRef | None) -> None:
        if version == before:
            raise ValueError(f"the event {_at(version)} cannot be moved before itself")
        slot = self._slot_at(version)
        target = None if before is None else self._anchor(before)
        self.all.remove(slot)
        self.all.insert(len(self.all) if target is None else self.all.index(target), slot)
        if slot.mark is Mark.KEPT:
            slot.mark = Mark.MOVED

    def _index_after(self, version: EventRef | None) -> int:
        index = 0 if version is None else self.all.index(self._anchor(version)) + 1
        inserts = (slot.insert for slot in islice(self.all, index, None))
        earlier = takewhile(lambda insert: insert is not None and insert.after == version, inserts)
        return index + len(list(earlier))

    def _slot_at(self, version: EventRef) -> Slot:
        """Return the slot of an event that is not skipped. Raises ``ValueError``."""
        slot = self._anchor(version)
        if slot.is_skipped:
            raise ValueError(f"the event {_at(version)} is skipped already")
        return slot

    def _anchor(self, version: EventRef) -> Slot:
        """Return the slot of an event, even a skipped one, as other edits may refer to it. Raises ``ValueError``."""
        found = self._named.get(version)
        if found is None:
            events = self._events
            known = f": versions go from {events[0].version} to {events[-1].version}" if events else ""
            raise ValueError(f"there is no event {_at(version)}{known}")
        if self._counts[version] > 1:
            raise ValueError(f"{self._counts[version]} events have the version {version}, so it names none of them")
        return found

    def _payload(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the payload. Raises ``ValueError`` if it has attributes of the envelope.

        In stores of other programs these names may be ordinary attributes.
        """
        refused = sorted(name for name in FRAME & data.keys() if not any(name in event.data for event in self._events))
        if refused:
            raise ValueError(f"{' and '.join(refused)} cannot be edited: that is no part of the payload")
        return data


def _at(name: EventRef) -> str:
    return f"of {name}" if isinstance(name, InsertedRef) else f"at version {name}"
