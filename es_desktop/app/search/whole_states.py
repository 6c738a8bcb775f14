"""Listed entities with the whole values of their last states, for what leaves the program."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.index.entities import entity_rows
from es_desktop.replay import ABSENT, PlainTree
from es_desktop.replay.diff import join_path, members, parse_path, value_of

from .entity_states import EntityStates
from .find import Candidates, batched, scan_batches
from .lists import facts_of_rows
from .state_scan import Candidate, EntityState, EveryState
from .store_index import StoreIndex

_AT_ONCE: Final = 20_000
"""Entities whose values are in memory together."""


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


def entities_with_states(
    index: StoreIndex,
    numbers: Sequence[int],
    paths: tuple[str, ...] | None,
    checkpoint: Callable[[], None] = lambda: None,
) -> Iterator[EntityWithState]:
    """Yield entities by their numbers in the index, in that order; their states are read if there are paths."""
    processes = 0 if index.path is None else os.cpu_count() or 1
    search = EveryState(take=WholeValues(paths))
    for start in range(0, len(numbers), _AT_ONCE):
        rows = entity_rows(index.database, numbers[start : start + _AT_ONCE])
        states: dict[Any, EntityState] = {}
        if paths is None or paths:
            asked = batched(Candidate(each.id, each.events, each.first, each.last) for each in rows)
            events = sum(each.events for each in rows)
            with closing(scan_batches(index.session, search, Candidates(asked, events), processes)) as results:
                for result in results:
                    checkpoint()
                    states.update((each.raw_id, each) for each in (() if result is None else result.states))
        for row, entity in zip(rows, facts_of_rows(index.session, rows), strict=True):
            checkpoint()
            state = states.get(row.id)
            yield EntityWithState(entity, state.values if state else {}, state.failure if state else "")
