"""VersionSet versions kept as stretches are what a sorted list would be."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from es_desktop.replay.steps import VersionSet


@given(st.lists(st.integers(0, 40), max_size=60), st.integers(-2, 44))
def test_they_are_those_that_were_added_and_the_highest_until_any_is_found(added: list[int], version: int) -> None:
    versions = VersionSet()
    for each in sorted(added):
        versions.add(each)
    told = sorted(set(added))
    assert list(versions) == told
    assert versions.last == (told[-1] if told else None)
    assert versions.last_until(version) == max((each for each in told if each <= version), default=None)
