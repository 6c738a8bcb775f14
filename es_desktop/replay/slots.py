"""The slots of a branch: which events it has, in which order, once its edits are carried out."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from es_desktop.core import RecordedEvent

from .edits import BranchEdit, Edit, Insert, Move, Skip
from .retelling import FRAME


class Mark(enum.StrEnum):
    """What a branch made of an event."""

    KEPT = "kept"
    EDITED = "edited"
    MOVED = "moved"
    INSERTED = "inserted"


@dataclass(slots=True, eq=False)
class Slot:
    """The place of one event."""

    origin: RecordedEvent | None
    """The event as it is in the history; ``None`` for an inserted one."""
    insert: Insert | None = None
    data: Mapping[str, Any] | None = None
    """The payload that an edit gave it."""
    mark: Mark = Mark.KEPT
    is_skipped: bool = False


def slots_of(events: Sequence[RecordedEvent], edits: Iterable[BranchEdit]) -> list[Slot]:
    """Return the slots of the events that happen in a branch, in order. Raises ``ValueError`` for a bad edit."""
    slots = _Slots(events)
    for edit in edits:
        slots.carry_out(edit)
    return [slot for slot in slots.all if not slot.is_skipped]


class _Slots:
    def __init__(self, events: Sequence[RecordedEvent]) -> None:
        self.all = [Slot(event) for event in events]
        self._events = events

    def carry_out(self, edit: BranchEdit) -> None:
        match edit:
            case Skip(version):
                self._slot_at(version).is_skipped = True
            case Edit(version, data):
                slot = self._slot_at(version)
                slot.data, slot.mark = _payload(data), Mark.EDITED
            case Move(version, before):
                self._move(version, before)
            case Insert(after):
                slot = Slot(None, edit, _payload(edit.data), Mark.INSERTED)
                self.all.insert(self._place_after(after), slot)

    def _move(self, version: int, before: int | None) -> None:
        if version == before:
            raise ValueError(f"the event at version {version} cannot be moved before itself")
        slot = self._slot_at(version)
        target = None if before is None else self._anchor(before)
        self.all.remove(slot)
        self.all.insert(len(self.all) if target is None else self.all.index(target), slot)
        slot.mark = slot.mark if slot.mark is Mark.EDITED else Mark.MOVED

    def _place_after(self, version: int | None) -> int:
        place = 0 if version is None else self.all.index(self._anchor(version)) + 1
        while place < len(self.all) and self._was_inserted_after(place, version):
            place += 1
        return place

    def _was_inserted_after(self, place: int, version: int | None) -> bool:
        insert = self.all[place].insert
        return insert is not None and insert.after == version

    def _slot_at(self, version: int) -> Slot:
        """Return the slot of an event that is still there."""
        slot = self._anchor(version)
        if slot.is_skipped:
            raise ValueError(f"the event at version {version} is skipped already")
        return slot

    def _anchor(self, version: int) -> Slot:
        """Return the slot of an event, of one that is skipped as well: something may stand beside it."""
        found = [slot for slot in self.all if slot.origin is not None and slot.origin.version == version]
        if len(found) > 1:
            raise ValueError(f"{len(found)} events have the version {version}, so it names none of them")
        if not found:
            raise ValueError(f"there is no event at version {version}{self._range()}")
        return found[0]

    def _range(self) -> str:
        return f": versions go from {self._events[0].version} to {self._events[-1].version}" if self._events else ""


def _payload(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a payload, or raise ``ValueError`` where it says what the columns and the envelope say."""
    aside = sorted(FRAME & data.keys())
    if aside:
        raise ValueError(f"{' and '.join(aside)} cannot be edited: that is no part of what an event tells")
    return data
