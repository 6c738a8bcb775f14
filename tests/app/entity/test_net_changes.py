"""What several events changed in sum."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from es_desktop.app.entity.view import summarise_steps
from es_desktop.replay import ABSENT, Change, Step, diff


def step(version: int, *changes: Change) -> Step:
    return Step(version, "Changed", None, changes)


def steps_through(*states: dict[str, Any]) -> list[Step]:
    """The steps from each state to the next, in the words of the program."""
    return [
        Step(
            version, "Changed", None, tuple(diff(before, after)), shortened=tuple(diff(before, after, for_people=True))
        )
        for version, (before, after) in enumerate(pairwise(states))
    ]


def test_a_change_of_a_value_shows_both_values() -> None:
    steps = steps_through({"total": 1, "who": "Ann"}, {"total": 5, "who": "Ann"}, {"total": 9, "who": "Bo"})
    assert summarise_steps(steps) == "total 1 → 9 · who Ann → Bo"


def test_unchanged_values_are_not_listed() -> None:
    assert summarise_steps(steps_through({"a": 1}, {"a": 2}, {"a": 1})) == ""
    assert summarise_steps(steps_through({"a": 0}, {"a": 5}, {"a": False})) == "a 0 → false"


def test_members_that_came_and_went_are_counted() -> None:
    grown = steps_through({"lines": ["a"]}, {"lines": ["a", "b"]}, {"lines": ["a", "b", "c"]})
    assert summarise_steps(grown) == "lines +2"
    both = steps_through({"lines": ["a", "b"]}, {"lines": ["b"]}, {"lines": ["b", "c"]})
    assert summarise_steps(both) == "lines +1 −1"


def test_members_of_a_list_that_moved_are_not_listed_by_index() -> None:
    """After a cut the second member stands where the first one did: from the one to the other is no change of it."""
    states = ({"lines": [{"n": 1}, {"n": 2}]}, {"lines": [{"n": 2}]}, {"lines": [{"n": 7}]})
    assert summarise_steps(steps_through(*states)) == "lines −1"


def test_the_members_of_a_table_with_quoted_names_are_counted_too() -> None:
    steps = [step(0, Change('prices["1.5"]', ABSENT, 1)), step(1, Change('prices["a]b["]', ABSENT, 2))]
    assert summarise_steps(steps) == "prices +2"


def test_a_part_is_not_listed_with_its_whole() -> None:
    steps = [step(0, Change("address", None, {"city": "York"})), step(1, Change("address.city", "York", "Leeds"))]
    assert summarise_steps(steps) == "address – → {city: York}"


def test_only_the_first_changes_are_listed() -> None:
    names = "abcde"
    steps = steps_through(dict.fromkeys(names, 0), dict.fromkeys(names, 1))
    assert summarise_steps(steps) == "a 0 → 1 · b 0 → 1 · c 0 → 1 · +2 more"


def test_where_the_middle_is_not_known_nothing_is_made_up() -> None:
    head = steps_through({"total": 1, "who": "Ann", "lines": []}, {"total": 2, "who": "Bo", "lines": ["a"]})
    tail = steps_through({"total": 8, "what": "x"}, {"total": 9, "what": "y"})
    assert summarise_steps(head, tail, limit=9) == "total 1 → 9 · who changed · lines changed · what → y"


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.integers(0, 3), min_size=3), min_size=2, max_size=6))
def test_in_sum_is_from_the_first_state_to_the_last(states: list[dict[str, int]]) -> None:
    results = summarise_steps(steps_through(*states))
    first, last = states[0], states[-1]
    expected = {f"{name} {first[name]} → {last[name]}" for name in "abc" if first[name] != last[name]}
    assert set(filter(None, results.split(" · "))) == expected
