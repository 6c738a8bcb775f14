"""Scrubbing a long entity: the state at any version once the first pass is done, and the memory that it takes."""

from __future__ import annotations

import random
import statistics
from pathlib import Path

from es_desktop.app.bases import ZERO
from es_desktop.app.entity_view import EntityView

from .measuring import Figure, seconds
from .replaying import one_entity

_LOOKS = 300


def scrub(folder: Path, events: int) -> Figure:
    """The state at a random version, against one pass over all of them. ``p95`` and ``±1`` are told in its name."""
    with one_entity(folder, events) as (session, entity_id, _):
        view = EntityView(session, entity_id)
        versions = view.outline.versions

        def look(version: int) -> float:
            return seconds(lambda: view.state_at(version, base=ZERO, checkpoint=lambda: None))

        first_pass = look(versions[-1])
        anywhere = sorted(look(random.choice(versions)) for _ in range(_LOOKS))
        middle = len(versions) // 2
        beside = statistics.median(look(versions[middle + step]) for step in range(min(_LOOKS, middle)))
    p95 = anywhere[int(len(anywhere) * 0.95)]
    name = f"one pass over all (p95 {p95 * 1e3:.1f} ms; ±1: {beside * 1e3:.2f} ms)"
    return Figure("scrub", statistics.median(anywhere) * 1e3, first_pass * 1e3, name, "ms", events)
