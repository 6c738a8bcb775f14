"""Two states side by side: no value is left out, and the differences are the changes for people."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from es_desktop.replay import ABSENT, Change, diff, value_at
from es_desktop.replay.compare import ComparedValue, side_by_side
from es_desktop.replay.diff import leaf_paths
from tests.replay.trees import STATES, TREES, same

LISTS = st.lists(st.integers(0, 3), max_size=6)


def differing(left: Any, right: Any) -> list[Change]:
    return [Change(each.path, each.left, each.right) for each in side_by_side(left, right) if each.differs]


@given(left=STATES, right=STATES)
def test_what_differs_is_what_the_diff_for_people_lists(left: Any, right: Any) -> None:
    changes = list(diff(left, right, for_people=True))
    if not changes and (left is None) != (right is None):
        changes = [Change("", ABSENT if left is None else left, ABSENT if right is None else right)]
    found = differing(left, right)
    assert [each.path for each in found] == [each.path for each in changes]
    assert all(same(a.before, b.before) and same(a.after, b.after) for a, b in zip(found, changes, strict=True))


@given(state=STATES)
def test_a_state_beside_itself_shows_every_leaf_once(state: Any) -> None:
    rows = list(side_by_side(state, state))
    assert [each.path for each in rows] == list(leaf_paths(state))
    for each in rows:
        assert not each.differs
        assert same(each.left, value_at(state, each.path)) and same(each.right, each.left)


@given(before=LISTS, at=st.integers(0, 6), new=LISTS.filter(bool), tail=TREES)
def test_members_after_an_addition_are_paired_with_equal_members(
    before: list[int], at: int, new: list[int], tail: Any
) -> None:
    after = before[:at] + new + before[at:]
    for left, right in ((before, after), (after, before)):
        rows = list(side_by_side({"it": left, "tail": tail}, {"it": right, "tail": tail}))
        assert sum(each.differs for each in rows) == len(new)
        assert [each.path for each in rows if each.path.startswith("it")] == list(leaf_paths(after, "it"))
        for each in rows:
            assert each.differs or same(each.left, each.right)


def test_members_are_named_by_the_longer_list() -> None:
    assert list(side_by_side({"lines": ["a", "b", "c"]}, {"lines": ["b", "c"]})) == [
        ComparedValue("lines[0]", "a", ABSENT, True),
        ComparedValue("lines[1]", "b", "b", False),
        ComparedValue("lines[2]", "c", "c", False),
    ]


def test_empty_values_have_rows_too() -> None:
    assert list(side_by_side({"a": {}, "b": []}, {"a": {}, "b": {}})) == [
        ComparedValue("a", {}, {}, False),
        ComparedValue("b", [], {}, True),
    ]
    assert list(side_by_side(None, {})) == [ComparedValue("", ABSENT, {}, True)]
    assert list(side_by_side(None, None)) == []
