"""The difference of two plain trees: complete, exact in its types, and each change at a path of its own."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.replay import ABSENT, Change, diff, join_path, members
from es_desktop.replay.diff import leaf_paths
from tests.replay.trees import NAMES, STATES, TREES, applied, parts_of, same


def changes(before: Any, after: Any) -> list[Change]:
    return list(diff(before, after))


@given(before=STATES, after=STATES)
def test_applying_the_changes_one_by_one_turns_before_into_after(before: Any, after: Any) -> None:
    assert same(applied(before, changes(before, after)), {} if after is None else after)


@given(before=STATES, after=STATES)
def test_the_changes_for_people_lead_to_the_same_state(before: Any, after: Any) -> None:
    listed = list(diff(before, after, for_people=True))
    assert same(applied(before, listed), {} if after is None else after)
    assert len(listed) <= len(changes(before, after))


@given(items=st.lists(TREES, max_size=6), first=st.integers(0, 6), extra=st.lists(TREES, min_size=1, max_size=3))
def test_members_put_into_a_list_or_removed_from_it_are_only_that(
    items: list[Any], first: int, extra: list[Any]
) -> None:
    first = min(first, len(items))
    shorter, longer = {"l": items}, {"l": [*items[:first], *extra, *items[first:]]}
    for before, after in ((shorter, longer), (longer, shorter)):
        listed = list(diff(before, after, for_people=True))
        assert same(applied(before, listed), after)
        if same(items, items) and "nan" not in repr(longer).lower():
            assert len(listed) == len(extra)
            assert all(change.is_addition == (before is shorter) for change in listed)


def test_a_member_of_another_type_is_a_change_beside_the_removed_one() -> None:
    listed = list(diff({"l": [1, 2]}, {"l": [True]}, for_people=True))
    assert listed == [Change("l[0]", 1, True), Change("l[1]", 2, ABSENT)]
    assert repr(listed[0].after) == "True"
    odd = [Decimal("sNaN"), 1]
    assert list(diff({"l": odd}, {"l": odd[:1]}, for_people=True)) == [Change("l[1]", 1, ABSENT)]


@given(tree=STATES)
def test_equal_trees_give_no_change(tree: Any) -> None:
    assert changes(tree, deepcopy(tree)) == []


@given(before=STATES, after=STATES)
def test_no_path_is_listed_twice(before: Any, after: Any) -> None:
    paths = [change.path for change in changes(before, after)]
    assert len(set(paths)) == len(paths)


@given(before=STATES, after=STATES)
def test_a_change_is_as_deep_as_both_sides_are(before: Any, after: Any) -> None:
    for change in changes(before, after):
        assert not same(change.before, change.after)
        assert not (isinstance(change.before, dict) and isinstance(change.after, dict))
        assert not (isinstance(change.before, list) and isinstance(change.after, list))


@given(before=STATES, after=STATES)
def test_the_changes_back_are_the_changes_with_before_and_after_swapped(before: Any, after: Any) -> None:
    there = {change.path: (str(change.before), str(change.after)) for change in changes(before, after)}
    back = {change.path: (str(change.after), str(change.before)) for change in changes(after, before)}
    assert there == back


@given(parts=st.lists(NAMES | st.integers(0, 99), min_size=1, max_size=5))
def test_a_path_can_be_taken_apart_again(parts: list[str | int]) -> None:
    path = ""
    for part in parts:
        path = join_path(path, part)
    assert parts_of(path) == tuple(parts)


@given(tree=TREES.filter(lambda tree: isinstance(tree, (dict, list))))
def test_leaf_paths_are_unique_and_name_every_leaf(tree: Any) -> None:
    def leaves(value: Any) -> int:
        inside = [inner for _, inner in members(value)]
        return sum(map(leaves, inside)) if inside else 1

    paths = list(leaf_paths(tree))
    assert len(set(paths)) == len(paths) == (leaves(tree) if tree else 0)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (True, 1),
        (0, False),
        (1, 1.0),
        (1, Decimal(1)),
        ("1", 1),
        ("", None),
        ([], {}),
        ([], None),
        (float("nan"), 1.0),
        (float("nan"), Decimal("NaN")),
        (Decimal("sNaN"), Decimal("NaN")),
    ],
)
def test_values_of_different_types_differ(before: Any, after: Any) -> None:
    (change,) = changes({"x": before}, {"x": after})
    assert change.path == "x"
    assert change.before is before
    assert change.after is after


@pytest.mark.parametrize("text", ["NaN", "sNaN"])
def test_what_is_no_number_stays_the_same(text: str) -> None:
    assert changes({"x": Decimal(text)}, {"x": Decimal(text)}) == []
    assert changes({"x": [float("nan")]}, {"x": [float("nan")]}) == []


def test_nothing_and_not_being_there_are_different_things() -> None:
    assert changes({}, {"x": None}) == [Change("x", ABSENT, None)]
    assert changes({"x": None}, {}) == [Change("x", None, ABSENT)]
    assert (Change("x", ABSENT, None).is_addition, Change("x", ABSENT, None).is_removal) == (True, False)
    assert (Change("x", None, ABSENT).is_addition, Change("x", None, ABSENT).is_removal) == (False, True)
    assert not ABSENT


def test_lists_are_compared_index_by_index() -> None:
    assert changes({"l": [1, 2, 3]}, {"l": [2, 3]}) == [
        Change("l[0]", 1, 2),
        Change("l[1]", 2, 3),
        Change("l[2]", 3, ABSENT),
    ]
    assert changes({"l": [{"price": 1}]}, {"l": [{"price": 2}, 5]}) == [
        Change("l[0].price", 1, 2),
        Change("l[1]", ABSENT, 5),
    ]


def test_a_state_that_ends_loses_each_of_its_values() -> None:
    state = {"title": "List", "tags": ["a"]}
    assert changes(state, None) == [Change("title", "List", ABSENT), Change("tags", ["a"], ABSENT)]
    assert changes(None, state) == [Change("title", ABSENT, "List"), Change("tags", ABSENT, ["a"])]
    assert changes(None, None) == changes(None, {}) == []


@pytest.mark.parametrize(
    ("parent", "key", "path"),
    [
        ("", "status", "status"),
        ("address", "city", "address.city"),
        ("lines", 2, "lines[2]"),
        ("lines[2]", "price", "lines[2].price"),
        ("", 0, "[0]"),
        ("prices", "1.5", 'prices["1.5"]'),
        ("a", "", 'a[""]'),
        ("", "[0]", '["[0]"]'),
        ("a", 'say "x"', 'a["say \\"x\\""]'),
    ],
)
def test_paths_read_as_people_write_them(parent: str, key: str | int, path: str) -> None:
    assert join_path(parent, key) == path


def test_a_change_is_equal_to_the_same_change_only() -> None:
    change = Change("a", {"b": [1]}, ABSENT)
    assert change == Change("a", {"b": [1]}, ABSENT) and len({change, Change("a", {"b": [1]}, ABSENT)}) == 1
    others = [Change("b", {"b": [1]}, ABSENT), Change("a", {"b": [True]}, ABSENT), Change("a", {"b": [1]}, None), "a"]
    assert change not in others
    assert (bool(ABSENT), repr(ABSENT)) == (False, "ABSENT")
