"""Counting over the events of all entities of a type: here, or in processes where there are many."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, Protocol, Self, TypeAlias

from es_desktop.app.runtime.processes import Send, run_in_processes
from es_desktop.core import DatastoreError
from es_desktop.index import EntitySearch, IndexDatabase
from es_desktop.index.entities import count_entities
from es_desktop.index.sequences import EventRun, event_runs

Checkpoint = Callable[[], None]
"""Is called during long work, and may raise to stop it."""
Types: TypeAlias = tuple[int, ...]
Times: TypeAlias = tuple[float | None, ...]
_KEPT_EVENTS: Final = 65_536
"""Events of short entities that wait to be counted together."""
FEW_EVENTS: Final = 200_000
"""Events that are counted in this process; more are counted in as many processes as the machine has processors."""


def no_checkpoint() -> None:
    """Go on."""


class Repeats(StrEnum):
    """What it means that an event type occurs again in an entity."""

    EACH = "each"
    """Each event counts."""
    COLLAPSED = "collapsed"
    """Immediate repeats count as one."""
    FIRST = "first"
    """Each event type counts at its first time in an entity."""


@dataclass(frozen=True, slots=True)
class ProcessQuery:
    """Which events to count, and how."""

    entity_type: str
    repeats: Repeats = Repeats.COLLAPSED
    without: frozenset[str] = frozenset()
    """Event types that are left out, as if there were no such events."""


class Counter(Protocol):
    """Counts something over the events of entities. It can be pickled, and its results merged with those of another."""

    def add_alike(self, types: Types, times: Sequence[Times], entities: Sequence[int]) -> None:
        """Count whole entities that have the same event types, each with its times and its number in the index."""

    def begin(self, entity: int) -> None:
        """Start with a long entity, by its number in the index."""

    def add(self, run: EventRun) -> None:
        """Count the next events of the entity."""

    def end(self) -> None:
        """Finish with the entity; all its events were added."""

    def merge(self, other: Self) -> None:
        """Add what another one has counted over other entities."""


def count_events(
    database: IndexDatabase,
    query: ProcessQuery,
    counters: Collection[Counter],
    checkpoint: Checkpoint,
) -> None:
    """Have all counters count the events of a query, in one reading. ``checkpoint`` may raise to stop.

    The memory it takes does not depend on how many events an entity has. Raises ``DatastoreError``.
    """
    _, events = count_entities(database, EntitySearch(entity_types=frozenset({query.entity_type})))
    if database.path is None or events <= FEW_EVENTS:
        _count(database, query, counters, (0, 1), checkpoint)
        return
    parts = os.cpu_count() or 1
    arguments = [(str(database.path), query, tuple(counters), (part, parts)) for part in range(parts)]
    with closing(run_in_processes(_count_in_process, arguments)) as messages:
        for counted in messages:
            checkpoint()
            for counter, other in zip(counters, counted or (), strict=False):
                counter.merge(other)


def _count_in_process(
    send: Send, path: str, query: ProcessQuery, counters: tuple[Counter, ...], share: tuple[int, int]
) -> None:
    with closing(IndexDatabase(Path(path))) as database:
        try:
            _count(database, query, counters, share, no_checkpoint)
        except DatastoreError as error:
            from es_desktop.app.runtime.errors import of_database

            raise of_database(error, "Close the store, and open it again.") from error
    send(counters)


def _count(
    database: IndexDatabase,
    query: ProcessQuery,
    counters: Collection[Counter],
    share: tuple[int, int],
    checkpoint: Checkpoint,
) -> None:
    checkpoint()
    alike = _Alike(counters)
    entity: int | None = None
    for run in event_runs(database, query.entity_type, without=query.without, share=share):
        if run.is_whole:
            if alike.add(run):
                checkpoint()
            continue
        if run.entity != entity:
            _end(counters, entity)
            entity = run.entity
            for counter in counters:
                counter.begin(entity)
        checkpoint()
        for counter in counters:
            counter.add(run)
    _end(counters, entity)
    alike.count()


def _end(counters: Collection[Counter], entity: int | None) -> None:
    for counter in () if entity is None else counters:
        counter.end()


class _Alike:
    """Collects short entities by their event types: most have those of many others, and are counted with them."""

    def __init__(self, counters: Collection[Counter]) -> None:
        self._counters = counters
        self._found: dict[Types, tuple[list[Times], list[int]]] = {}
        self._events = 0

    def add(self, run: EventRun) -> bool:
        """Collect an entity; return whether those that waited were counted."""
        found = self._found.get(run.types)
        if found is None:
            found = self._found[run.types] = ([], [])
        found[0].append(run.times)
        found[1].append(run.entity)
        self._events += len(run.types)
        if self._events < _KEPT_EVENTS:
            return False
        self.count()
        return True

    def count(self) -> None:
        """Have those counted that were collected."""
        for types, (times, entities) in self._found.items():
            for counter in self._counters:
                counter.add_alike(types, times, entities)
        self._found.clear()
        self._events = 0


class Projection:
    """The events of an entity that count, one run after another."""

    def __init__(self, repeats: Repeats) -> None:
        self._repeats = repeats
        self._last: int | None = None
        self._seen: set[int] = set()

    def begin(self) -> None:
        """Start with another entity."""
        self._last = None
        self._seen.clear()

    def counted(self, types: tuple[int, ...]) -> list[int]:
        """Return the indexes of those events of the next run that count."""
        if self._repeats is Repeats.EACH:
            return list(range(len(types)))
        if self._repeats is Repeats.COLLAPSED:
            found = [at for at, each in enumerate(types) if each != (types[at - 1] if at else self._last)]
            self._last = types[-1]
            return found
        first = dict(zip(reversed(types), range(len(types) - 1, -1, -1), strict=True))
        new = sorted(at for each, at in first.items() if each not in self._seen)
        self._seen.update(first)
        return new
