"""Durations in constant memory: exact while they are few, and near the exact median when they are many."""

from __future__ import annotations

from statistics import mean, median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.app.process.durations import ERROR, Durations
from tests.trials import FEW

seconds = st.floats(0, 1e9) | st.just(0.0) | st.floats(1e-6, 1e6)


def of_values(values: list[float]) -> Durations:
    found = Durations()
    found.extend(values)
    return found


@given(st.lists(seconds, min_size=1, max_size=20), st.sampled_from([1, 101]))
@FEW
def test_median_and_mean_of_few_and_of_many(values: list[float], times: int) -> None:
    found = of_values(values * times)
    assert found.count == len(values) * times
    assert found.mean == pytest.approx(mean(values), rel=1e-9)
    # Of an even number the lower one of both in the middle is taken where there are many.
    exact = sorted(values * times)[(len(values) * times - 1) // 2] if found.count > 512 else median(values)
    assert found.median == pytest.approx(exact, rel=2 * ERROR, abs=1e-9)


@given(st.lists(seconds, max_size=700), st.lists(seconds, max_size=700))
@FEW
def test_merged_they_are_as_if_they_were_collected_together(left: list[float], right: list[float]) -> None:
    merged, together = of_values(left), of_values(left + right)
    merged.merge(of_values(right))
    assert (merged.count, merged.median) == (together.count, together.median)
    assert merged.mean == pytest.approx(together.mean) if left or right else merged.mean is None


def test_what_is_no_duration_is_only_counted() -> None:
    found = of_values([1.0, -1.0, float("inf"), float("nan"), 2.0])
    assert (found.count, found.left_out, found.median, found.mean) == (2, 3, 1.5, 1.5)
    assert of_values([]).median is None
