"""Reading blocks beside the window: the newest first, and no more than will be shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest
from pytestqt.qtbot import QtBot

from es_desktop.app.runtime.errors import UserError
from es_desktop.models.runtime.tasks import TaskRunner
from es_desktop.models.table.block_reader import BlockReader
from tests.models.working import Gate


class Reading:
    """A reader whose first block waits to be let through."""

    def __init__(self, qtbot: QtBot, runner: TaskRunner) -> None:
        self._qtbot = qtbot
        self.runner = runner
        self.taken: list[tuple[int, Sequence[int]]] = []
        self.passed_over: list[int] = []
        self.reader = BlockReader(runner, "Reading", lambda number, rows: self.taken.append((number, rows)))
        self.reader.on_passed_over(self.passed_over.append)

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
    """What holds up the block 0."""
    gate = Gate([0])
    reading.reader.read(0, as_block(gate))
    gate.wait_until_begun()
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
    assert reading.passed_over == [1, 2]
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
    assert (reading.taken, reading.passed_over) == ([(9, [9])], [])


def test_one_that_cannot_be_read_is_told_and_the_next_is_read(reading: Reading) -> None:
    told: list[UserError] = []
    reading.runner.refused.connect(told.append)

    def refuse() -> Sequence[int]:
        raise UserError("the server is gone")

    reading.reader.read(1, refuse)
    reading.settle()
    assert [error.text for error in told] == ["the server is gone"]
    reading.ask(2)
    reading.settle()
    assert reading.taken == [(2, [2])]
