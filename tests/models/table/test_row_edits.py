"""Row edits change the rows of a model into others, and keep those that stay."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from es_desktop.models.table.row_edits import RowEdit, row_edits

ROWS = st.lists(st.integers(0, 12), unique=True)


@given(old=ROWS, new=ROWS)
def test_carried_out_one_after_the_other_they_make_the_rows_that_are_wanted(old: list[int], new: list[int]) -> None:
    rows, removed = list(old), set()
    for edit in row_edits(old, new):
        match edit:
            case RowEdit("remove", first, last):
                assert 0 <= first <= last < len(rows)
                removed.update(rows[first : last + 1])
                del rows[first : last + 1]
            case RowEdit("move", source, target):
                assert 0 <= target < source < len(rows)
                rows.insert(target, rows.pop(source))
            case RowEdit("insert", first, last):
                assert 0 <= first <= len(rows)
                assert first <= last
                rows[first:first] = new[first : last + 1]
    assert rows == new
    assert removed == set(old) - set(new), "a row that stays is never removed"


@given(rows=ROWS)
def test_the_same_rows_need_no_edit(rows: list[int]) -> None:
    assert list(row_edits(rows, list(rows))) == []


def test_neighbours_go_and_come_together() -> None:
    assert list(row_edits("abcdef", "af")) == [RowEdit("remove", 1, 4)]
    assert list(row_edits("af", "abcdef")) == [RowEdit("insert", 1, 4)]
    assert list(row_edits("abc", "cab")) == [RowEdit("move", 2, 0)]
