"""What happens in a store, in pictures: events over time and by type, the longest entities, how far snapshots reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.index import entities
from es_desktop.index.totals import Bars as Bars
from es_desktop.index.totals import Coverage as Coverage
from es_desktop.index.totals import Totals, bars, coverage, totals

from .entity_list import facts_of_rows
from .store_index import StoreIndex

_LONGEST = 12


@dataclass(frozen=True, slots=True)
class Activity:
    """A store as a whole, as far as its index goes."""

    totals: Totals
    bars: Bars | None
    """Events over time; ``None`` where no event tells its time."""
    longest: Sequence[EntityFacts]
    """The entities with the most events, the longest first."""
    coverage: Sequence[Coverage]
    """How far snapshots reach, by type of entity."""


def activity(index: StoreIndex, bar_count: int) -> Activity:
    """Return what happens in a store; time is cut into no more than ``bar_count`` stretches."""
    database = index.database
    longest = facts_of_rows(index.session, entities.longest_entities(database, _LONGEST))
    return Activity(totals(database), bars(database, bar_count), longest, coverage(database))
