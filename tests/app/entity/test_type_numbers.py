"""Numbers of event types: the fast functions return the same as plain ones."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.app.entity.facts import Outline, count_by_type, one_byte_each, values_by_type
from es_desktop.app.entity.hues import HUE_COUNT


@given(st.lists(st.integers(0, 400), max_size=60))
def test_values_and_counts_are_those_of_each_event(numbers: list[int]) -> None:
    line = array("H", numbers)
    values = [number % 251 for number in range(401)]
    assert list(values_by_type(line, values)) == [values[number] for number in numbers]
    assert count_by_type(line, 401) == [numbers.count(number) for number in range(401)]
    assert one_byte_each(line) == (bytes(numbers) if max(numbers, default=0) < 256 else None)


@pytest.mark.parametrize(
    "names", [["Paid", "Paid", "Sent", "Paid"], ["order.paid", "order.paid", "order.sent", "order.paid"]]
)
def test_events_of_one_name_are_of_one_type_and_hue(names: list[str]) -> None:
    outline = Outline.of([([0], names[:1]), ([1, 2, 3], names[1:])])
    assert list(outline.versions) == [0, 1, 2, 3]
    assert (outline.types, list(outline.type_numbers)) == ((names[0], names[2]), [0, 0, 1, 0])
    assert outline.hues == (0, 1)


def test_the_first_types_have_hues_of_their_own() -> None:
    outline = Outline.of([(range(20), [f"Type{number}" for number in range(20)])])
    assert outline.hues[:HUE_COUNT] == tuple(range(HUE_COUNT))
    assert all(0 <= hue < HUE_COUNT for hue in outline.hues)
