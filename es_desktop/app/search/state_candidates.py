"""The entities among which states are looked for: out of an index where it is whole, else as the store has them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from es_desktop.app.runtime.errors import UserError
from es_desktop.core import EntityId
from es_desktop.index import EntityOrder, EntitySearch, IndexDatabase
from es_desktop.index.entities import count_entities, entity_rows, find_entities
from es_desktop.index.ids import raw_id
from es_desktop.index.source import RawId

from .query import StateSearch

if TYPE_CHECKING:
    from es_desktop.app.store.session import Session

    from .store_index import StoreIndex

MOST_EVENTS: Final = 2_000
"""Of the entities that are read at once; one that has more is read by itself, in slices of as many."""
_MOST_ENTITIES: Final = 250
_PAGE: Final = 20_000
"""Entities that are listed at once."""


class Candidate(NamedTuple):
    """An entity that may be one that is looked for."""

    raw_id: RawId
    events: int
    first: int
    """The version of its first event."""
    last: int


Batch = Sequence[Candidate]


@dataclass(frozen=True, slots=True)
class Candidates:
    """All of them, in batches that are a moment's work each."""

    batches: Iterator[Batch]
    events: int
    """How many events they have together."""
    search: StateSearch
    """What is left to be asked of each of them."""


def candidates(
    session: Session, search: StateSearch, index: StoreIndex | None, among: Collection[int] | None
) -> Candidates:
    """Return the entities to look at; ``among`` is what the index calls those to choose from."""
    events = session.store.reader.event_count()
    if index is None or not (among is not None or _is_whole(index, events)):
        return Candidates(_batched(_in_store(session)), events, search)
    asked = EntitySearch(kinds=search.types, created_until=search.as_of)
    _, events = count_entities(index.database, asked)
    return Candidates(_batched(_in_index(index.database, asked, among)), events, replace(search, types=None))


def _is_whole(index: StoreIndex, events: int) -> bool:
    state = index.state
    return state.is_whole and state.events == events


def _in_store(session: Session) -> Iterator[Candidate]:
    after: EntityId | None = None
    while spans := session.store.batches.spans(after, _PAGE):
        yield from (Candidate(raw_id(each.sequence_id), each.events, each.first, each.last) for each in spans)
        after = spans[-1].sequence_id


def _in_index(database: IndexDatabase, asked: EntitySearch, among: Collection[int] | None) -> Iterator[Candidate]:
    found = find_entities(database, asked, EntityOrder("id", descending=False))
    # In memory there is one connection, which everybody waits for until all of an answer is taken.
    for chunk in list(found) if database.path is None else found:
        numbers = chunk if among is None else [number for number in chunk if number in among]
        for start in range(0, len(numbers), _MOST_ENTITIES):
            some = numbers[start : start + _MOST_ENTITIES]
            rows = entity_rows(database, some)
            if len(rows) < len(some):
                raise UserError("the index of the store was made anew meanwhile", "Search once more.")
            yield from (Candidate(each.id, each.events, each.first, each.last) for each in rows)


def _batched(found: Iterable[Candidate]) -> Iterator[Batch]:
    batch: list[Candidate] = []
    events = 0
    for each in found:
        if batch and (events + each.events > MOST_EVENTS or len(batch) == _MOST_ENTITIES):
            yield batch
            batch, events = [], 0
        batch.append(each)
        events += each.events
    if batch:
        yield batch
