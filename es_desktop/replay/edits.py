"""The edits of a branch. They refer to events by their version in the history, or by an ``InsertedRef``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


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
