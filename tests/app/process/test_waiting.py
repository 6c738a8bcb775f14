"""Waiting times: those of the simplest way to read them, whatever the histories hold, and the entities of each bar."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from es_desktop.app.process.counting import ProcessQuery
from es_desktop.app.process.process import entities_with, read_waiting
from es_desktop.app.process.selections import OfWaiting
from es_desktop.app.runtime.errors import UserError

from .processing import TYPES, Event, histories, index_of, runs_of

QUERY = ProcessQuery("Order")


def wait_of(events: list[Event], before: str, after: str) -> float | str | None:
    """Return the seconds, ``never`` or ``untimed``; ``None`` without an event of the first type."""
    types = [name for name, _ in events]
    if before not in types:
        return None
    first = types.index(before)
    if after not in types[first + 1 :]:
        return "never"
    begin, end = events[first][1], events[types.index(after, first + 1)][1]
    return end - begin if begin is not None and end is not None and end >= begin else "untimed"


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=histories, before=st.sampled_from(TYPES), after=st.sampled_from(TYPES), most=st.sampled_from([2, 100]))
def test_waiting_times_are_those_of_each_entity(
    tmp_path_factory: pytest.TempPathFactory, found: dict[str, list[Event]], before: str, after: str, most: int
) -> None:
    waits = {entity: wait_of(events, before, after) for entity, events in found.items()}
    known = sorted(each for each in waits.values() if isinstance(each, float))
    with runs_of(most), index_of(tmp_path_factory.mktemp("waiting"), found) as database:
        try:
            result = read_waiting(database, QUERY, before, after)
        except UserError:
            assert {before, after} - {name for events in found.values() for name, _ in events}
            return
        assert (result.entities, result.never) == (len(known), [*waits.values()].count("never"))
        assert result.untimed == [*waits.values()].count("untimed")
        assert result.longest == max(known, default=None)
        assert sum(each.entities for each in result.bars) == len(known)
        for bar in result.bars:
            part = OfWaiting(before, after, bar.least, bar.below)
            assert len(entities_with(database, QUERY, part)) == bar.entities
            assert bar.entities == sum(bar.least <= each < bar.below for each in known)


def test_median_and_nine_of_ten(tmp_path: Path) -> None:
    orders = {f"order-{at}": [("Created", 0.0), ("Paid", 60.0 * at)] for at in range(1, 11)}
    with index_of(tmp_path, {**orders, "open": [("Created", 0.0)]}) as database:
        found = read_waiting(database, QUERY, "Created", "Paid")
    assert (found.entities, found.never, found.median, found.p90, found.longest) == (10, 1, 330.0, 540.0, 600.0)
    bars = [(each.least, each.below, each.entities) for each in found.bars]
    assert bars == [(60.0, 120.0, 1), (120.0, 300.0, 3), (300.0, 600.0, 5), (600.0, 1800.0, 1)]
