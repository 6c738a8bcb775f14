"""Parts of a result that work tells before its end."""

from __future__ import annotations

from collections.abc import Iterator
from threading import current_thread, main_thread
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from es_desktop.app.runtime.errors import Cancelled, UserError
from es_desktop.models.runtime.tasks import Job, Lane, TaskRunner
from tests.models.working import Gate


@pytest.fixture
def runner(qapp: object) -> Iterator[TaskRunner]:
    runner = TaskRunner()
    yield runner
    runner.close()


def counting(job: Job) -> str:
    for number in range(50):
        job.tell(number)
    return "end"


def test_parts_arrive_in_order_and_before_the_end(qtbot: QtBot, runner: TaskRunner) -> None:
    told: list[Any] = []
    with qtbot.waitSignal(runner.idle):
        runner.run("Counting", counting, told.append, told=told.append)
        assert told == [], "not before the one who asked is done asking"
    assert told == [*range(50), "end"]


def test_parts_arrive_in_the_gui_thread(qtbot: QtBot, runner: TaskRunner) -> None:
    threads: list[Any] = []
    with qtbot.waitSignal(runner.idle):
        runner.run(
            "Telling", lambda job: job.tell(current_thread()), told=lambda at: threads.extend([at, current_thread()])
        )
    assert threads[0] is not main_thread()
    assert threads[1] is main_thread()


def test_parts_of_two_works_are_kept_apart(qtbot: QtBot, runner: TaskRunner) -> None:
    front, scan = [], []
    with qtbot.waitSignal(runner.idle):
        runner.run("Counting", counting, told=front.append)
        runner.run("Counting", counting, told=scan.append, lane=Lane.SCAN)
    assert front == scan == list(range(50))


def test_no_part_arrives_once_it_is_not_wanted(qtbot: QtBot, runner: TaskRunner) -> None:
    gate, told, ended = Gate(), [], []

    def work(job: Job) -> None:
        job.tell("on its way")
        gate(job)
        with pytest.raises(Cancelled):
            job.tell("too late")
        ended.append(True)

    with qtbot.waitSignal(runner.idle):
        runner.run("Telling", work, told.append, told=told.append, key="tell")
        gate.wait_until_begun()
        runner.cancel("tell")
        gate.opened.set()
    assert (told, ended) == ([], [True])


def test_newer_work_of_a_key_tells_its_own_parts_only(qtbot: QtBot, runner: TaskRunner) -> None:
    gate, told = Gate(), []

    def older(job: Job) -> None:
        job.tell("older")
        gate(job)

    with qtbot.waitSignal(runner.idle):
        runner.run("Telling", older, told=told.append, key="tell")
        gate.wait_until_begun()
        runner.run("Telling", lambda job: job.tell("newer"), told=told.append, key="tell")
        gate.opened.set()
    assert told == ["newer"]


def test_what_was_told_before_it_failed_stands(qtbot: QtBot, runner: TaskRunner) -> None:
    told: list[Any] = []

    def work(job: Job) -> None:
        job.tell(1)
        raise UserError("no further")

    with qtbot.waitSignal(runner.idle):
        runner.run("Telling", work, told=told.append, failed=lambda error: told.append(error.text))
    assert told == [1, "no further"]


def test_nobody_has_to_listen(qtbot: QtBot, runner: TaskRunner) -> None:
    ended: list[str] = []
    with qtbot.waitSignal(runner.idle):
        runner.run("Counting", counting, ended.append)
    assert ended == ["end"]
