"""Snapshot costs as text."""

from __future__ import annotations

from es_desktop.app.text.times import format_cost
from es_desktop.app.text.values import count_text, format_bytes

from .cost import Interval, Point, SnapshotCost


def every_text(interval: Interval) -> str:
    """Return ``never``, ``every event``, ``every 20 events``."""
    if interval is None:
        return "never"
    return "every event" if interval == 1 else f"every {interval:,} events"


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
    space = f"for {format_bytes(chosen.bytes_per_thousand)} per 1,000 events"
    if chosen.seconds >= cost.from_zero:
        return (
            f"{every} does not pay: a rebuild would take {format_cost(chosen.seconds)}{mean} where {zero} do, {space}."
        )
    return f"{every} makes a rebuild take {format_cost(chosen.seconds)}{mean} instead of {zero}, {space}."


def point_text(point: Point) -> str:
    """Return the figures of an interval on two lines."""
    every = "Never a snapshot" if point.interval is None else f"A snapshot {every_text(point.interval)}"
    costs = f"{format_cost(point.seconds)} a rebuild, {format_bytes(point.bytes_per_thousand)} per 1,000 events"
    return f"{every}\n{costs}"


def subject(cost: SnapshotCost) -> str:
    """Return what the figures cover, and how much of it was measured."""
    events = count_text(round(cost.events), "event")
    if cost.entities == 1:
        reckoned = ", only the first part of them read" if cost.is_estimated else ""
        return f"{events}{reckoned}"
    measured = f"{len(cost.shares):,} of {cost.entities:,} entities measured"
    return f"{measured} · the longest has {count_text(cost.longest.events, 'event')}"
