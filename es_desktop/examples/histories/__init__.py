"""Histories for the demo store, simulated with the commands of the models."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from es_desktop.core import DomainEvent, EventBus, clock_set_to

from .accounts import simulate_account, simulate_shop_account
from .examples import simulate_example
from .orders import simulate_order
from .simulation import FIRST_DAY, LAST_DAY, PeriodOver, Simulation, begin_of
from .tickets import simulate_ticket

Simulate = Callable[[Simulation], None]

_COUNTS: Final[dict[Simulate, int]] = {
    simulate_account: 49,
    simulate_order: 136,
    simulate_ticket: 94,
    simulate_example: 20,
}


def demo_histories(seed: int = 7) -> Iterator[list[DomainEvent]]:
    """Yield the histories of 300 entities, each as the list of its events, in the order of their first events.

    These are about 5,000 events, from March to August 2026, and the same ones for the same seed.
    """
    rng = Random(seed)
    histories = [_history(simulate_shop_account, Simulation(rng, begin_of(FIRST_DAY)))]
    for simulate, count in _COUNTS.items():
        histories += [_history(simulate, Simulation(rng, _random_begin(rng))) for _ in range(count)]
    yield from sorted(histories, key=lambda history: vars(history[0])["timestamp"])


def _random_begin(rng: Random) -> datetime:
    """Return a random time for the begin of a history, not in the last week: it might then have no event."""
    days = (LAST_DAY - FIRST_DAY).days - 7
    return begin_of(FIRST_DAY) + timedelta(days=rng.triangular(0, days, days / 4))


def _history(simulate: Simulate, simulation: Simulation) -> list[DomainEvent]:
    """Run a simulation on a bus of its own, and return the published events."""
    history: list[DomainEvent] = []

    def collect(published: Any) -> None:
        history.extend(published if isinstance(published, list) else [published])

    bus = EventBus()
    bus.subscribe(collect)
    with bus.activated(), clock_set_to(simulation.now), suppress(PeriodOver):
        simulation.wait(0.2)
        simulate(simulation)
    return history
