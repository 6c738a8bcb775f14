"""A set of versions is what a sorted list would be, and versions without a gap take no room."""

from __future__ import annotations

import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from es_desktop.replay.steps import VersionSet


@given(st.lists(st.integers(0, 40), max_size=60), st.integers(-2, 44))
def test_they_are_those_that_were_added_and_the_highest_until_any_is_found(added: list[int], version: int) -> None:
    versions = VersionSet()
    for each in sorted(added):
        versions.add(each)
    expected = sorted(set(added))
    assert list(versions) == expected
    assert versions.last == (expected[-1] if expected else None)
    assert versions.last_until(version) == max((each for each in expected if each <= version), default=None)


def test_versions_without_a_gap_take_the_room_of_two() -> None:
    versions = VersionSet()
    versions.add(0)
    tracemalloc.start()
    try:
        for version in range(1, 5000):
            versions.add(version)
            versions.add(version)
        assert tracemalloc.get_traced_memory()[0] < 4000
    finally:
        tracemalloc.stop()
    assert len(list(versions)) == 5000
