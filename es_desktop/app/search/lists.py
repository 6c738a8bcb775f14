"""Lists that are read through the index of a store: its entities, its events, and its activity in figures."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from es_desktop.app.entity.facts import EntityFacts, LoggedEvent
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.reader import Reading
from es_desktop.core import EntityId
from es_desktop.index import EntityOrder, EntityRow, EntitySearch, IndexDatabase, entities, events
from es_desktop.index import EventSearch as EventSearch
from es_desktop.index.events import match_expression
from es_desktop.index.source import id_of_raw, raw_id, raw_ids_of_text
from es_desktop.index.totals import Bars as Bars
from es_desktop.index.totals import Coverage as Coverage
from es_desktop.index.totals import Totals, bars, coverage, totals

from .column_filter import ColumnTest
from .store_index import StoreIndex

PAGE: Final = 512
"""Entities whose facts are read at once."""


@dataclass(frozen=True, slots=True)
class EntityQuery:
    """Which entities are listed, and in what order."""

    text: str = ""
    """Words that must each occur in the type, the id or a value of the last state, as far as that is known."""
    sort_by: str = "modified"
    descending: bool = True
    only: frozenset[str] | None = None
    """The ids, as text, of the entities to choose from; ``None`` for all."""
    types: frozenset[str] | None = None
    """The types of the entities to choose from; ``None`` for all."""
    sort_paths: tuple[tuple[str | None, str], ...] = ()
    """To sort by ``state``: the path of the value in the state, by entity type, or for all types."""
    tests: tuple[ColumnTest, ...] = ()
    """Tests of columns that must all be met."""

    @property
    def is_filter(self) -> bool:
        """Whether entities may be left out."""
        return bool(self.text.strip()) or self.only is not None or self.types is not None or bool(self.tests)

    @property
    def needs_states(self) -> bool:
        """Whether the result depends on the states of the entities."""
        return bool(self.text.strip()) or "state" in (self.sort_by, *(each.by for each in self.tests))


@dataclass(frozen=True, slots=True)
class Listing:
    """The entities that a query asks for."""

    numbers: Sequence[int] = field(default_factory=lambda: array("I"))
    """Their numbers in the index, in the order of the query."""
    first: Sequence[EntityFacts] = ()
    """The facts of the first few."""
    chosen: int | None = None
    """The row of the chosen entity; ``None`` if it is not listed."""


def find_entities(
    reading: Reading,
    database: IndexDatabase,
    query: EntityQuery,
    chosen: EntityId | None = None,
    checkpoint: Callable[[], None] = lambda: None,
) -> Listing:
    """Return the entities that a query asks for."""
    only = None if query.only is None else frozenset(raw for text in query.only for raw in raw_ids_of_text(text))
    search = EntitySearch(tuple(query.text.split()), query.types, only, query.tests)
    numbers = array("I")
    for chunk in entities.find_entities(
        database, search, EntityOrder(query.sort_by, query.descending, query.sort_paths)
    ):
        checkpoint()
        numbers.extend(chunk)
    number = None if chosen is None else entities.entity_number(database, raw_id(chosen))
    index = numbers.index(number) if number is not None and number in numbers else None
    return Listing(numbers, facts_of(reading, database, numbers[:PAGE]), index)


def facts_of(reading: Reading, database: IndexDatabase, numbers: Sequence[int]) -> list[EntityFacts]:
    """Return the facts of entities by their numbers in the index, as the store has them now."""
    return facts_of_rows(reading, entities.entity_rows(database, numbers))


def facts_by_id_text(reading: Reading, database: IndexDatabase, texts: Iterable[str]) -> dict[EntityId, EntityFacts]:
    """Return the facts of the entities with these ids, by id; an id that no entity has is left out."""
    raw_ids = [raw for text in texts for raw in raw_ids_of_text(text)]
    found = facts_of_rows(reading, entities.entity_rows_by_id(database, raw_ids))
    return {each.id: each for each in found}


def ids_of(database: IndexDatabase, numbers: Sequence[int]) -> list[EntityId]:
    """Return the ids of entities by their numbers in the index."""
    return [id_of_raw(row.id) for row in entities.entity_rows(database, numbers)]


def facts_of_rows(reading: Reading, rows: Sequence[EntityRow]) -> list[EntityFacts]:
    """Return the facts of entities from their rows in the index."""
    keys = [(id_of_raw(row.id), version) for row in rows for version in (row.first, row.last)]
    events = reading.events_at(keys)
    facts = []
    for row, (entity_id, _), first, last in zip(rows, keys[::2], events[::2], events[1::2], strict=True):
        version = row.last if isinstance(row.last, int) else row.events - 1
        counts = (version, row.events, row.snapshots, row.created, row.modified, bool(row.discarded))
        if first is not None and last is not None:
            found = EntityFacts.of_events(entity_id, first, last, events=row.events, snapshots=row.snapshots)
        else:  # the file has changed, and the index will know that soon; until then only it has the entity
            found = EntityFacts(entity_id, row.entity_type or "", None, *counts)
        facts.append(found)
    return facts


def valid_search(index: StoreIndex, search: EventSearch) -> EventSearch:
    """Return a search without blank text. Raises ``UserError`` if the index cannot carry it out."""
    if not search.text.strip():
        return replace(search, text="")
    if not index.keeps_text:
        reason = "the words of encrypted records are not kept, so they cannot be looked for"
        raise UserError(reason, "Look for types, times or ids instead.")
    if not match_expression(search.text):
        raise UserError(f"there is no word in {search.text.strip()!r}", "Type a word, a number, or a part of one.")
    return search


def find_event_numbers(index: StoreIndex, search: EventSearch, after: int) -> Iterator[Sequence[int]]:
    """Yield the numbers of the events that are found after a number, ascending, in chunks, which may be empty."""
    return events.find_events(index.database, search, after)


def events_by_number(index: StoreIndex, numbers: Sequence[int]) -> list[LoggedEvent]:
    """Return events by their numbers in the index."""
    rows = events.event_rows(index.database, numbers)
    keys = [(id_of_raw(row.id), row.position) for row in rows]
    there = index.session.events_at(keys)
    return [
        LoggedEvent(entity_id, event)
        for (entity_id, _), event in zip(keys, there, strict=True)
        if event is not None  # the file has changed; the index will know that soon
    ]


def bars_found(index: StoreIndex, search: EventSearch, frame: Bars, checkpoint: Callable[[], None]) -> Bars:
    """Return how many of the events found, at whatever time, are in each time range of ``frame``.

    Raises ``UserError`` if the index cannot carry out the search.
    """
    valid, last = valid_search(index, replace(search, since=None, until=None)), len(frame.counts) - 1
    counts = [0] * len(frame.counts)
    for part in events.count_by_time(index.database, valid, frame.begin, frame.width):
        checkpoint()
        for at, count in part.items():
            counts[min(max(0, at), last)] += count
    return replace(frame, counts=counts)


def number_of_time(index: StoreIndex, search: EventSearch, time: float) -> int | None:
    """Return the number of the first of the events found that is at or after a time; ``None`` if all are earlier."""
    chunks = find_event_numbers(index, valid_search(index, replace(search, since=time)), 0)
    return next((chunk[0] for chunk in chunks if chunk), None)


def index_of_time(index: StoreIndex, time: float) -> int | None:
    """Return how many events are before the first one at or after a time; ``None`` if all are earlier."""
    number = events.first_event_since(index.database, time)
    return None if number is None else events.events_before(index.database, number)


@dataclass(frozen=True, slots=True)
class Activity:
    """The activity of a store, as far as it is indexed."""

    totals: Totals
    bars: Bars | None
    """Events over time; ``None`` if no event has a time."""
    longest: Sequence[EntityFacts]
    """The entities with the most events, the longest first."""
    coverage: Sequence[Coverage]
    """How far snapshots reach, by type of entity."""


def activity(index: StoreIndex, bar_count: int) -> Activity:
    """Return the activity of a store, with at most ``bar_count`` time ranges."""
    database = index.database
    longest = facts_of_rows(index.session, entities.longest_entities(database, 12))
    return Activity(totals(database), bars(database, bar_count), longest, coverage(database))
