"""What snapshots cost and save: the measured times of rebuilds, and those with other intervals between snapshots."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from es_desktop.app.text.times import format_cost
from es_desktop.app.text.values import format_bytes
from es_desktop.system.counts import count_text, format_number

Interval = int | None
"""Events from one snapshot to the next; ``None`` if there is never one."""
INTERVALS: Final[tuple[Interval, ...]] = (1, 2, 5, 10, 20, 50, 100, 200, 500, None)
"""The intervals that are compared."""
LEAST_TARGET: Final = 0.001
"""Seconds that no one waits for."""


@dataclass(frozen=True, slots=True)
class EntityCosts:
    """The measured costs of rebuilding the last state of one entity. Times are seconds."""

    events: int
    query: float
    """A select for events that finds none."""
    from_zero: float
    snapshot: float
    """Reading and decoding one snapshot; if there is none, of the present state as one."""
    base: int | None = None
    """The version of the snapshot that a rebuild starts from now; ``None`` if it starts from zero."""
    skipped: int = 0
    """How many events are not read because of this snapshot."""
    from_base: float | None = None
    """The whole rebuild from that snapshot."""
    event_bytes: float = 0.0
    """Of all its events: their topics and payloads."""
    snapshot_bytes: float = 0.0
    """Of all its snapshots."""
    bytes_each: float = 0.0
    """Of one snapshot on average; if there is none, of the present state as one."""
    is_partly_read: bool = False
    """Whether it is so long that only its first part was replayed, and the rest estimated from that."""

    @property
    def per_event(self) -> float:
        """Reading, decoding and applying one event."""
        return max(0.0, self.from_zero - self.query) / max(1, self.events)

    @property
    def now(self) -> float:
        """A rebuild with the snapshots that are there."""
        return self.from_zero if self.from_base is None else self.from_base

    def seconds_at(self, interval: Interval) -> float:
        """Return the mean time of a rebuild, in seconds, with a snapshot at every ``interval``-th event."""
        if interval is None or interval > self.events:
            return self.from_zero
        return self.query + self.snapshot + self.per_event * mean_events_after(interval, self.events)

    def bytes_at(self, interval: Interval) -> float:
        """Return the bytes that snapshots at this interval write for all its events."""
        return 0.0 if interval is None or interval > self.events else self.events / interval * self.bytes_each


def mean_events_after(interval: int, events: int) -> float:
    """Return how many events follow the last snapshot on average, for an entity with about ``events`` events."""
    # Any count from 0 to ``interval - 1`` is as likely; a shorter entity has no snapshot yet, so all events are read.
    return (interval - 1) / 2 if interval <= events else float(events)


@dataclass(frozen=True, slots=True)
class Share:
    """A measured entity, and how many entities it represents."""

    costs: EntityCosts
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Point:
    """The costs of one interval."""

    interval: Interval
    seconds: float
    """The mean time of a rebuild."""
    bytes_per_thousand: float
    """Bytes of snapshots that 1,000 events bring with them."""


@dataclass(frozen=True, slots=True)
class SnapshotCost:
    """What snapshots cost and save for an entity, or for a store of which some entities were measured."""

    shares: tuple[Share, ...]
    entities: int = 1
    """How many there are; the measured ones represent the others."""

    @property
    def from_zero(self) -> float:
        """The mean time of a rebuild from zero."""
        return self._mean(lambda costs: costs.from_zero)

    @property
    def now(self) -> float:
        """The mean time of a rebuild with the snapshots that are there."""
        return self._mean(lambda costs: costs.now)

    @property
    def events(self) -> float:
        return self._sum(lambda costs: costs.events)

    @property
    def saved(self) -> float:
        """How many events are not read if everything is rebuilt once."""
        return self._sum(lambda costs: costs.skipped)

    @property
    def event_bytes(self) -> float:
        return self._sum(lambda costs: costs.event_bytes)

    @property
    def snapshot_bytes(self) -> float:
        return self._sum(lambda costs: costs.snapshot_bytes)

    @property
    def with_base(self) -> float:
        """How many entities have a snapshot to start from."""
        return self._sum(lambda costs: costs.base is not None)

    @property
    def longest(self) -> EntityCosts:
        return max((share.costs for share in self.shares), key=lambda costs: costs.events)

    @property
    def is_estimated(self) -> bool:
        """Whether the figures are estimated from a part of the events."""
        return len(self.shares) < self.entities or any(share.costs.is_partly_read for share in self.shares)

    @property
    def default_target(self) -> float:
        """Seconds that a rebuild may take unless a person says otherwise: 1 ms, or a tenth of that from zero."""
        return max(LEAST_TARGET, self.from_zero / 10)

    def at(self, interval: Interval) -> Point:
        """Return the cost of a snapshot at every ``interval``-th event."""
        written = self._sum(lambda costs: costs.bytes_at(interval))
        return Point(interval, self._mean(lambda costs: costs.seconds_at(interval)), 1000 * written / self.events)

    def paying(self, target: float) -> Point | None:
        """Return the longest interval, or never, whose mean rebuild is within the target; ``None`` without any."""
        return next((point for point in map(self.at, reversed(INTERVALS)) if point.seconds <= target), None)

    @property
    def least(self) -> Point:
        """The interval of the shortest rebuilds."""
        return min(map(self.at, INTERVALS), key=lambda point: point.seconds)

    def _sum(self, figure: Callable[[EntityCosts], float]) -> float:
        return sum(share.weight * figure(share.costs) for share in self.shares)

    def _mean(self, figure: Callable[[EntityCosts], float]) -> float:
        return self._sum(figure) / sum(share.weight for share in self.shares)


def every_text(interval: Interval) -> str:
    """Return ``never``, ``every event``, ``every 20 events``."""
    if interval is None:
        return "never"
    return "every event" if interval == 1 else f"every {format_number(interval)} events"


def conclusion(cost: SnapshotCost, chosen: Point | None, target: float) -> str:
    """Return one sentence on a chosen interval; without one, that no interval reaches the target (seconds)."""
    zero, mean = format_cost(cost.from_zero), " on average" if cost.entities > 1 else ""
    if chosen is None:
        least = cost.least
        shortest = f"the least is {format_cost(least.seconds)}, with a snapshot {every_text(least.interval)}"
        return f"No interval makes a rebuild take {format_cost(target)} or less{mean}: {shortest}."
    if chosen.interval is None:
        within = f", which is within {format_cost(target)}: no snapshot is needed" if cost.from_zero <= target else ""
        return f"Without any snapshot a rebuild takes {zero}{mean}{within}."
    every = f"A snapshot {every_text(chosen.interval)}"
    if not chosen.bytes_per_thousand:
        whose = "no entity here has" if cost.entities > 1 else "the entity does not have"
        return f"{every} would not have been taken yet: {whose} so many. A rebuild takes {zero}{mean}."
    takes, space = format_cost(chosen.seconds), f"for {format_bytes(chosen.bytes_per_thousand)} per 1,000 events"
    if chosen.seconds >= cost.from_zero:
        return f"{every} does not pay: a rebuild would take {takes}{mean} where {zero} do, {space}."
    return f"{every} makes a rebuild take {takes}{mean} instead of {zero}, {space}."


def point_text(point: Point) -> str:
    """Return the figures of an interval on two lines."""
    every = "Never a snapshot" if point.interval is None else f"A snapshot {every_text(point.interval)}"
    return f"{every}\n{format_cost(point.seconds)} a rebuild, {format_bytes(point.bytes_per_thousand)} per 1,000 events"


def subject(cost: SnapshotCost) -> str:
    """Return what the figures cover, and how much of it was measured."""
    events = count_text(round(cost.events), "event")
    if cost.entities == 1:
        return f"{events}, only the first part of them read" if cost.is_estimated else events
    measured = f"{format_number(len(cost.shares))} of {count_text(cost.entities, 'entity')} measured"
    return f"{measured} · the longest has {count_text(cost.longest.events, 'event')}"
