"""Changes as a person tells them: what was cut out of a list, or put into it, is told as that."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from es_desktop.replay import ABSENT, Change, diff

LISTS = st.lists(st.integers(0, 3), max_size=8)


def told(before: object, after: object) -> list[Change]:
    return list(diff(before, after, for_people=True))


def test_a_member_that_was_cut_out_is_told_as_just_that() -> None:
    assert told({"lines": ["a", "b", "c"]}, {"lines": ["a", "c"]}) == [Change("lines[1]", "b", ABSENT)]


def test_members_that_were_put_in_are_told_where_they_stand_now() -> None:
    assert told({"lines": ["a", "d"]}, {"lines": ["a", "b", "c", "d"]}) == [
        Change("lines[1]", ABSENT, "b"),
        Change("lines[2]", ABSENT, "c"),
    ]


def test_a_list_that_changed_otherwise_is_told_place_by_place() -> None:
    assert told({"lines": ["a", "b"]}, {"lines": ["x", "b", "c"]}) == [
        Change("lines[0]", "a", "x"),
        Change("lines[2]", ABSENT, "c"),
    ]


@given(LISTS, LISTS)
def test_it_is_never_longer_than_the_exact_changes(before: list[int], after: list[int]) -> None:
    assert len(told(before, after)) <= len(list(diff(before, after)))
    assert bool(told(before, after)) == (before != after)


@given(LISTS, st.integers(0, 8), LISTS.filter(bool))
def test_whatever_is_put_into_a_list_is_told_by_as_many_additions(before: list[int], at: int, new: list[int]) -> None:
    after = before[:at] + new + before[at:]
    changes = told({"it": before}, {"it": after})
    assert len(changes) == len(new)
    assert all(change.is_addition for change in changes)
