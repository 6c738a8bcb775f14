"""The edits of a branch. Events are named by the versions that they have in the history, whatever was edited before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Skip:
    """The event at a version did not happen."""

    version: int


@dataclass(frozen=True, slots=True)
class Edit:
    """The event at a version told something else: ``data`` is all of its payload, without the envelope."""

    version: int
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Move:
    """The event at a version happened before another one; ``None`` is after all of them."""

    version: int
    before: int | None


@dataclass(frozen=True, slots=True)
class Insert:
    """One more event happened after another one; ``None`` is before all of them.

    ``topic`` is that of its class, or just the name of its type, such as ``Paid``. Its time is that of the event before
    it. Of several after the same event, each comes after those that were inserted earlier.
    """

    after: int | None
    topic: str
    data: Mapping[str, Any]


BranchEdit = Skip | Edit | Move | Insert
