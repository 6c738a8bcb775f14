"""Changes for people: members that were removed from a list, or inserted, are reported as such."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from es_desktop.replay import ABSENT, Change, diff

LISTS = st.lists(st.integers(0, 3), max_size=8)


def changes_for_people(before: object, after: object) -> list[Change]:
    return list(diff(before, after, for_people=True))


def test_a_removed_member_is_one_removal() -> None:
    assert changes_for_people({"lines": ["a", "b", "c"]}, {"lines": ["a", "c"]}) == [Change("lines[1]", "b", ABSENT)]


def test_added_members_have_the_indexes_where_they_are_now() -> None:
    assert changes_for_people({"lines": ["a", "d"]}, {"lines": ["a", "b", "c", "d"]}) == [
        Change("lines[1]", ABSENT, "b"),
        Change("lines[2]", ABSENT, "c"),
    ]


def test_any_other_change_of_a_list_is_one_change_for_each_index() -> None:
    assert changes_for_people({"lines": ["a", "b"]}, {"lines": ["x", "b", "c"]}) == [
        Change("lines[0]", "a", "x"),
        Change("lines[2]", ABSENT, "c"),
    ]


@given(LISTS, LISTS)
def test_it_is_never_longer_than_the_exact_changes(before: list[int], after: list[int]) -> None:
    assert len(changes_for_people(before, after)) <= len(list(diff(before, after)))
    assert bool(changes_for_people(before, after)) == (before != after)


@given(LISTS, st.integers(0, 8), LISTS.filter(bool))
def test_members_that_are_put_into_a_list_are_as_many_additions(before: list[int], at: int, new: list[int]) -> None:
    after = before[:at] + new + before[at:]
    changes = changes_for_people({"it": before}, {"it": after})
    assert len(changes) == len(new)
    assert all(change.is_addition for change in changes)
