"""Totals of a store, from its index: how much of what it holds, when it happened, and how complete the index is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .database import SECONDS_PER_BAR, IndexDatabase
from .filling import IndexState, state_of


@dataclass(frozen=True, slots=True)
class Totals:
    """How much a store holds, as far as its index is filled."""

    entities: int
    events: int
    snapshots: int
    first_time: float | None
    """Seconds since the epoch, UTC; ``None`` if no event has a time."""
    last_time: float | None
    encrypted: int
    """Entities whose first or last event is encrypted."""
    entity_types: dict[str, int]
    """Entities of each type, the most frequent first."""
    event_types: dict[str, int]
    """Events of each type, the most frequent first."""


@dataclass(frozen=True, slots=True)
class Bars:
    """Numbers of events in consecutive time ranges of the same length."""

    begin: float
    """The start of the first range, in seconds since the epoch, UTC."""
    width: float
    """The length of each range in seconds."""
    counts: Sequence[int]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many entities of one type have snapshots."""

    entity_type: str
    entities: int
    with_snapshot: int
    """Of these entities, how many have a snapshot."""
    snapshots: int
    """Their snapshots together."""


def index_state(database: IndexDatabase) -> IndexState:
    """Return how far an index is filled."""
    with database.reading() as connection:
        return state_of(connection)


def totals(database: IndexDatabase) -> Totals:
    """Return the totals of what is in the index so far."""
    ((entities, snapshots, encrypted),) = database.rows(
        "SELECT count(*), coalesce(sum(snapshots), 0), coalesce(sum(encrypted), 0) FROM entity"
    )
    ((events, first, last),) = database.rows("SELECT coalesce(sum(events), 0), min(earliest), max(latest) FROM slice")
    entity_types = database.rows(
        "SELECT k.name, count(*) FROM entity e JOIN kind k ON k.no = e.kind GROUP BY k.no ORDER BY 2 DESC, 1"
    )
    event_types = database.rows(
        "SELECT t.name, sum(c.events) FROM counted c JOIN topic t ON t.no = c.topic GROUP BY t.name ORDER BY 2 DESC, 1"
    )
    return Totals(entities, events, snapshots, first, last, encrypted, dict(entity_types), dict(event_types))


def coverage(database: IndexDatabase) -> list[Coverage]:
    """Return how many entities of each type have snapshots, the type with the most entities first."""
    rows = database.rows(
        "SELECT k.name, count(*), sum(e.snapshots > 0), sum(e.snapshots) FROM entity e JOIN kind k ON k.no = e.kind"
        " GROUP BY k.no ORDER BY 2 DESC, 1"
    )
    return [Coverage(*row) for row in rows]


def bars(database: IndexDatabase, count: int) -> Bars | None:
    """Return the number of events in about ``count`` time ranges; ``None`` if no event has a time.

    The index counts events by the hour, and ranges of an hour or more are sums of these counts. For shorter ranges
    the events themselves are counted.
    """
    ((first, last),) = database.rows("SELECT min(earliest), max(latest) FROM slice")
    if first is None:
        return None
    hours = (last - first) / SECONDS_PER_BAR
    if hours >= count:
        per_bar = -(-hours // count) or 1.0
        # As floats: a damaged record may have a time that no integer column can hold.
        hour = first // SECONDS_PER_BAR
        query = "SELECT CAST((hour - ?) / ? AS INTEGER), sum(events) FROM hour GROUP BY 1"
        found = dict(database.rows(query, [hour, per_bar]))
        begin, width = hour * SECONDS_PER_BAR, per_bar * SECONDS_PER_BAR
    else:
        begin, width = first, max((last - first) / count, 0.001)
        query = "SELECT CAST((time - ?) / ? AS INTEGER), count(*) FROM event WHERE time IS NOT NULL GROUP BY 1"
        found = dict(database.rows(query, [begin, width]))
    return Bars(begin, width, [found.get(index, 0) for index in range(max(found, default=0) + 1)])
