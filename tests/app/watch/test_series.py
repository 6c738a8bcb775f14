"""Lanes: the values of one path over the versions, ready to be drawn."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.app.entity.verdict import ZERO
from es_desktop.app.entity.view import EntityView
from es_desktop.app.runtime.errors import Cancelled
from es_desktop.app.store.session import Session, open_session
from es_desktop.app.watch.series import Lane, lanes_of_paths
from es_desktop.replay import ValueSeries, value_at
from es_desktop.replay.diff import leaf_paths
from es_desktop.replay.watch import Band, all_value_series
from tests.replay.generated_histories import HISTORIES, History


@pytest.fixture(scope="module")
def session(demo_template: Path) -> Iterator[Session]:
    with closing(open_session(str(demo_template), writable=False)) as session:
        yield session


@given(generated=HISTORIES, data=st.data())
def test_a_lane_has_at_every_version_the_value_of_its_series(generated: History, data: st.DataObject) -> None:
    paths = sorted({path for state in generated.states() for path in leaf_paths(state or {})})
    drawn = all_value_series(generated.chain(), [data.draw(st.sampled_from(paths or ["none"]))])[0]
    lane = Lane.of(drawn)
    assert lane.is_line == bool(drawn.points)
    assert list(lane.starts) == sorted(set(lane.starts))
    for version in range(drawn.first, drawn.last + 1):
        first, last = lane.span_at(version)
        assert drawn.first <= first <= version <= last <= drawn.last
        assert {lane.text_at(each) for each in range(first, last + 1)} == {lane.text_at(version)}
        if drawn.points:
            number = next((number for start, number in reversed(drawn.points) if start <= version), math.nan)
            assert lane.text_at(version) != "–" or math.isnan(number)
        else:
            band = next((each for each in drawn.bands if each.first <= version <= each.last), None)
            assert lane.text_at(version) == ("–" if band is None else band.text or '""')


def test_numbers_are_written_as_the_state_has_them() -> None:
    lane = Lane.of(ValueSeries("total", 0, 9, points=((1, 1204.5), (4, 59.81), (6, math.nan), (8, 20.0))))
    assert [lane.text_at(version) for version in (0, 1, 3, 4, 6, 8, 9)] == [
        *("–", "1204.5", "1204.5", "59.81", "–", "20.0", "20.0"),
    ]
    assert (lane.low, lane.high, lane.summary()) == (20.0, 1204.5, "20.0 – 1204.5")
    assert [lane.span_at(version) for version in (0, 5, 7, 9)] == [(0, 0), (4, 5), (6, 7), (8, 9)]
    assert Lane.of(ValueSeries("n", 0, 9, points=((0, 7.0),))).summary() == "7.0"
    assert Lane.of(ValueSeries("n", 0, 9, points=((0, 0.1 + 0.2), (1, 1 / 3)))).text_at(0) == str(0.1 + 0.2)
    assert Lane.of(ValueSeries("n", 0, 9, points=((0, 1e300),))).text_at(0) == "1e+300"
    assert Lane.of(ValueSeries("n", 0, 9, points=((0, math.nan),))).summary() == "–"


def test_a_part_is_summed_up_by_what_holds_in_it() -> None:
    line = Lane.of(ValueSeries("total", 0, 90, points=((1, 1204.5), (4, 59.81), (6, math.nan), (8, 20.0))))
    assert line.range_in(2, 4.5) == (59.81, 1204.5)
    assert line.range_in(8, 70) == line.range_in(9.5, 9.7) == (20.0, 20.0)
    assert math.isnan(line.range_in(6.5, 7)[0])
    assert (line.summary(4, 9), line.summary(6, 7), line.summary(0, 90)) == ("20.0 – 59.81", "–", line.summary())
    bands = Lane.of(ValueSeries("s", 0, 90, bands=(Band(0, 2, "a"), Band(3, 7, "b"), Band(8, 90, "c"))))
    assert [bands.summary(*part) for part in ((0, 90), (0, 7), (3, 7), (4, 8))] == [
        *("2 changes", "1 change", "0 changes", "1 change"),
    ]
    large = Lane.of(ValueSeries("n", 0, 9, points=((0, -14853.34), (1, 11190.5))))
    assert (large.summary(), large.text_at(0)) == ("-14853.34 – 11190.5", "-14853.34")


@given(
    points=st.lists(
        st.tuples(st.integers(0, 40), st.floats(-9, 9) | st.just(math.nan)), unique_by=lambda each: each[0]
    ),
    first=st.floats(0, 40),
    last=st.floats(0, 40),
)
def test_the_range_of_a_part_is_that_of_all_its_versions(
    points: list[tuple[int, float]], first: float, last: float
) -> None:
    first, last = sorted((first, last))
    lane = Lane.of(ValueSeries("n", 0, 40, points=tuple(sorted(points))))
    if not lane.is_line:
        return
    held = [math.floor(first), *range(math.ceil(first), math.floor(last) + 1)]
    numbers = [
        number
        for version in held
        for number in [next((number for start, number in sorted(points)[::-1] if start <= version), math.nan)]
        if not math.isnan(number)
    ]
    low, high = lane.range_in(first, last)
    assert (low, high) == (min(numbers), max(numbers)) if numbers else math.isnan(low) and math.isnan(high)


def test_bands_have_gaps_where_there_is_no_value() -> None:
    lane = Lane.of(ValueSeries("status", 0, 9, bands=(Band(1, 2, "open"), Band(5, 7, "paid"), Band(8, 8, "open"))))
    assert [lane.text_at(version) for version in (0, 1, 3, 5, 8, 9)] == ["–", "open", "–", "paid", "open", "–"]
    assert lane.names == ("", "open", "paid")
    assert [lane.span_at(version) for version in (0, 4, 9)] == [(0, 0), (3, 4), (9, 9)]
    assert lane.summary() == "4 changes"
    assert Lane.of(ValueSeries("gone", 0, 9)).summary() == "never set"
    assert Lane.of(ValueSeries("s", 0, 9, bands=(Band(0, 9, "x"),))).summary() == "0 changes"


def test_the_lanes_of_an_entity_come_from_its_events(session: Session) -> None:
    order = max((each for each in session.entities() if each.type == "Order"), key=lambda each: each.events)
    view = EntityView(session, order.id)
    paths = ["total", "status", "lines[0].quantity", "gift"]
    results: list[tuple[int, int]] = []
    found = lanes_of_paths(view, paths, lambda done, total: results.append((done, total)))
    series = all_value_series(session.chain(order, view.outline.versions), paths)
    assert repr(found) == repr([Lane.of(each) for each in series])  # a lane of texts has no lowest value: NaN
    assert results[0] == (0, order.events)
    for version in view.outline.versions[:-1]:
        total = value_at(view.state_at(version, base=ZERO, checkpoint=lambda: None).state, "total")
        assert found[0].text_at(version) == str(total)


def test_the_walk_stops_when_it_is_not_wanted_any_more(session: Session) -> None:
    longest = max(session.entities(), key=lambda each: each.events)
    results: list[int] = []

    def progress(done: int, total: int) -> None:
        results.append(done)
        if len(results) == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        lanes_of_paths(EntityView(session, longest.id), ["owner"], progress)
    assert results == [0, 128]
