"""Measuring what snapshots are worth to a whole store: a sample of its entities tells it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from time import perf_counter
from typing import Final

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.reader import Reading

from .cost import EntityCosts, Share, Worth
from .measure import Effort, measure_entity

_SECONDS: Final = 3.0
_EFFORT: Final = Effort(rounds=3, seconds=0.25)
_MOST_OF_A_KIND: Final = 60
_CHECKED_AFTER: Final = 1000


def measure_store(reading: Reading, progress: Callable[[int, int], None], seconds: float = _SECONDS) -> Worth:
    """Return what snapshots are worth to a store. ``progress`` may raise to stop the work.

    Entities of about the same length stand for each other: of each such kind at least one is measured, and more of them
    for about so many ``seconds``. Raises ``UserError`` where there is no entity.
    """
    entities = list(_checked(reading.entities(), progress))
    if not entities:
        raise UserError("this store has no entity yet", "Make one first.")
    kinds = kinds_of(entities)
    plan = sampling_plan(kinds)
    begun = perf_counter()
    measured: dict[int, list[EntityCosts]] = defaultdict(list)
    for done, (kind, entity) in enumerate(plan):
        if len(measured) == len(kinds) and perf_counter() - begun > seconds:
            break
        progress(done, len(plan))
        measured[kind].append(measure_entity(reading, entity, partial(progress, done, len(plan)), _EFFORT))
    return Worth(
        tuple(Share(each, len(kinds[kind]) / len(found)) for kind, found in measured.items() for each in found),
        len(entities),
    )


def _checked(entities: Iterable[EntityFacts], progress: Callable[[int, int], None]) -> Iterator[EntityFacts]:
    for number, entity in enumerate(entities):
        if number % _CHECKED_AFTER == 0:
            progress(0, 0)  # how many there are is not known yet
        yield entity


def kinds_of(entities: Iterable[EntityFacts]) -> dict[int, list[EntityFacts]]:
    """Return entities by about how long they are: by powers of two, and the longest by itself (as kind 0)."""
    longest, *others = sorted(entities, key=lambda each: each.events, reverse=True)
    kinds = {0: [longest]}
    for each in others:
        kinds.setdefault(each.events.bit_length(), []).append(each)
    return kinds


def sampling_plan(kinds: Mapping[int, Sequence[EntityFacts]]) -> list[tuple[int, EntityFacts]]:
    """Return what to measure, in turn: one of each kind before a second of any, spread over the members of each."""
    turns = [
        (turn, kind, members[place])
        for kind, members in kinds.items()
        for turn, place in enumerate(_spread(len(members), _MOST_OF_A_KIND))
    ]
    return [(kind, entity) for _, kind, entity in sorted(turns, key=lambda each: each[:2])]


def _spread(count: int, most: int) -> list[int]:
    """Return places among ``count``, at most so many, of which the first few lie far from each other."""
    taken = min(count, most)
    order = sorted(range(taken), key=lambda number: f"{number:016b}"[::-1])
    return [place * count // taken for place in order]
