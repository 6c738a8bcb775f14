"""Reads the values that a list shows of the last states of entities, and keeps them in the index of the store."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from time import monotonic
from typing import Final

from es_desktop.core import EntityId
from es_desktop.index.source import id_of_raw, raw_id
from es_desktop.index.states import StateCount as StateCount
from es_desktop.index.states import (
    StateRow,
    entity_types,
    first_of_type,
    known_states,
    missing_states,
    put_states,
    use_states_by,
)
from es_desktop.index.states import count_states as _count_states
from es_desktop.version import __version__

from .find import Candidates, batched, scan_batches
from .state_scan import Batch, Candidate, EntityState, EveryState
from .state_values import StateValues, path_of_name
from .store_index import StoreIndex

_SAMPLE: Final = 20
"""Entities of a type by which it is guessed what names them."""
_SAMPLE_EVENTS: Final = 500
"""Entities with more events than that are not in the sample."""
_LISTED: Final = 10_000
_KEPT_SECONDS: Final = 0.5
"""Seconds between two transactions while all states are read."""


@dataclass(frozen=True, slots=True)
class ListedState:
    """What a list shows of the state of an entity."""

    version: int
    """Of the last event that was known then."""
    values: StateValues
    failure: str = ""
    """Why the values are not of the entity's end; empty if they are."""


class EntityStates:
    """The last states of the entities of a store, read when they are needed. Any thread may use it, one at a time."""

    def __init__(self, index: StoreIndex) -> None:
        self.index = index
        trusted = index.session.trusted
        use_states_by(index.database, f"{__version__} {'' if trusted is None else trusted.key}")

    @staticmethod
    def can_be_kept(index: StoreIndex) -> bool:
        """Return whether an index may hold values of states: not in a file if a key opens records."""
        return index.keeps_text

    def known(self, ids: Sequence[EntityId]) -> dict[EntityId, ListedState]:
        """Return the states that are in the index; they may be older than the last event of their entity."""
        return dict(map(_of_row, known_states(self.index.database, [raw_id(each) for each in ids])))

    def read(
        self, ids: Sequence[EntityId], checkpoint: Callable[[], None] = lambda: None
    ) -> Iterator[dict[EntityId, ListedState]]:
        """Yield the states of some entities that are not in the index yet, and keep them; short entities first."""
        missing = missing_states(self.index.database, None, len(ids), only=[raw_id(each) for each in ids])
        found = sorted((Candidate(each.id, each.events, each.first, each.last) for each in missing), key=_length)
        for states in self._scan(batched(found), 0, 0):
            checkpoint()
            if states:
                yield {id_of_raw(each.raw_id): _listed(each) for each in states}
                self._keep(states)

    def read_all(self, processes: int, checkpoint: Callable[[], None] = lambda: None) -> Iterator[StateCount]:
        """Read all states that are not in the index, the newest entities first; yield now and then how many are there.

        Where there is much to read it is read in ``processes``, in none for 0. It may be stopped, and continues the
        next time.
        """
        waiting: list[EntityState] = []
        last = monotonic()
        with closing(self._scan(batched(self._missing()), self.index.state.events, processes)) as found:
            for states in found:
                checkpoint()
                waiting += states
                if waiting and monotonic() - last > _KEPT_SECONDS:
                    self._keep(waiting)
                    waiting, last = [], monotonic()
                    yield self.count()
        self._keep(waiting)
        yield self.count()

    def count(self) -> StateCount:
        """Return how many states are in the index."""
        return _count_states(self.index.database)

    @property
    def types(self) -> list[str]:
        """The entity types that the index knows."""
        return entity_types(self.index.database)

    def path_of_name(self, entity_type: str, seen: Iterable[ListedState] = ()) -> str:
        """Return the path of the value that most likely names the entities of a type, by the first of them.

        ``seen`` are used if all of them are too long to be read. Empty if nothing names them.
        """
        return path_of_name(self._sample(entity_type) or [each.values for each in seen])

    def paths(self, entity_type: str) -> list[str]:
        """Return the paths of the values that the first entities of a type have, see ``shortest_first``."""
        return shortest_first(path for values in self._sample(entity_type) for path in values.shown)

    def _sample(self, entity_type: str) -> list[StateValues]:
        """Return the values of some entities of a type; their states are read if they are not in the index."""
        database = self.index.database
        ids = [id_of_raw(each) for each in first_of_type(database, entity_type, _SAMPLE_EVENTS, _SAMPLE)]
        for _ in self.read(ids):
            pass
        return [each.values for each in self.known(ids).values()]

    def _missing(self) -> Iterator[Candidate]:
        before: int | None = None
        while found := missing_states(self.index.database, before, _LISTED):
            yield from (Candidate(each.id, each.events, each.first, each.last) for each in found)
            before = found[-1].number

    def _scan(
        self, batches: Iterator[Batch], events: int, processes: int
    ) -> Generator[Sequence[EntityState], None, None]:
        asked = Candidates(batches, events)
        with closing(scan_batches(self.index.session, EveryState(), asked, processes)) as results:
            for result in results:
                yield () if result is None else result.states

    def _keep(self, states: Iterable[EntityState]) -> None:
        put_states(
            self.index.database,
            [
                StateRow(each.raw_id, each.version, each.values.shown, each.values.amounts, each.failure)
                for each in states
            ],
        )


def shortest_first(paths: Iterable[str]) -> list[str]:
    """Return paths that are not inside of lists, each once, those with the fewest parts first."""
    return sorted((path for path in dict.fromkeys(paths) if "[" not in path), key=lambda path: path.count("."))


def _length(candidate: Candidate) -> int:
    return candidate.events


def _listed(state: EntityState) -> ListedState:
    return ListedState(state.version, state.values, state.failure)


def _of_row(row: StateRow) -> tuple[EntityId, ListedState]:
    return id_of_raw(row.id), ListedState(row.last, StateValues(row.shown, row.amounts), row.failure)
