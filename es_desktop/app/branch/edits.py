"""The edits of a branch: what each action of a person adds to them, with undo and redo."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from es_desktop.core import values
from es_desktop.replay import Branch, BranchEdit, Edit, EventRef, Insert, InsertedRef, Mark, Move, Skip

from .history import RecordedHistory

Edits = tuple[BranchEdit, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """The edits of a branch with their undo history. Immutable: each method returns a new draft."""

    edits: Edits = ()
    before: tuple[Edits, ...] = field(default=(), repr=False)
    undone: tuple[Edits, ...] = field(default=(), repr=False)

    def with_edits(self, edits: Edits) -> Draft:
        """Return a draft with other edits; equal edits are not an undo step."""
        return self if edits == self.edits else Draft(edits, (*self.before, self.edits))

    def undo(self) -> Draft:
        """Return the draft before the last step; this one without a step."""
        if not self.before:
            return self
        return Draft(self.before[-1], self.before[:-1], (*self.undone, self.edits))

    def redo(self) -> Draft:
        """Return the draft before the last undo; this one without an undo."""
        if not self.undone:
            return self
        return replace(self, edits=self.undone[-1], before=(*self.before, self.edits), undone=self.undone[:-1])


def skip_or_bring_back(branch: Branch, names: Collection[EventRef]) -> Edits:
    """Return the edits that skip events; if all are skipped already, that restore them."""
    marks = {entry.name: entry.mark for entry in branch.entries}
    here = [name for name in names if marks.get(name, Mark.SKIPPED) is not Mark.SKIPPED]
    if here:
        return (*branch.edits, *(Skip(name) for name in here))
    back = frozenset(names)
    return tuple(edit for edit in branch.edits if not (isinstance(edit, Skip) and edit.version in back))


def set_payload(recorded: RecordedHistory, branch: Branch, name: EventRef, data: Mapping[str, Any]) -> Edits:
    """Return the edits that give an event other data; its recorded data removes the edit."""
    if isinstance(name, InsertedRef):
        inserts = [(at, edit) for at, edit in enumerate(branch.edits) if isinstance(edit, Insert)]
        at, edit = inserts[name.number]
        return (*branch.edits[:at], replace(edit, data=data), *branch.edits[at + 1 :])
    others = tuple(edit for edit in branch.edits if not (isinstance(edit, Edit) and edit.version == name))
    event = next(event for event in recorded.events if event.version == name)
    is_same = event.error is None and values.dumps(dict(event.data)) == values.dumps(dict(data))
    return others if is_same else (*others, Edit(name, data))


def move(recorded: RecordedHistory, branch: Branch, name: EventRef, by: int) -> Edits:
    """Return the edits that move an event ``by`` rows later, or earlier if negative."""
    names = _names(branch)
    target = names.index(name) + by
    if not 0 <= target < len(names):
        return branch.edits
    following = target + 1 if by > 0 else target
    moving = Move(name, names[following] if following < len(names) else None)
    last = branch.edits[-1] if branch.edits else None
    if not isinstance(last, Move) or last.version != name:
        return (*branch.edits, moving)
    # Only the final position counts: an event that is back at its own position was not moved.
    others = branch.edits[:-1]
    moved = (*others, moving)
    return others if _names(recorded.branch(others)) == _names(recorded.branch(moved)) else moved


def insert(branch: Branch, after: EventRef, topic: str, data: Mapping[str, Any]) -> tuple[Edits, InsertedRef]:
    """Return the edits that insert an event directly after another one, and the name of the new event."""
    name = InsertedRef(sum(isinstance(edit, Insert) for edit in branch.edits))
    edits: Edits = (*branch.edits, Insert(after, topic, data))
    names = _names(branch)
    following = names.index(after) + 1
    if following < len(names) and isinstance(names[following], InsertedRef):
        # A branch puts it after the events that were inserted there before.
        edits = (*edits, Move(name, names[following]))
    return edits, name


def describe_edits(branch: Branch) -> str:
    """Return what was done to a branch: ``1 skipped, 2 edited``; empty if nothing was."""
    counts = dict.fromkeys((Mark.SKIPPED, Mark.EDITED, Mark.MOVED, Mark.INSERTED), 0)
    for entry in branch.entries:
        if entry.mark in counts:
            counts[entry.mark] += 1
    return ", ".join(f"{count:,} {mark}" for mark, count in counts.items() if count)


def _names(branch: Branch) -> list[EventRef]:
    return [entry.name for entry in branch.entries]
