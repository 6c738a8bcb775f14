"""The task runner: work runs in other threads, and its results are delivered in the GUI thread."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from threading import Barrier, current_thread, main_thread
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from es_desktop.app.runtime.errors import Cancelled, UserError
from es_desktop.models.runtime.tasks import Job, Progress, Queue, TaskRunner
from tests.models.working import Gate
from tests.patience import PATIENCE


@pytest.fixture
def runner(qapp: object) -> Iterator[TaskRunner]:
    runner = TaskRunner()
    yield runner
    runner.close()


def raising(error: BaseException) -> Callable[[Job], None]:
    def work(job: Job) -> None:
        raise error

    return work


# Results --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("queue", Queue)
def test_work_runs_in_a_thread_and_its_result_arrives_in_the_gui_thread(
    qtbot: QtBot, runner: TaskRunner, queue: Queue
) -> None:
    results: list[Any] = []

    def work(job: Job) -> tuple[str, Any]:
        return job.title, current_thread()

    with qtbot.waitSignal(runner.idle):
        job = runner.run("Reading", work, lambda result: results.extend([*result, current_thread()]), queue=queue)
        assert not runner.is_idle
    title, worker, receiver = results
    assert (title, job.title) == ("Reading", "Reading")
    assert worker is not main_thread()
    assert receiver is main_thread()
    assert runner.is_idle


def test_nothing_is_delivered_before_the_one_who_asked_is_done_asking(qtbot: QtBot, runner: TaskRunner) -> None:
    results: list[int] = []
    with qtbot.waitSignal(runner.idle):
        for number in range(20):
            runner.run("Counting", lambda job, number=number: number, results.append)
        assert results == []
    assert results == list(range(20)), "one queue runs its tasks in order"


def test_the_queues_run_in_parallel(qtbot: QtBot, runner: TaskRunner) -> None:
    meeting = Barrier(len(Queue), timeout=PATIENCE)
    with qtbot.waitSignal(runner.idle):
        for queue in Queue:
            runner.run("Meeting", lambda job: meeting.wait(), queue=queue)
    assert not meeting.broken


def test_work_can_be_started_by_what_other_work_brought(qtbot: QtBot, runner: TaskRunner) -> None:
    results: list[str] = []

    def first(result: str) -> None:
        runner.run("Second", lambda job: result + " and second", results.append)

    with qtbot.waitSignal(runner.idle):
        runner.run("First", lambda job: "first", first)
    assert results == ["first and second"], "idle means that the second is done as well"


# Cancelling -----------------------------------------------------------------------------------------------------------


def test_cancel_all_spares_what_is_protected(qtbot: QtBot, runner: TaskRunner) -> None:
    gate, results = Gate("running"), []
    with qtbot.waitSignal(runner.idle):
        runner.run("Running", gate, results.append)
        gate.wait_until_started()
        runner.run("Waiting", lambda job: "waiting", results.append)
        runner.run("Writing", lambda job: "written", results.append, protected=True)
        runner.cancel_all()
        gate.opened.set()
    assert results == ["written"]


# Errors ---------------------------------------------------------------------------------------------------------------


def test_an_error_goes_to_failed(qtbot: QtBot, runner: TaskRunner) -> None:
    results: list[UserError] = []
    with qtbot.waitSignal(runner.idle), qtbot.assertNotEmitted(runner.refused), qtbot.assertNotEmitted(runner.crashed):
        runner.run("Opening", raising(UserError("no such file")), failed=results.append)
    assert [error.text for error in results] == ["no such file"]


def test_an_error_without_failed_is_emitted(qtbot: QtBot, runner: TaskRunner) -> None:
    with qtbot.assertNotEmitted(runner.crashed), qtbot.waitSignal(runner.refused) as refused:
        runner.run("Opening", raising(UserError("no such file")))
    assert refused.args is not None
    assert str(refused.args[0]) == "no such file"


def test_a_bug_is_reported_with_its_traceback_and_the_next_task_runs(
    qtbot: QtBot, runner: TaskRunner, caplog: pytest.LogCaptureFixture
) -> None:
    results: list[Any] = []
    with (
        caplog.at_level(logging.CRITICAL + 1, "es_desktop"),
        qtbot.assertNotEmitted(runner.refused),
        qtbot.waitSignal(runner.crashed) as crashed,
    ):
        runner.run("Rebuilding", raising(KeyError("oops")), results.append, failed=results.append)
    assert crashed.args is not None
    (error,) = crashed.args
    assert isinstance(error, KeyError)
    assert error.__traceback__ is not None
    with qtbot.waitSignal(runner.idle):
        runner.run("Reading", lambda job: "well", results.append)
    assert results == ["well"]


def test_an_error_of_a_cancelled_task_is_ignored(qtbot: QtBot, runner: TaskRunner) -> None:
    gate = Gate()

    def work(job: Job) -> None:
        gate(job)
        raise KeyError("too late")

    with (
        qtbot.assertNotEmitted(runner.crashed),
        qtbot.assertNotEmitted(runner.refused),
        qtbot.waitSignal(runner.idle),
    ):
        job = runner.run("Scanning", work)
        gate.wait_until_started()
        job.cancel()
        gate.opened.set()


def test_an_error_in_what_takes_the_result_does_not_leave_the_runner_busy(qtbot: QtBot, runner: TaskRunner) -> None:
    def done(result: object) -> None:
        raise KeyError("in a slot")

    with qtbot.capture_exceptions() as exceptions, qtbot.waitSignal(runner.idle):
        runner.run("Reading", lambda job: 1, done)
    assert [error_type for error_type, *_ in exceptions] == [KeyError]
    assert runner.is_idle


# Progress and idleness ------------------------------------------------------------------------------------------------


def test_progress_is_reported_in_order(qtbot: QtBot, runner: TaskRunner) -> None:
    results: list[Progress] = []
    runner.progressed.connect(results.append)

    def work(job: Job) -> None:
        for done in range(3):
            job.report(done, 2)

    with qtbot.waitSignal(runner.idle):
        job = runner.run("Making", work)
    assert results == [Progress(job, done, 2) for done in range(3)]


def test_progress_of_work_that_is_not_wanted_any_more_ends_it(qtbot: QtBot, runner: TaskRunner) -> None:
    results: list[Any] = []
    runner.progressed.connect(results.append)
    gate = Gate()

    def work(job: Job) -> None:
        job.report(0, 9)
        gate(job)
        with pytest.raises(Cancelled):
            job.report(1, 9)
        results.append("ended")

    with qtbot.waitSignal(runner.idle):
        job = runner.run("Making", work)
        gate.wait_until_started()
        job.cancel()
        gate.opened.set()
    assert results == ["ended"]


def test_quiet_work_is_nothing_that_goes_on(qtbot: QtBot, runner: TaskRunner) -> None:
    with qtbot.assertNotEmitted(runner.idle), qtbot.waitSignal(runner.ended) as ended:
        job = runner.run("Polling", lambda job: None, quiet=True)
        assert runner.is_idle
    assert ended.args == [job]
