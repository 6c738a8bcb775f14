"""Blocks of rows: asked for once, kept while they are looked at, and let go when they are many."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.models.table.blocks import Blocks


class Rows:
    """Blocks of ten rows, each row its own number, that come when they are ``put``."""

    def __init__(self, kept: int = 3, count: int = 100) -> None:
        self.asked: list[int] = []
        self.count = count
        self.blocks: Blocks[int] = Blocks(self.asked.append, size=10, kept=kept)

    def put(self, number: int) -> None:
        self.blocks.put(number, range(number * 10, min(number * 10 + 10, self.count)))


@pytest.fixture
def rows() -> Iterator[Rows]:
    yield Rows()


def test_a_block_is_asked_for_once_and_its_rows_are_there_when_it_came(rows: Rows) -> None:
    assert [rows.blocks.at(row) for row in (25, 26, 25)] == [None] * 3
    assert rows.asked == [2]
    rows.put(2)
    assert [rows.blocks.at(row) for row in (20, 25, 29)] == [20, 25, 29]
    assert rows.asked == [2]


def test_the_last_block_may_be_shorter() -> None:
    rows = Rows(count=25)
    rows.put(2)
    assert [rows.blocks.at(row) for row in (24, 25)] == [24, None]
    assert rows.asked == []


def test_what_was_not_looked_at_for_longest_goes_first(rows: Rows) -> None:
    for number in (0, 1, 2):
        rows.put(number)
    rows.blocks.at(5)
    rows.put(3)
    assert [row for row, _ in rows.blocks.held()][::10] == [20, 0, 30]
    assert rows.blocks.at(15) is None
    assert rows.asked == [1]


def test_one_that_did_not_come_can_be_asked_for_again(rows: Rows) -> None:
    rows.blocks.at(15)
    rows.blocks.let_go(1)
    rows.blocks.at(15)
    assert rows.asked == [1, 1]


def test_one_that_will_have_more_rows_stays_until_these_come() -> None:
    rows = Rows(count=25)
    rows.put(2)
    rows.count = 28
    rows.blocks.let_go(2)
    assert [rows.blocks.at(row) for row in (24, 27)] == [24, None]
    assert rows.asked == [2], "once"
    rows.put(2)
    assert [rows.blocks.at(row) for row in (24, 27)] == [24, 27]
    assert rows.asked == [2]


def test_what_was_on_its_way_when_there_came_to_be_more_is_not_taken_for_all() -> None:
    rows = Rows(count=25)
    rows.blocks.at(20)
    rows.blocks.let_go(2)
    rows.put(2)
    rows.count = 28
    assert rows.blocks.at(27) is None
    assert rows.asked == [2, 2]


def test_those_from_a_number_on_are_forgotten_and_asked_for_again(rows: Rows) -> None:
    for number in (0, 1, 2):
        rows.put(number)
    rows.blocks.at(35)
    rows.blocks.forget(1)
    assert [rows.blocks.at(row) for row in (5, 15, 35)] == [5, None, None]
    assert rows.asked == [3, 1, 3]
    rows.blocks.forget()
    assert list(rows.blocks.held()) == []


@given(st.lists(st.integers(0, 99), max_size=40), st.integers(1, 4))
def test_a_row_that_is_there_is_the_right_one(looks: list[int], kept: int) -> None:
    rows = Rows(kept)
    for row in looks:
        assert rows.blocks.at(row) in (None, row)
        for number in rows.asked:
            rows.put(number)
        rows.asked.clear()
        assert rows.blocks.at(row) == row
        held = dict(rows.blocks.held())
        assert all(place == value for place, value in held.items())
        assert len(held) <= 10 * kept
