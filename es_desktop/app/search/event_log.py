"""The log of a store: its events across entities; and its activity in figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from es_desktop.app.entity.facts import EntityFacts, LoggedEvent
from es_desktop.app.runtime.errors import UserError
from es_desktop.index import EventSearch as EventSearch
from es_desktop.index import entities, events
from es_desktop.index.ids import id_of_raw
from es_desktop.index.totals import Bars as Bars
from es_desktop.index.totals import Coverage as Coverage
from es_desktop.index.totals import Totals, bars, coverage, totals
from es_desktop.index.words import match_expression

from .entity_list import facts_of_rows
from .store_index import StoreIndex


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
