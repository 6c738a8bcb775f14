"""Scrubbing a long entity: the state at any version once the first pass is done, and at the one beside it."""

from __future__ import annotations

import random
import statistics
from collections.abc import Iterator
from pathlib import Path

from es_desktop.app.entity.verdict import ZERO
from es_desktop.app.entity.view import EntityView

from .measuring import Figure, Goal, at_most, seconds
from .replaying import one_entity

_TIMES = 300


def scrub(folder: Path, events: int) -> Iterator[Figure]:
    """The state at a random version, and at the next or the one before, against one pass over all of them."""
    with one_entity(folder, events) as (session, entity_id, _):
        view = EntityView(session, entity_id)
        versions = view.outline.versions

        def milliseconds_to(at: int) -> float:
            return 1e3 * seconds(lambda: view.state_at(versions[at], base=ZERO, checkpoint=lambda: None))

        first_pass = milliseconds_to(-1)
        chance = random.Random(events)
        anywhere = sorted(milliseconds_to(chance.randrange(len(versions))) for _ in range(_TIMES))
        beside = statistics.median(map(milliseconds_to, _steps_to_and_fro(chance, len(versions))))

    def figure(name: str, milliseconds: float, goal: Goal) -> Figure:
        return Figure(name, milliseconds, first_pass, "one pass over all", "ms", events, goal)

    yield figure("scrub", statistics.median(anywhere), at_most(5))
    yield figure("scrub-p95", anywhere[int(len(anywhere) * 0.95)], at_most(16))
    yield figure("scrub-beside", beside, at_most(2))


def _steps_to_and_fro(chance: random.Random, count: int) -> Iterator[int]:
    at = count // 2
    for _ in range(_TIMES):
        at = min(max(0, at + chance.choice((-1, 1, 1))), count - 1)
        yield at
