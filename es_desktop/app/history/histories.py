"""The histories of many entities, folded in batches: whatever needs the states of all versions asks here."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.search.find import candidates, scan_batches
from es_desktop.app.search.state_scan import MOST_EVENTS, Batch, Candidate
from es_desktop.app.search.state_walk import facts_of_first
from es_desktop.app.store.reader import Reading
from es_desktop.core import EntityId, RecordedEvent, RecordedSnapshot
from es_desktop.index.source import id_of_raw
from es_desktop.replay import PlainTree
from es_desktop.replay.histories import HistoryStep, chain_history, history_steps, state_after_step

if TYPE_CHECKING:
    from es_desktop.app.search.store_index import StoreIndex
    from es_desktop.app.store.session import Session


class EntityHistory:
    """One entity with its steps, which can be read once."""

    def __init__(self, facts: EntityFacts, steps: Iterator[HistoryStep]) -> None:
        self.facts = facts
        """Those that its first event has."""
        self.steps = steps

    @property
    def id(self) -> EntityId:
        return self.facts.id

    @property
    def type(self) -> str:
        return self.facts.type

    def moments(self) -> Iterator[tuple[HistoryStep, PlainTree | None]]:
        """Yield each step with the state after it; states share their values, so they must not be changed."""
        state: PlainTree | None = None
        for step in self.steps:
            state = state_after_step(state, step)
            yield step, state


Take = Callable[[EntityHistory], Any]
"""Returns what is kept of a history; can be pickled. It runs in other processes where there is much to read."""


class Taken(NamedTuple):
    """What was kept of the histories of one batch."""

    histories: tuple[Any, ...]
    """What ``take`` returned, for each entity."""
    entities: int
    """How many were examined."""
    events: int
    """How many events they have."""


@dataclass(frozen=True, slots=True)
class HistoryRequest:
    """What all entities are scanned for: what ``take`` keeps of their histories."""

    take: Take

    def scanner(self, reading: Reading, types: frozenset[str] | None) -> HistoryScanner:
        return HistoryScanner(reading, self.take, types)


def scan_histories(
    session: Session,
    take: Take,
    *,
    index: StoreIndex | None = None,
    types: frozenset[str] | None = None,
    among: Collection[int] | None = None,
    processes: int | None = None,
) -> Generator[Taken | None, None, None]:
    """Yield what is kept of the histories of all entities, in any order; ``None`` if there is none for 0.1 seconds.

    ``among``, ``index`` and ``processes`` are as of ``search_states``.
    """
    count = (os.cpu_count() or 1) if processes is None else processes
    asked = candidates(session, types, None, index, among)
    with closing(scan_batches(session, HistoryRequest(take), asked, count)) as results:
        yield from results


class HistoryScanner:
    """Folds the entities of batches from their first events on. For one thread at a time."""

    def __init__(self, reading: Reading, take: Take, types: frozenset[str] | None = None) -> None:
        """``types`` are the entity types that each entity must still be tested for; ``None`` for no test."""
        self._reading = reading
        self._take = take
        self._types = types

    def scan(self, batch: Batch) -> Iterator[Taken]:
        """Yield the result of a batch."""
        whole = {id_of_raw(each.raw_id): each for each in batch}
        taken: list[Any] = []
        if len(batch) == 1:
            ((entity_id, one),) = whole.items()
            slices = self._slices(entity_id)
            taken += self._taken(one, entity_id, next(slices, ()), slices)
        else:
            nothing_before: dict[EntityId, int | None] = dict.fromkeys(whole)
            for entity_id, events in self._reading.store.batches.events(nothing_before):
                taken += self._taken(whole[entity_id], entity_id, events, iter(()))
        yield Taken(tuple(taken), len(batch), sum(each.events for each in batch))

    def _slices(self, entity_id: EntityId) -> Iterator[Sequence[RecordedEvent]]:
        after: int | None = None
        while events := self._reading.events(entity_id, after, MOST_EVENTS):
            yield events
            after = events[-1].version

    def _taken(
        self,
        candidate: Candidate,
        entity_id: EntityId,
        first: Sequence[RecordedEvent],
        others: Iterator[Sequence[RecordedEvent]],
    ) -> list[Any]:
        """Return what is kept of an entity, in a list; nothing of one of other types."""
        if not first or (self._types is not None and first[0].entity_type not in self._types):
            return []
        facts = facts_of_first(entity_id, first[0])
        steps = self._steps(facts, first[0], chain([first], others))
        return [self._take(EntityHistory(facts, steps))]

    def _steps(
        self, facts: EntityFacts, first: RecordedEvent, slices: Iterator[Sequence[RecordedEvent]]
    ) -> Iterator[HistoryStep]:
        reading = self._reading
        if reading.trusted is not None:
            versions = reading.outline(facts.id).versions
            return chain_history(reading.chain(facts, versions))
        fold = reading.fold_for(facts)
        is_whole = not isinstance(first.version, int) or first.version <= fold.first_version
        return history_steps(fold, slices, None if is_whole else self._base(facts, first))

    def _base(self, facts: EntityFacts, first: RecordedEvent) -> RecordedSnapshot | None:
        """Return the earliest snapshot from which all later events are there; ``None`` if there is none."""
        rows = self._reading.bases(facts).rows
        usable = (each.snapshot for each in rows if not each.error and each.snapshot.version >= first.version - 1)
        return min(usable, key=attrgetter("version"), default=None)
