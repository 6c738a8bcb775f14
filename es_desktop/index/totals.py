"""What an index tells of a store as a whole: how much of what it holds, when, and how far the index itself is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .database import IndexDatabase
from .filling import Indexed, state_of
from .schema import SECONDS_PER_BAR


@dataclass(frozen=True, slots=True)
class Totals:
    """A store as a whole."""

    entities: int
    events: int
    snapshots: int
    first: float | None
    """Seconds since the epoch, of the first event; ``None`` where no event tells its time."""
    last: float | None
    encrypted: int
    """Entities whose first or last event is encrypted."""
    kinds: dict[str, int]
    """How many entities there are of each type, the most first."""
    types: dict[str, int]
    """How many events there are of each type, the most first."""


@dataclass(frozen=True, slots=True)
class Bars:
    """How many events there are in each stretch of time."""

    begin: float
    """Seconds since the epoch, where the first stretch begins."""
    width: float
    """Seconds of each stretch."""
    counts: Sequence[int]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far snapshots reach among the entities of one type."""

    kind: str
    entities: int
    covered: int
    """How many of them have a snapshot."""
    snapshots: int
    """How many they have together."""


def indexed(database: IndexDatabase) -> Indexed:
    """Return how far an index is."""
    with database.reading() as connection:
        return state_of(connection)


def totals(database: IndexDatabase) -> Totals:
    """Return what the index knows of the store as a whole by now."""
    with database.reading() as connection:
        entities, snapshots, encrypted = connection.execute(
            "SELECT count(*), coalesce(sum(snapshots), 0), coalesce(sum(encrypted), 0) FROM entity"
        ).fetchone()
        events, first, last = connection.execute(
            "SELECT coalesce(sum(events), 0), min(earliest), max(latest) FROM slice"
        ).fetchone()
        kinds = connection.execute(
            "SELECT k.name, count(*) FROM entity e JOIN kind k ON k.no = e.kind GROUP BY k.no ORDER BY 2 DESC, 1"
        ).fetchall()
        types = connection.execute(
            "SELECT t.name, sum(c.events) FROM counted c JOIN topic t ON t.no = c.topic GROUP BY t.name"
            " ORDER BY 2 DESC, 1"
        ).fetchall()
    return Totals(entities, events, snapshots, first, last, encrypted, dict(kinds), dict(types))


def coverage(database: IndexDatabase) -> list[Coverage]:
    """Return how far snapshots reach, by type of entity, the most entities first."""
    with database.reading() as connection:
        rows = connection.execute(
            "SELECT k.name, count(*), sum(e.snapshots > 0), sum(e.snapshots) FROM entity e JOIN kind k ON k.no = e.kind"
            " GROUP BY k.no ORDER BY 2 DESC, 1"
        ).fetchall()
    return [Coverage(*row) for row in rows]


def bars(database: IndexDatabase, count: int) -> Bars | None:
    """Return how many events there are over time, in some ``count`` stretches; ``None`` where no time is told.

    Stretches are whole hours; where there are few of these, the events themselves are counted.
    """
    with database.reading() as connection:
        first, last = connection.execute("SELECT min(earliest), max(latest) FROM slice").fetchone()
        if first is None:
            return None
        hours = (last - first) / SECONDS_PER_BAR
        if hours >= count:
            per_bar = -(-hours // count) or 1.0
            begin = first // SECONDS_PER_BAR
            # Floats, as a time may be any number.
            rows = connection.execute(
                "SELECT CAST((hour - ?) / ? AS INTEGER), sum(events) FROM hour GROUP BY 1", [begin, per_bar]
            ).fetchall()
            return _as_bars(begin * SECONDS_PER_BAR, per_bar * SECONDS_PER_BAR, rows)
        width = max((last - first) / count, 0.001)
        rows = connection.execute(
            "SELECT CAST((time - ?) / ? AS INTEGER), count(*) FROM event WHERE time IS NOT NULL GROUP BY 1",
            [first, width],
        ).fetchall()
    return _as_bars(first, width, rows)


def _as_bars(begin: float, width: float, rows: Sequence[tuple[int, int]]) -> Bars:
    found = dict(rows)
    return Bars(begin, width, [found.get(place, 0) for place in range(max(found, default=0) + 1)])
