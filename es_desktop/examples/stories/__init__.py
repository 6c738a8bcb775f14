"""The stories of the demo store: made-up histories that the models' own commands have written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from es_desktop.core import DomainEvent, EventBus, clock_set_to

from .accounts import tell_account, tell_till
from .orders import tell_order
from .small import tell_example
from .stage import FIRST_DAY, LAST_DAY, CurtainFell, Stage, begin_of
from .tickets import tell_ticket

Story = Callable[[Stage], None]

_CAST: Final[dict[Story, int]] = {tell_account: 49, tell_order: 136, tell_ticket: 94, tell_example: 20}


def demo_histories(seed: int = 7) -> Iterator[list[DomainEvent]]:
    """Yield the whole history of one entity after another, in the order in which they came to be.

    300 entities with about 5,000 events, from March to August 2026; the same for the same seed.
    """
    rng = Random(seed)
    histories = [_history(tell_till, Stage(rng, begin_of(FIRST_DAY)))]
    for story, times in _CAST.items():
        histories += [_history(story, Stage(rng, _any_begin(rng))) for _ in range(times)]
    yield from sorted(histories, key=lambda history: vars(history[0])["timestamp"])


def _any_begin(rng: Random) -> datetime:
    """Draw when a story begins; in the last week none does, as it might not come to its first event."""
    days = (LAST_DAY - FIRST_DAY).days - 7
    return begin_of(FIRST_DAY) + timedelta(days=rng.triangular(0, days, days / 4))


def _history(story: Story, stage: Stage) -> list[DomainEvent]:
    """Tell a story where nobody else hears it, and return what was published."""
    history: list[DomainEvent] = []

    def gather(published: Any) -> None:
        history.extend(published if isinstance(published, list) else [published])

    bus = EventBus()
    bus.subscribe(gather)
    with bus.activated(), clock_set_to(stage.now), suppress(CurtainFell):
        stage.wait(0.2)
        story(stage)
    return history
