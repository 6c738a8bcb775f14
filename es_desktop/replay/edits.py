"""The edits of a branch. Events are named by the versions that they have in the history, whatever was edited before.

One that an edit put in has none: it is named by which of the insertions it came with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class InsertedRef:
    """The event that an ``Insert`` put in: that of the first one is ``InsertedRef(0)``."""

    number: int

    def __str__(self) -> str:
        return f"insertion {self.number}"


EventRef = int | InsertedRef
"""Which event is meant: the version that it has in the history, or the insertion that it came with."""


@dataclass(frozen=True, slots=True)
class Skip:
    """The event at a version did not happen."""

    version: EventRef


@dataclass(frozen=True, slots=True)
class Edit:
    """The event at a version told something else: ``data`` is all of its payload, without the envelope."""

    version: EventRef
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Move:
    """The event at a version happened before another one; ``None`` is after all of them."""

    version: EventRef
    before: EventRef | None


@dataclass(frozen=True, slots=True)
class Insert:
    """One more event happened after another one; ``None`` is before all of them.

    ``topic`` is that of its class, or just the name of its type, such as ``Paid``. Its time is that of the event before
    it. Of several after the same event, each comes after those that were inserted earlier.
    """

    after: EventRef | None
    topic: str
    data: Mapping[str, Any]


BranchEdit = Skip | Edit | Move | Insert
