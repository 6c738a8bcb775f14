"""The totals of a store, and its events over time."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.app.transfer.records import Record
from es_desktop.index.totals import bars, totals
from tests.index.indexing import content, histories, indexed_store, slices_of, timed_event
from tests.trials import FEW


@given(histories(), st.integers(1, 9))
@FEW
def test_the_totals_are_those_of_all_events_and_entities(records: list[Record], events: int) -> None:
    with TemporaryDirectory() as folder, slices_of(events), indexed_store(Path(folder), records) as database:
        held, found = content(database), totals(database)
        assert (found.entities, found.events) == (len(held["entities"]), len(held["events"]))
        assert found.snapshots == sum(each.record_type == "snapshot" for each in records)
        times = [row[-1] for row in held["events"] if row[-1] is not None]
        assert (found.first_time, found.last_time) == (min(times, default=None), max(times, default=None))
        assert found.entity_types == Counter(row[1] for row in held["entities"])
        assert found.event_types == Counter(row[4] for row in held["events"])
        for counts in (found.entity_types, found.event_types):
            assert list(counts.values()) == sorted(counts.values(), reverse=True), "the most first"


@given(histories(), st.integers(1, 50), st.integers(1, 9))
@FEW
def test_every_event_with_a_time_is_in_the_bar_of_its_time(records: list[Record], count: int, events: int) -> None:
    with TemporaryDirectory() as folder, slices_of(events), indexed_store(Path(folder), records) as database:
        times = [row[-1] for row in content(database)["events"] if row[-1] is not None]
        found = bars(database, count)
        if found is None:
            assert not times
            return
        assert found.begin <= min(times)
        assert max(times) <= found.begin + found.width * len(found.counts)
        assert len(found.counts) <= count + 2
        expected = Counter(int((time - found.begin) / found.width) for time in times)
        assert found.counts == [expected[index] for index in range(len(found.counts))]


@pytest.mark.parametrize("times", [(5.0,), (5.0, 5.0), (5.0, 5.0001), (1e9, 1e300), (-1e300, 1e9)])
@pytest.mark.parametrize("count", [1, 100])
def test_times_may_be_the_same_or_extremely_far_apart(tmp_path: Path, times: tuple[float, ...], count: int) -> None:
    records = [timed_event("a", version, "shop#Cart.Filled", time) for version, time in enumerate(times)]
    with indexed_store(tmp_path, records) as database:
        found = bars(database, count)
        assert found is not None
        assert sum(found.counts) == len(times)
        assert len(found.counts) <= count + 2
