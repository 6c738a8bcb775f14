"""Table maps: which columns of a table that no format knows hold what an event is made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SnapshotMap:
    """Where snapshots are: the columns of their table, each by its name."""

    table: str
    stream: str
    version: str
    """Of the last event in it."""
    payload: str
    """The state."""
    time: str | None = None


@dataclass(frozen=True, slots=True)
class TableMap:
    """Where events are: the columns of their table, each by its name. ``None`` for what the table does not tell."""

    table: str
    """With its schema before a dot, where it is not in the first one."""
    stream: str
    """What tells one entity from another."""
    payload: str
    version: str | None = None
    """Of the event in its stream; without one, events are counted in the order of their time, and of their rows."""
    type: str | None = None
    """What the event is called."""
    time: str | None = None
    entity: str | None = None
    """What the entity's type is called."""
    snapshots: SnapshotMap | None = None
