"""Of several requests the newest one counts: older ones are cancelled, and their late results are dropped."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from es_desktop.app.runtime.errors import UserError
from es_desktop.models.runtime.tasks import Job, LatestRequest, TaskRunner
from tests.models.working import Gate
from tests.patience import PATIENCE


@pytest.fixture
def runner(qapp: object) -> Iterator[TaskRunner]:
    runner = TaskRunner()
    yield runner
    runner.close()


@pytest.fixture
def request_(runner: TaskRunner) -> LatestRequest:
    return LatestRequest(runner)


def refusing(job: Job) -> None:
    raise UserError("it cannot be done")


def test_a_newer_request_cancels_the_older(qtbot: QtBot, runner: TaskRunner, request_: LatestRequest) -> None:
    gate, results, dropped, ran, stopped = Gate("oldest"), [], [], [], []
    with qtbot.waitSignal(runner.idle):
        request_.start(
            "Rebuilding", gate, results.append, dropped=dropped.append, stopped=lambda: stopped.append("oldest")
        )
        gate.wait_until_started()
        request_.start("Rebuilding", lambda job: ran.append("older"), results.append)
        request_.start("Rebuilding", lambda job: "newest", results.append)
        LatestRequest(runner).start("Reading", lambda job: "other", results.append)
        gate.opened.set()
    assert results == ["newest", "other"]
    assert dropped == ["oldest"], "it was completed, and may have to be closed"
    assert ran == [], "it had not started, so it never does"
    assert stopped == [], "a newer request does not report the older one"


def test_it_runs_until_its_result_is_delivered(qtbot: QtBot, runner: TaskRunner, request_: LatestRequest) -> None:
    seen: list[bool] = [request_.is_running]
    with qtbot.waitSignal(runner.idle):
        request_.start("Reading", lambda job: 1, lambda result: seen.append(request_.is_running))
        seen.append(request_.is_running)
    assert seen == [False, True, False]


def test_work_that_checks_its_job_ends_early(qtbot: QtBot, runner: TaskRunner, request_: LatestRequest) -> None:
    started, results = Event(), []

    def work(job: Job) -> None:
        started.set()
        while True:
            job.check()

    with qtbot.waitSignal(runner.idle):
        request_.start("Scanning", work, results.append, dropped=results.append, stopped=lambda: results.append("end"))
        assert started.wait(PATIENCE)
        request_.cancel()
        assert not request_.is_running
    assert results == []


def test_cancelling_what_is_not_there_does_nothing(qtbot: QtBot, runner: TaskRunner, request_: LatestRequest) -> None:
    results: list[int] = []
    request_.cancel()
    with qtbot.waitSignal(runner.idle):
        request_.start("Reading", lambda job: 1, results.append)
    request_.cancel()
    assert results == [1]


def test_a_request_gets_its_own_parts_and_progress(qtbot: QtBot, runner: TaskRunner, request_: LatestRequest) -> None:
    gate, parts, progress = Gate(), [], []

    def older(job: Job) -> None:
        job.report_part("older")
        job.report(0, 1)
        gate(job)

    def newer(job: Job) -> None:
        job.report_part("newer")
        job.report(1, 2)

    with qtbot.waitSignal(runner.idle):
        request_.start("Reading", older, part=parts.append, progressed=progress.append)
        gate.wait_until_started()
        request_.start("Reading", newer, part=parts.append, progressed=progress.append)
        gate.opened.set()
    assert parts == ["newer"]
    assert [(each.done, each.total) for each in progress] == [(1, 2)]


@pytest.mark.parametrize("takes_errors", [True, False])
def test_an_error_ends_it(qtbot: QtBot, runner: TaskRunner, request_: LatestRequest, takes_errors: bool) -> None:
    failed: list[Any] = []
    refused: list[Any] = []
    stopped: list[bool] = []
    runner.refused.connect(refused.append)
    with qtbot.waitSignal(runner.idle):
        request_.start(
            "Reading",
            refusing,
            failed=failed.append if takes_errors else None,
            stopped=lambda: stopped.append(request_.is_running),
        )
    assert (len(failed), len(refused), stopped) == ((1, 0, []) if takes_errors else (0, 1, [False]))
    assert not request_.is_running


def test_stopped_is_called_when_a_person_cancels(qtbot: QtBot, runner: TaskRunner, request_: LatestRequest) -> None:
    gate, results = Gate("late"), []
    jobs: list[Job] = []
    runner.started.connect(jobs.append)
    with qtbot.waitSignal(runner.idle):
        request_.start("Reading", gate, results.append, stopped=lambda: results.append("stopped"))
        gate.wait_until_started()
        jobs[0].cancel()
        gate.opened.set()
    assert results == ["stopped"]
