"""Listed entities with the whole values of their last states, for what leaves the program."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Protocol, TypeVar

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.index import EntityRow
from es_desktop.index.entities import entity_rows, entity_rows_by_id
from es_desktop.index.source import RawId, raw_id
from es_desktop.replay import ABSENT, PlainTree
from es_desktop.replay.diff import join_path, members, parse_path, value_of

from .entity_states import EntityStates
from .find import Candidates, batched, scan_batches
from .lists import facts_of_rows
from .state_scan import Candidate, EntityState, EveryState
from .store_index import StoreIndex

Checkpoint = Callable[[], None]
"""Raises if reading was cancelled."""
_AT_ONCE: Final = 20_000
"""Entities whose values are in memory together."""
_ASKED: Final = 500
"""Entities that the index is asked for at once by their ids."""


@dataclass(frozen=True, slots=True)
class WholeValues:
    """Takes the values at some paths of a state, as they are; of every attribute for ``None``."""

    paths: tuple[str, ...] | None

    def __call__(self, state: PlainTree | None) -> dict[str, Any]:
        if self.paths is None:
            return dict(_attributes(state or {}))
        found = ((path, value_of(state, parse_path(path))) for path in self.paths)
        return {path: value for path, value in found if value is not ABSENT}


def _attributes(tree: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the values of a tree by their paths; a list is one value."""
    for key, value in members(tree):
        inner = join_path(path, key)
        if isinstance(value, Mapping) and value:
            yield from _attributes(value, inner)
        else:
            yield inner, value


def all_name_paths(index: StoreIndex, known: Mapping[str, str]) -> dict[str, str]:
    """Return the path of the value that names an entity, for every type; those that are not known are found."""
    if not EntityStates.can_be_kept(index):
        return {}
    states = EntityStates(index)
    return {each: states.path_of_name(each) for each in states.types if each not in known} | dict(known)


class EntityWithState(NamedTuple):
    """An entity, and values of its last state by their paths."""

    entity: EntityFacts
    values: Mapping[str, Any]
    problem: str = ""
    """Why the values are not of its end, but of the state before an event that failed, or missing."""
    exactness: str = ""
    """The word of the verdict on the state; empty if it was not read."""


def entities_with_states(
    index: StoreIndex, numbers: Sequence[int], paths: tuple[str, ...] | None, checkpoint: Checkpoint
) -> Iterator[EntityWithState]:
    """Yield entities by their numbers in the index, in that order; their states are read if there are paths."""
    search = EveryState(take=WholeValues(paths))
    for start in range(0, len(numbers), _AT_ONCE):
        rows = entity_rows(index.database, numbers[start : start + _AT_ONCE])
        states = _states_of(index, rows, search, checkpoint) if paths is None or paths else {}
        for row, entity in zip(rows, facts_of_rows(index.session, rows), strict=True):
            checkpoint()
            yield _with_state(index, entity, states.get(row.id))


class OfEntity(Protocol):
    """Something that is about an entity."""

    @property
    def entity(self) -> EntityFacts: ...


H = TypeVar("H", bound=OfEntity)


def hits_with_states(
    index: StoreIndex, hits: Sequence[H], as_of: float | None, checkpoint: Checkpoint
) -> Iterator[tuple[H, EntityWithState]]:
    """Yield what a search found, each with every attribute of its state as of the time of the search."""
    search = EveryState(take=WholeValues(None), as_of=as_of)
    for start in range(0, len(hits), _AT_ONCE):
        some = hits[start : start + _AT_ONCE]
        states: dict[RawId, EntityState] = {}
        for at in range(0, len(some), _ASKED):
            rows = entity_rows_by_id(index.database, [raw_id(each.entity.id) for each in some[at : at + _ASKED]])
            states |= _states_of(index, rows, search, checkpoint)
        for each in some:
            checkpoint()
            yield each, _with_state(index, each.entity, states.get(raw_id(each.entity.id)))


def _states_of(
    index: StoreIndex, rows: Sequence[EntityRow], search: EveryState, checkpoint: Checkpoint
) -> dict[RawId, EntityState]:
    processes = 0 if index.path is None else os.cpu_count() or 1
    asked = batched(Candidate(each.id, each.events, each.first, each.last) for each in rows)
    candidates = Candidates(asked, sum(each.events for each in rows))
    states: dict[RawId, EntityState] = {}
    with closing(scan_batches(index.session, search, candidates, processes)) as results:
        for result in results:
            checkpoint()
            states.update((each.raw_id, each) for each in (() if result is None else result.states))
    return states


def _with_state(index: StoreIndex, entity: EntityFacts, state: EntityState | None) -> EntityWithState:
    if state is None:
        return EntityWithState(entity, {})
    verdict = index.session.verdict(entity, state.exactness, state.base, state.failure)
    return EntityWithState(entity, state.values, state.failure, verdict.word)
