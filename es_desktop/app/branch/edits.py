"""What a person does to a branch, as the edits that it leads to; and those before them, for undoing."""

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
    """The edits of a branch, and how they came to be. It never changes: each method returns another one."""

    edits: Edits = ()
    before: tuple[Edits, ...] = field(default=(), repr=False)
    undone: tuple[Edits, ...] = field(default=(), repr=False)

    def with_edits(self, edits: Edits) -> Draft:
        """Go on to other edits; the same ones are no step."""
        return self if edits == self.edits else Draft(edits, (*self.before, self.edits))

    def undo(self) -> Draft:
        """Go back one step, where there is one."""
        if not self.before:
            return self
        return Draft(self.before[-1], self.before[:-1], (*self.undone, self.edits))

    def redo(self) -> Draft:
        """Take back an undoing, where there is one."""
        if not self.undone:
            return self
        return replace(self, edits=self.undone[-1], before=(*self.before, self.edits), undone=self.undone[:-1])


def skip_or_bring_back(branch: Branch, names: Collection[EventRef]) -> Edits:
    """Skip events; where all of them are skipped already, bring them back."""
    marks = {entry.name: entry.mark for entry in branch.entries}
    here = [name for name in names if marks.get(name, Mark.SKIPPED) is not Mark.SKIPPED]
    if here:
        return (*branch.edits, *(Skip(name) for name in here))
    back = frozenset(names)
    return tuple(edit for edit in branch.edits if not (isinstance(edit, Skip) and edit.version in back))


def set_payload(recorded: RecordedHistory, branch: Branch, name: EventRef, data: Mapping[str, Any]) -> Edits:
    """Let an event tell something else; what it tells in the history makes it the same as there again."""
    if isinstance(name, InsertedRef):
        inserts = [(at, edit) for at, edit in enumerate(branch.edits) if isinstance(edit, Insert)]
        at, edit = inserts[name.number]
        return (*branch.edits[:at], replace(edit, data=data), *branch.edits[at + 1 :])
    others = tuple(edit for edit in branch.edits if not (isinstance(edit, Edit) and edit.version == name))
    event = next(event for event in recorded.events if event.version == name)
    is_same = event.error is None and values.dumps(dict(event.data)) == values.dumps(dict(data))
    return others if is_same else (*others, Edit(name, data))


def move(recorded: RecordedHistory, branch: Branch, name: EventRef, by: int) -> Edits:
    """Let an event come ``by`` places later, or earlier where that is negative; by one for each that is passed."""
    names = _names(branch)
    target = names.index(name) + by
    if not 0 <= target < len(names):
        return branch.edits
    following = target + 1 if by > 0 else target
    moving = Move(name, names[following] if following < len(names) else None)
    last = branch.edits[-1] if branch.edits else None
    if not isinstance(last, Move) or last.version != name:
        return (*branch.edits, moving)
    # Only where it comes to stand counts; back where it was, it did not move.
    others = branch.edits[:-1]
    moved = (*others, moving)
    return others if _names(recorded.branch(others)) == _names(recorded.branch(moved)) else moved


def insert(branch: Branch, after: EventRef, topic: str, data: Mapping[str, Any]) -> tuple[Edits, InsertedRef]:
    """Put an event in, right after another one; return its name as well."""
    name = InsertedRef(sum(isinstance(edit, Insert) for edit in branch.edits))
    edits: Edits = (*branch.edits, Insert(after, topic, data))
    names = _names(branch)
    following = names.index(after) + 1
    if following < len(names) and isinstance(names[following], InsertedRef):
        # A branch puts it behind those that were inserted there before.
        edits = (*edits, Move(name, names[following]))
    return edits, name


def describe_edits(branch: Branch) -> str:
    """Return what was done to a branch: ``1 skipped, 2 edited``; empty where nothing was."""
    counts = dict.fromkeys((Mark.SKIPPED, Mark.EDITED, Mark.MOVED, Mark.INSERTED), 0)
    for entry in branch.entries:
        if entry.mark in counts:
            counts[entry.mark] += 1
    return ", ".join(f"{count:,} {mark}" for mark, count in counts.items() if count)


def _names(branch: Branch) -> list[EventRef]:
    return [entry.name for entry in branch.entries]
