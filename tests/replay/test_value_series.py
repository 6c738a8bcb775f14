"""A value series has, at every version, the value of the state there."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.core import RecordedEvent, RecordedSnapshot
from es_desktop.examples import Order
from es_desktop.replay import ABSENT, Chain, GenericFold
from es_desktop.replay.diff import PathError, leaf_paths, value_at
from es_desktop.replay.watch import Band, ValueSeries, all_value_series
from tests.replay.generated_histories import HISTORIES, History
from tests.replay.histories import chain_of


def value_series(chain: Chain, path: str) -> ValueSeries:
    (series,) = all_value_series(chain, [path])
    return series


def cart(*values: Any, snapshot: RecordedSnapshot | None = None) -> Any:
    events = [
        RecordedEvent(at, "a#B.C", None, {} if value is ABSENT else {"n": value}) for at, value in enumerate(values)
    ]
    return chain_of(events, GenericFold(), snapshot)


@given(generated=HISTORIES, data=st.data())
def test_a_series_has_the_values_of_the_states(generated: History, data: st.DataObject) -> None:
    states = generated.states()
    paths = sorted({path for state in states for path in leaf_paths(state or {})})
    path = data.draw(st.sampled_from(paths or ["none"]))
    drawn = value_series(generated.chain(), path)
    assert (drawn.first, drawn.last) == (generated.events[0].version, generated.events[-1].version)
    assert not (drawn.points and drawn.bands)
    for event, state in zip(generated.events, states[1:], strict=True):
        value = value_at(state, path)
        if value is None or value is ABSENT:
            assert band_at(drawn, event.version) is None
            assert math.isnan(point_at(drawn, event.version))
        elif drawn.points and not math.isnan(point_at(drawn, event.version)):
            assert point_at(drawn, event.version) == float(value)
        elif drawn.bands:
            assert band_at(drawn, event.version) is not None


def band_at(drawn: ValueSeries, version: int) -> str | None:
    texts = [band.text for band in drawn.bands if band.first <= version <= band.last]
    assert len(texts) <= 1
    return texts[0] if texts else None


def point_at(drawn: ValueSeries, version: int) -> float:
    return next((number for first, number in reversed(drawn.points) if first <= version), math.nan)


def test_numbers_are_a_line_with_a_point_where_they_change() -> None:
    assert value_series(cart(1, 1, Decimal("2.5"), 2.5, -3), "n") == ValueSeries(
        "n", 0, 4, ((0, 1.0), (2, 2.5), (4, -3.0))
    )


def test_a_line_is_broken_where_there_is_no_finite_number() -> None:
    points = value_series(cart(ABSENT, 1, None, 2, float("inf"), 10**400, 3, Decimal("sNaN")), "n").points
    assert [first for first, number in points if not math.isnan(number)] == [1, 3, 6]
    assert all(math.isnan(number) for first, number in points if first in (2, 4, 5, 7))
    assert points[0][0] == 1


def test_booleans_enums_and_texts_are_bands() -> None:
    assert value_series(cart(True, True, False), "n").bands == (Band(0, 1, "true"), Band(2, 2, "false"))
    assert value_series(cart("a", None, "a", "b"), "n").bands == (Band(0, 0, "a"), Band(2, 2, "a"), Band(3, 3, "b"))
    assert value_series(cart(Order.Status.OPEN, Order.Status.PAID), "n").bands == (
        Band(0, 0, "OPEN"),
        Band(1, 1, "PAID"),
    )


def test_what_is_only_sometimes_a_number_is_bands() -> None:
    assert value_series(cart(1, "a", 2.5), "n").bands == (Band(0, 0, "1"), Band(1, 1, "a"), Band(2, 2, "2.5"))


def test_containers_say_how_much_is_in_them() -> None:
    assert value_series(cart([], [1], [2], {"a": 1, "b": 2}), "n").bands == (
        *(Band(0, 0, "0 items"), Band(1, 2, "1 item"), Band(3, 3, "2 items")),
    )


def test_long_texts_are_cut_and_values_without_a_text_named() -> None:
    class Unspeakable:
        __slots__ = ()

        def __str__(self) -> str:
            raise RuntimeError

    long, unspeakable = value_series(cart("x" * 50, Unspeakable()), "n").bands
    assert long.text == "x" * 39 + "…"
    assert unspeakable.text == "<Unspeakable>"


def test_versions_that_are_missing_belong_to_the_state_before_them() -> None:
    events = [RecordedEvent(v, "a#B.C", None, {"n": text}) for v, text in ((1, "a"), (5, "a"), (9, "b"))]
    assert value_series(chain_of(events, GenericFold()), "n") == ValueSeries(
        "n", 1, 9, bands=(Band(1, 8, "a"), Band(9, 9, "b"))
    )


def test_several_series_come_from_one_walk() -> None:
    events = [RecordedEvent(0, "a#B.C", None, {"x": 1, "y": "a"}), RecordedEvent(1, "a#B.C", None, {"x": 2})]
    drawn = all_value_series(chain_of(events, GenericFold()), ["x", "y", "none"])
    assert drawn == [
        ValueSeries("x", 0, 1, ((0, 1.0), (1, 2.0))),
        ValueSeries("y", 0, 1, bands=(Band(0, 1, "a"),)),
        ValueSeries("none", 0, 1),
    ]


def test_a_series_from_a_snapshot_begins_there() -> None:
    chain = cart(1, 2, 3, snapshot=RecordedSnapshot(1, "a#B", None, {"n": 2}))
    assert value_series(chain, "n") == ValueSeries("n", 1, 2, ((1, 2.0), (2, 3.0)))


def test_a_series_without_events() -> None:
    assert value_series(cart(), "n") == ValueSeries("n", 0, 0)
    with pytest.raises(PathError):
        value_series(cart(1), "a..b")
