"""Lists of entities: their numbers in the order that is asked for, and the facts of those that are shown."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from es_desktop.app.entity.facts import EntityFacts, LoggedEvent
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.reader import Reading
from es_desktop.core import EntityId, RecordedEvent
from es_desktop.index import EntityOrder, EntityRow, EntitySearch, IndexDatabase, entities, events
from es_desktop.index import EventSearch as EventSearch
from es_desktop.index.ids import id_of_raw, raw_id, raw_ids_of_text
from es_desktop.index.totals import Bars as Bars
from es_desktop.index.totals import Coverage as Coverage
from es_desktop.index.totals import Totals, bars, coverage, totals
from es_desktop.index.words import match_expression

from .store_index import StoreIndex

PAGE: Final = 512
"""Entities whose facts are read at once."""


@dataclass(frozen=True, slots=True)
class EntityQuery:
    """What a person wants to see of the entities, and in what order."""

    text: str = ""
    """Words that must each occur in the type or the id."""
    sort_by: str = "modified"
    descending: bool = True
    only: frozenset[str] | None = None
    """The ids, as text, of the entities to choose from; ``None`` for all."""
    types: frozenset[str] | None = None
    """The types of the entities to choose from; ``None`` for all."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The entities that a query asks for."""

    numbers: Sequence[int] = field(default_factory=lambda: array("I"))
    """What the index calls them, in their order."""
    first: Sequence[EntityFacts] = ()
    """The facts of the first few."""
    chosen: int | None = None
    """The place of the entity that is chosen among them."""


def find_entities(
    reading: Reading,
    database: IndexDatabase,
    query: EntityQuery,
    chosen: EntityId | None = None,
    checkpoint: Callable[[], None] = lambda: None,
) -> Listing:
    """Return the entities that a query asks for."""
    only = None if query.only is None else frozenset(raw for text in query.only for raw in raw_ids_of_text(text))
    search = EntitySearch(tuple(query.text.split()), query.types, only)
    numbers = array("I")
    for chunk in entities.find_entities(database, search, EntityOrder(query.sort_by, query.descending)):
        checkpoint()
        numbers.extend(chunk)
    number = None if chosen is None else entities.entity_number(database, raw_id(chosen))
    index = numbers.index(number) if number is not None and number in numbers else None
    return Listing(numbers, facts_of(reading, database, numbers[:PAGE]), index)


def facts_of(reading: Reading, database: IndexDatabase, numbers: Sequence[int]) -> list[EntityFacts]:
    """Return the facts of entities by what the index calls them: as the store has them, so far as it has them still."""
    return facts_of_rows(reading, entities.entity_rows(database, numbers))


def facts_by_id_text(reading: Reading, database: IndexDatabase, texts: Iterable[str]) -> dict[EntityId, EntityFacts]:
    """Return the facts of the entities whose ids are written like this, those that there are."""
    raw_ids = [raw for text in texts for raw in raw_ids_of_text(text)]
    found = facts_of_rows(reading, entities.entity_rows_by_id(database, raw_ids))
    return {each.id: each for each in found}


def ids_of(database: IndexDatabase, numbers: Sequence[int]) -> list[EntityId]:
    """Return the ids of entities by what the index calls them."""
    return [id_of_raw(row.id) for row in entities.entity_rows(database, numbers)]


def facts_of_rows(reading: Reading, rows: Sequence[EntityRow]) -> list[EntityFacts]:
    """Return the facts of entities that the index tells of."""
    ids = [id_of_raw(row.id) for row in rows]
    firsts = [(entity_id, row.first) for entity_id, row in zip(ids, rows, strict=True)]
    lasts = [(entity_id, row.last) for entity_id, row in zip(ids, rows, strict=True)]
    events = reading.events_at([*firsts, *lasts])
    return [
        _fact(row, entity_id, events[at], events[at + len(rows)])
        for at, (entity_id, row) in enumerate(zip(ids, rows, strict=True))
    ]


def _fact(row: EntityRow, entity_id: EntityId, first: RecordedEvent | None, last: RecordedEvent | None) -> EntityFacts:
    if first is not None and last is not None:
        return EntityFacts.of_events(entity_id, first, last, events=row.events, snapshots=row.snapshots)
    # The file is not what it was; the index, which knows that soon, is the last that tells of the entity.
    return EntityFacts(
        entity_id,
        row.entity_type or "",
        None,
        row.last,
        row.events,
        row.snapshots,
        row.created,
        row.modified,
        bool(row.discarded),
    )


def valid_search(index: StoreIndex, search: EventSearch) -> EventSearch:
    """Return a search as it can be made. Raises ``UserError`` for one that cannot be."""
    if not search.text.strip():
        return replace(search, text="")
    if not index.keeps_text:
        raise UserError(
            "the words of encrypted records are not kept, so they cannot be looked for",
            "Look for types, times or ids instead.",
        )
    if not match_expression(search.text):
        raise UserError(f"there is no word in {search.text.strip()!r}", "Type a word, a number, or a part of one.")
    return search


def find_event_numbers(index: StoreIndex, search: EventSearch, after: int) -> Iterator[Sequence[int]]:
    """Yield the numbers of the events that are searched for, ascending, a chunk at a time.

    Only those that come after a number. A chunk may be empty; it tells that so much was searched.
    """
    return events.find_events(index.database, search, after)


def events_by_number(index: StoreIndex, numbers: Sequence[int]) -> list[LoggedEvent]:
    """Return events by their numbers in the index."""
    rows = events.event_rows(index.database, numbers)
    keys = [(id_of_raw(row.id), row.position) for row in rows]
    there = index.session.events_at(keys)
    return [
        LoggedEvent(entity_id, event)
        for (entity_id, _), event in zip(keys, there, strict=True)
        if event is not None  # the file is not what it was; the index will know that soon
    ]


def index_of_time(index: StoreIndex, time: float) -> int | None:
    """Return how many events come before the first one that is not before a time; ``None`` if all are."""
    number = events.first_event_since(index.database, time)
    return None if number is None else events.events_before(index.database, number)


_LONGEST = 12


@dataclass(frozen=True, slots=True)
class Activity:
    """A store as a whole, as far as its index goes."""

    totals: Totals
    bars: Bars | None
    """Events over time; ``None`` if no event tells its time."""
    longest: Sequence[EntityFacts]
    """The entities with the most events, the longest first."""
    coverage: Sequence[Coverage]
    """How far snapshots reach, by type of entity."""


def activity(index: StoreIndex, bar_count: int) -> Activity:
    """Return the activity of a store, with at most ``bar_count`` time ranges."""
    database = index.database
    longest = facts_of_rows(index.session, entities.longest_entities(database, _LONGEST))
    return Activity(totals(database), bars(database, bar_count), longest, coverage(database))
