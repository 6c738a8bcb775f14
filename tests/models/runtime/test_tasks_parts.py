"""Parts of a result that a task delivers before its end."""

from __future__ import annotations

from collections.abc import Iterator
from threading import current_thread, main_thread
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from es_desktop.app.runtime.errors import Cancelled, UserError
from es_desktop.models.runtime.tasks import Job, Queue, TaskRunner
from tests.models.working import Gate


@pytest.fixture
def runner(qapp: object) -> Iterator[TaskRunner]:
    runner = TaskRunner()
    yield runner
    runner.close()


def counting(job: Job) -> str:
    for number in range(50):
        job.report_part(number)
    return "end"


def test_parts_arrive_in_order_and_before_the_end(qtbot: QtBot, runner: TaskRunner) -> None:
    results: list[Any] = []
    with qtbot.waitSignal(runner.idle):
        runner.run("Counting", counting, results.append, part=results.append)
        assert results == [], "nothing is delivered inside of ``run``"
    assert results == [*range(50), "end"]


def test_parts_arrive_in_the_gui_thread(qtbot: QtBot, runner: TaskRunner) -> None:
    threads: list[Any] = []
    with qtbot.waitSignal(runner.idle):
        runner.run(
            "Reporting",
            lambda job: job.report_part(current_thread()),
            part=lambda at: threads.extend([at, current_thread()]),
        )
    assert threads[0] is not main_thread()
    assert threads[1] is main_thread()


def test_parts_of_two_works_are_kept_apart(qtbot: QtBot, runner: TaskRunner) -> None:
    front, scan = [], []
    with qtbot.waitSignal(runner.idle):
        runner.run("Counting", counting, part=front.append)
        runner.run("Counting", counting, part=scan.append, queue=Queue.SCAN)
    assert front == scan == list(range(50))


def test_no_part_arrives_once_it_is_not_wanted(qtbot: QtBot, runner: TaskRunner) -> None:
    gate, results, ended = Gate(), [], []

    def work(job: Job) -> None:
        job.report_part("on its way")
        gate(job)
        with pytest.raises(Cancelled):
            job.report_part("too late")
        ended.append(True)

    with qtbot.waitSignal(runner.idle):
        job = runner.run("Reporting", work, results.append, part=results.append)
        gate.wait_until_started()
        job.cancel()
        gate.opened.set()
    assert (results, ended) == ([], [True])


def test_parts_before_a_failure_stay(qtbot: QtBot, runner: TaskRunner) -> None:
    results: list[Any] = []

    def work(job: Job) -> None:
        job.report_part(1)
        raise UserError("no further")

    with qtbot.waitSignal(runner.idle):
        runner.run("Reporting", work, part=results.append, failed=lambda error: results.append(error.text))
    assert results == [1, "no further"]


def test_nobody_has_to_listen(qtbot: QtBot, runner: TaskRunner) -> None:
    ended: list[str] = []
    with qtbot.waitSignal(runner.idle):
        runner.run("Counting", counting, ended.append)
    assert ended == ["end"]
