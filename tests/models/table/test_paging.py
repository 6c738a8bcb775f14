"""Blocks of rows: requested once, the newest read first, and the least recently used dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from es_desktop.app.runtime.errors import UserError
from es_desktop.models.runtime.tasks import TaskRunner
from es_desktop.models.table.paging import BlockReader, Blocks
from tests.models.working import Gate


class Rows:
    """Blocks of ten rows, each row its own number, set by ``put``."""

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


def test_the_least_recently_used_block_is_dropped_first(rows: Rows) -> None:
    for number in (0, 1, 2):
        rows.put(number)
    rows.blocks.at(5)
    rows.put(3)
    assert [row for row, _ in rows.blocks.loaded_rows()][::10] == [20, 0, 30]
    assert rows.blocks.at(15) is None
    assert rows.asked == [1]


def test_one_that_did_not_come_can_be_asked_for_again(rows: Rows) -> None:
    rows.blocks.at(15)
    rows.blocks.invalidate(1)
    rows.blocks.at(15)
    assert rows.asked == [1, 1]


def test_one_that_will_have_more_rows_stays_until_these_come() -> None:
    rows = Rows(count=25)
    rows.put(2)
    rows.count = 28
    rows.blocks.invalidate(2)
    assert [rows.blocks.at(row) for row in (24, 27)] == [24, None]
    assert rows.asked == [2], "once"
    rows.put(2)
    assert [rows.blocks.at(row) for row in (24, 27)] == [24, 27]
    assert rows.asked == [2]


def test_a_block_that_grew_while_it_was_read_is_read_again() -> None:
    rows = Rows(count=25)
    rows.blocks.at(20)
    rows.blocks.invalidate(2)
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
    assert list(rows.blocks.loaded_rows()) == []


@given(st.lists(st.integers(0, 99), max_size=40), st.integers(1, 4))
def test_a_row_that_is_there_is_the_right_one(looks: list[int], kept: int) -> None:
    rows = Rows(kept)
    for row in looks:
        assert rows.blocks.at(row) in (None, row)
        for number in rows.asked:
            rows.put(number)
        rows.asked.clear()
        assert rows.blocks.at(row) == row
        held = dict(rows.blocks.loaded_rows())
        assert all(index == value for index, value in held.items())
        assert len(held) <= 10 * kept


# Reading them in tasks ------------------------------------------------------------------------------------------------


class Reading:
    """A reader whose first block waits for a gate."""

    def __init__(self, qtbot: QtBot, runner: TaskRunner) -> None:
        self._qtbot = qtbot
        self.runner = runner
        self.taken: list[tuple[int, Sequence[int]]] = []
        self.dropped: list[int] = []
        self.reader = BlockReader(
            runner, "Reading", lambda number, rows: self.taken.append((number, rows)), self.dropped.append
        )

    def ask(self, *numbers: int) -> None:
        for number in numbers:
            self.reader.read(number, lambda number=number: [number])

    def settle(self) -> None:
        self._qtbot.waitUntil(lambda: self.runner.is_idle)


@pytest.fixture
def runner(qapp: object) -> Iterator[TaskRunner]:
    runner = TaskRunner()
    yield runner
    runner.close()


@pytest.fixture
def reading(qtbot: QtBot, runner: TaskRunner) -> Reading:
    return Reading(qtbot, runner)


@pytest.fixture
def gate(reading: Reading) -> Iterator[Gate]:
    """The gate that the block 0 waits for."""
    gate = Gate([0])
    reading.reader.read(0, as_block(gate))
    gate.wait_until_started()
    yield gate
    gate.opened.set()


def as_block(gate: Gate) -> Callable[[], Sequence[int]]:
    return lambda: gate(None)  # type: ignore[arg-type,no-any-return]


def test_a_block_is_given_with_its_number(reading: Reading) -> None:
    reading.ask(7)
    reading.settle()
    assert reading.taken == [(7, [7])]


def test_the_newest_is_read_first_and_what_was_scrolled_past_is_not(reading: Reading, gate: Gate) -> None:
    reading.ask(1, 2, 3, 4, 5, 6)
    assert reading.dropped == [1, 2]
    gate.opened.set()
    reading.settle()
    assert [number for number, _ in reading.taken] == [0, 6, 5, 4, 3]


def test_one_that_is_asked_for_again_is_read_once_and_before_the_others(reading: Reading, gate: Gate) -> None:
    reading.ask(1, 2, 1)
    gate.opened.set()
    reading.settle()
    assert [number for number, _ in reading.taken] == [0, 1, 2]


def test_what_is_forgotten_does_not_come(reading: Reading, gate: Gate) -> None:
    reading.ask(1, 2)
    reading.reader.forget()
    reading.ask(9)
    gate.opened.set()
    reading.settle()
    assert (reading.taken, reading.dropped) == ([(9, [9])], [])


def test_a_block_that_cannot_be_read_is_reported_and_the_next_is_read(reading: Reading) -> None:
    results: list[UserError] = []
    reading.runner.refused.connect(results.append)

    def refuse() -> Sequence[int]:
        raise UserError("the server is gone")

    reading.reader.read(1, refuse)
    reading.settle()
    assert [error.text for error in results] == ["the server is gone"]
    reading.ask(2)
    reading.settle()
    assert reading.taken == [(2, [2])]
