"""What snapshots are worth, in plain words."""

from __future__ import annotations

from es_desktop.app.text.durations import format_cost
from es_desktop.app.text.sizes import format_bytes
from es_desktop.app.text.values import count_text

from .cost import Interval, Point, Worth


def every_text(interval: Interval) -> str:
    """Return ``never``, ``every event``, ``every 20 events``."""
    if interval is None:
        return "never"
    return "every event" if interval == 1 else f"every {interval:,} events"


def conclusion(worth: Worth, chosen: Point | None, target: float) -> str:
    """Tell in a sentence what a chosen interval would do; where none is chosen, that none is within the target."""
    zero, mean = format_cost(worth.from_zero), " on average" if worth.entities > 1 else ""
    if chosen is None:
        least = worth.least
        told = f"the least is {format_cost(least.seconds)}, with a snapshot {every_text(least.interval)}"
        return f"No interval makes a rebuild take {format_cost(target)} or less{mean}: {told}."
    if chosen.interval is None:
        within = f", which is within {format_cost(target)}: no snapshot is needed" if worth.from_zero <= target else ""
        return f"Without any snapshot a rebuild takes {zero}{mean}{within}."
    every = f"A snapshot {every_text(chosen.interval)}"
    if not chosen.bytes_per_thousand:
        whose = "no entity here has" if worth.entities > 1 else "the entity does not have"
        return f"{every} would not have been taken yet: {whose} so many. A rebuild takes {zero}{mean}."
    cost = f"for {format_bytes(chosen.bytes_per_thousand)} per 1,000 events"
    if chosen.seconds >= worth.from_zero:
        return (
            f"{every} does not pay: a rebuild would take {format_cost(chosen.seconds)}{mean} where {zero} do, {cost}."
        )
    return f"{every} makes a rebuild take {format_cost(chosen.seconds)}{mean} instead of {zero}, {cost}."


def point_text(point: Point) -> str:
    """Return the figures of an interval on two lines."""
    every = "Never a snapshot" if point.interval is None else f"A snapshot {every_text(point.interval)}"
    costs = f"{format_cost(point.seconds)} a rebuild, {format_bytes(point.bytes_per_thousand)} per 1,000 events"
    return f"{every}\n{costs}"


def subject(worth: Worth) -> str:
    """Tell what the figures are of, and how far they were measured."""
    events = count_text(round(worth.events), "event")
    if worth.entities == 1:
        reckoned = ", only the first part of them read" if worth.is_estimated else ""
        return f"{events}{reckoned}"
    measured = f"{len(worth.shares):,} of {worth.entities:,} entities measured"
    return f"{measured} · the longest has {count_text(worth.longest.events, 'event')}"
